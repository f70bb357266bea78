"""Windows that buttons open."""

MODULE = "l10n_co_einvoice_mail"


def accounts_window(accounts, name):
    """:param accounts: records of a model of accounts
    :param str name: what the XML ids of the accounts' action and form begin with
    :return: action on the accounts; the form of a new one while there is none
    """
    env = accounts.env
    action = env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.{name}_action")
    if not accounts:
        action.update(_form_only(env, name))
    return action


def account_window(account, name):
    """:param account: record of a model of accounts
    :param str name: as in `accounts_window`
    :return: action on the form of this account
    """
    env = account.env
    action = env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.{name}_action")
    return {**action, **_form_only(env, name), "res_id": account.id}


def _form_only(env, name):
    view = env.ref(f"{MODULE}.{name}_view_form")
    return {"view_mode": "form", "views": [(view.id, "form")]}
