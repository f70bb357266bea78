{
    "name": "E-invoice inbox purchases",
    "summary": "Lines of suppliers' electronic invoices are tied to purchase orders",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "countries": ["co"],
    "author": "The l10n_co_einvoice_mail authors",
    "license": "LGPL-3",
    "depends": ["l10n_co_einvoice_mail", "purchase"],
    "data": ["views/res_config_settings_views.xml"],
    "installable": True,
    "auto_install": True,
}
