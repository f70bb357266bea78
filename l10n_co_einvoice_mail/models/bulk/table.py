"""Accounts from a spreadsheet that is pasted or uploaded. The table itself is never stored: it holds passwords."""

from collections import defaultdict

from odoo.exceptions import UserError

from ...bulk import sheets
from ...bulk.addresses import fold


def take_over(wizard, read, table):
    """Give the users that a table names what it says of them; who is not in the list yet is added.

    :param read: function of `sheets` that reads `table`
    :return: the outcome in words
    :raise UserError: it is no table of accounts; nothing was taken over
    """
    try:
        rows = read(table)
    except sheets.SheetRefused as refused:
        raise UserError(_refusal(wizard.env, refused)) from None
    known = _known_users(wizard)
    found = [
        (row, known.get(fold(row.user)) or known.get(fold(row.values.get("email", ""))))
        for row in rows
    ]
    wizard._add_users(wizard.env["res.users"].union(*(user for _row, user in found if user)))
    lines = {line.user_id: line for line in wizard.line_ids}
    for row, user in found:
        if user:
            lines[user].write(row.values)
    unknown = [str(row.number) for row, user in found if not user]
    return _outcome(wizard.env, len(rows) - len(unknown), unknown)


def _known_users(wizard):
    """What people call the users of the company: the addresses that the list shows, before logins, before the users'
    own addresses, before names. What two of them are called alike is left out.

    :return: {what a user is called, folded: user}
    """
    users = wizard.env["res.users"].search(wizard._users_domain())
    return {
        **_called((user.name, user) for user in users),
        **_called((user.email, user) for user in users),
        **_called((user.login, user) for user in users),
        **_called((line.email, line.user_id) for line in wizard.line_ids),
    }


def _called(pairs):
    """:param pairs: (what a user is called, or False, user)
    :return: {what one user alone is called, folded: user}
    """
    called = defaultdict(set)
    for name, user in pairs:
        if name:
            called[fold(name)].add(user)
    return {name: users.pop() for name, users in called.items() if len(users) == 1}


def _outcome(env, count, unknown):
    """:param unknown: numbers of the rows whose user was not found; a cell could be a password"""
    notice = env._("Taken over: %s rows.", count)
    if unknown:
        notice += "\n" + env._(
            "No user of the company was found for row %s. Name users as in Odoo: name, user name or address.",
            ", ".join(unknown),
        )
    return notice


def _refusal(env, refused):
    sentences = {
        "unreadable": env._("This file cannot be read. Save it as XLSX or CSV."),
        "too_big": env._("This file is too big. Divide it into several ones."),
        "columns": env._(
            "These columns are not understood. Use the template, or two columns: user and password."
        ),
        "port": env._("Row %s: the port is no number between 1 and 65535.", refused.row),
        "encryption": env._(
            "Row %s: the encryption is unknown. Write SSL, STARTTLS or None.", refused.row
        ),
    }
    return sentences[refused.code]


def template(wizard):
    """:return: XLSX (bytes) of a list, with the passwords to be filled in"""
    is_spanish = (wizard.env.lang or "").startswith("es")
    known = _known_users(wizard)
    rows = [_template_row(line, known) for line in wizard.line_ids]
    return sheets.template(rows, is_spanish)


def _template_row(line, known):
    user = line.user_id
    is_told = known.get(fold(user.name or "")) == user  # and no namesake
    encryption = (line.smtp_encryption or "").partition("_")[0]
    return {
        "user": user.name if is_told else user.login,
        "email": line.email or "",
        "login": line.login or "",
        "smtp_host": line.smtp_host or "",
        "smtp_port": str(line.smtp_port or ""),
        "smtp_encryption": encryption.upper(),
    }
