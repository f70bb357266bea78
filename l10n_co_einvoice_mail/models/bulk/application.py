"""The accounts of a list written onto their users: those that are ready, and of them what has changed."""

from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from .invitation import invite


def apply(lines):
    """Set the accounts of lines up, each on its own: what is refused keeps nobody else from an account.

    :return: the lines that were applied
    """
    present = lines._accounts().keys()
    applied = _set_up_all(lines)
    _log(applied, lambda line: _entry(line, is_new=line.user_id not in present))
    for line in applied.filtered(lambda line: line._oauth_type()):
        invite(line)
    applied.sudo().write({"password": False, "is_finishing": True})
    applied.sudo()._compute_state()
    if applied:
        lines.env.ref("l10n_co_einvoice_mail.cron_test_accounts").sudo()._trigger()
    return applied


def _set_up_all(lines):
    """All at once, which is much faster; by halves where somebody's account is refused.

    :return: the lines that were set up
    """
    try:
        with lines.env.cr.savepoint():
            _set_up(lines)
    except UserError as refused:
        if len(lines) > 1:
            middle = len(lines) // 2
            return _set_up_all(lines[:middle]) + _set_up_all(lines[middle:])
        lines.sudo().write({"state": "failed", "refusal": str(refused)})
        return lines.browse()
    return lines


def _set_up(lines):
    """Write what has changed onto the users' own accounts, with the rights of whoever does it.

    :raise UserError: a user cannot have this account; it says why
    """
    lines._check_user()  # who was one of the company's when the list was made may have left it
    accounts = lines._accounts()
    for line in lines:
        values = line._account_values()
        present = accounts.get(line.user_id)
        if present and line._oauth_type() and present._l10n_co_may_wait(values):
            present._l10n_co_succeed(values)
            continue
        if present:
            present.l10n_co_successor_ids.unlink()
        if line.password:
            values["l10n_co_new_password"] = line.password
        user = line.user_id.with_context(l10n_co_sent_folder_later=True)
        account = user._l10n_co_save_account(values)
        if not line._oauth_type():
            account._l10n_co_confirm()


def finish(lines):
    """Give the users who have no address the account's, and look for the Sent folders; each is committed.

    In the background: it takes its time.
    """
    accounts = lines._accounts()
    for line in lines:
        line.is_finishing = False
        user = line.user_id.with_context(tracking_disable=True)
        if account := accounts.get(user):
            if _may_get_address(line):
                user.email = account.l10n_co_address
            account._l10n_co_set_up_sent()
        if not line._commit(1):
            return


def _may_get_address(line):
    """Whether the account's address becomes that of its user, to which the link for a new password is sent.

    :return: False for who has one, and for an administrator whose list another one than an administrator made
    """
    is_administrator = line.user_id.has_group("base.group_erp_manager")
    return not line.user_id.email and (
        not is_administrator or line.create_uid.has_group("base.group_erp_manager")
    )


def _entry(line, is_new):
    """:return: what the user's log says of it; no password, no token"""
    values = {"address": line.email, "server": f"{line.smtp_host}:{line.smtp_port}"}
    if is_new:
        return line.env._("Mail account set up: %(address)s, %(server)s.", **values)
    return line.env._("Mail account changed: %(address)s, %(server)s.", **values)


def _log(lines, entry):
    """Note something with the users' contacts, where the log of a user is kept.

    :param entry: function of a line: what is noted
    """
    partners = lines.user_id.partner_id.sudo()
    partners._message_log_batch({line.user_id.partner_id.id: entry(line) for line in lines})


def apply_frame(lines):
    """Give the users of lines the list's header, signature and footer, where there is one and theirs is another.

    :return: the lines whose users got something
    """
    lines._check_user()
    changed = lines.filtered(_write_frame)
    _log(changed, lambda line: line.env._("Header, signature or footer of mails changed."))
    return changed


def _write_frame(line):
    """:return: whether anything of the user's was another"""
    user = line.user_id.sudo()
    wanted = {
        "l10n_co_mail_header": line.wizard_id.header,
        "signature": line._signature(),
        "l10n_co_mail_footer": line.wizard_id.footer,
    }
    changes = {
        name: html
        for name, html in wanted.items()
        if not is_html_empty(html) and html != user[name]
    }
    user.write(changes)
    return bool(changes)
