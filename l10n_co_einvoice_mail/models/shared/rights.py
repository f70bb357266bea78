"""Who may do what: the groups of this addon, and the questions that are asked about them."""

from odoo import models
from odoo.exceptions import AccessError

USER = "l10n_co_einvoice_mail.group_user"
MANAGER = "l10n_co_einvoice_mail.group_manager"
MAIL_ADMIN = "l10n_co_einvoice_mail.group_mail_admin"
SETTINGS_ADMIN = "base.group_system"


def has(env, group):
    """:param str group: XML id of a group, such as `USER`
    :return: whether the present user is in it, or the program acts for itself (superuser)
    """
    return env.su or env.user.has_group(group)


def check_user(env):
    """:raise AccessError: the present user may not work with received mail"""
    if not has(env, USER):
        raise AccessError(env._("You need the right «E-invoice mail / User» for this."))


def check_active(env):
    """:raise AccessError: the user for whom the program works in the background is gone, or may do it no longer"""
    if not env.user.active:
        raise AccessError(env._("%s does not work here any more.", env.user.name))
    check_user(env)


def check_mail_admin(env):
    """:raise AccessError: the present user does not set mail accounts up"""
    if not has(env, MAIL_ADMIN):
        raise AccessError(
            env._("You need the right «E-invoice mail / Mail administrator» for this.")
        )


def check_settings(env):
    """:raise AccessError: the present user does not administer the settings of the whole database"""
    if not has(env, SETTINGS_ADMIN):
        raise AccessError(env._("Only an administrator of Odoo's settings can do this. Ask yours."))


def settings_administrator(env):
    """:return: res.users, the settings administrator who was here last; empty where there is none"""
    users = env.ref(SETTINGS_ADMIN).sudo().all_user_ids
    present = users.filtered(lambda user: user.active and not user.share)
    return present.sorted(lambda user: (bool(user.login_date), user.login_date))[-1:]


def results_of(model):
    """:param model: any recordset of a model of this addon
    :return: set of the names of its stored fields that only the program writes: those its screens never let anybody
        type. That a field is read-only keeps no client from writing it.
    """
    return {
        name
        for name, field in model._fields.items()
        if field.readonly and field.store and name not in models.MAGIC_COLUMNS
    }


def refuse_results(env):
    """:raise AccessError: always; for who would write what only the program finds out"""
    raise AccessError(env._("Only a test, or the program itself, sets this: it cannot be written."))
