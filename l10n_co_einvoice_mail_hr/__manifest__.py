{
    "name": "E-invoice inbox for HR",
    "summary": "Users' mail accounts set up by department; job and department in the header and footer of mails",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "countries": ["co"],
    "author": "The l10n_co_einvoice_mail authors",
    "maintainer": "The l10n_co_einvoice_mail authors",
    "license": "LGPL-3",
    "depends": ["l10n_co_einvoice_mail", "hr"],
    "data": ["views/mail_account_wizard_views.xml"],
    "installable": True,
    "auto_install": True,
}
