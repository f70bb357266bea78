"""Keys of the context by which one subject tells another what it cannot see."""

#: Of a mail that the addon itself writes: id of the company for which it does. It leaves from that company's own
#: sending account, if that works, else as Odoo's own mails do.
FOR_COMPANY = "l10n_co_for_company"
