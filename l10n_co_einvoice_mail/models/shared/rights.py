"""Who may do what: the groups of this addon, and the questions that are asked about them."""

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


def check_settings(env):
    """:raise AccessError: the present user does not administer the settings of the whole database"""
    if not has(env, SETTINGS_ADMIN):
        raise AccessError(env._("Only an administrator of Odoo's settings can do this. Ask yours."))
