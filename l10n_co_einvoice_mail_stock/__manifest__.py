{
    "name": "E-invoice inbox for stock",
    "summary": "The operation type that a user's transfers begin with",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "countries": ["co"],
    "author": "The l10n_co_einvoice_mail authors",
    "maintainer": "The l10n_co_einvoice_mail authors",
    "license": "LGPL-3",
    "depends": ["l10n_co_einvoice_mail", "stock"],
    "data": ["views/res_users_views.xml"],
    "installable": True,
    "auto_install": True,
}
