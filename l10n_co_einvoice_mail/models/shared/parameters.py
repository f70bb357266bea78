"""System parameters, in one place: Odoo 20 reads them with other methods."""

from odoo.tools import str2bool

PREFIX = "l10n_co_einvoice_mail."


def text(env, name):
    """:param str name: key of the parameter; those of this addon begin with `PREFIX`
    :return: its value, "" when it is not set
    """
    return env["ir.config_parameter"].sudo().get_param(name) or ""


def flag(env, name):
    """:return: whether the parameter is switched on"""
    return str2bool(text(env, name) or "False")


def number(env, name, default=0):
    """:return: the parameter as int; `default` when it is not set, or is 0
    :raise ValueError: it is no number
    """
    return int(text(env, name) or 0) or default


def allows_internal(env):
    """:return: True when the administrator lets servers on private and loopback addresses be used"""
    return flag(env, f"{PREFIX}allow_internal_servers")
