{
    "name": "Colombia - E-invoice mailboxes",
    "summary": "Suppliers' electronic invoices from the mailbox registered at DIAN to draft vendor bills",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    "countries": ["co"],
    "author": "The l10n_co_einvoice_mail authors",
    "license": "LGPL-3",
    "depends": ["mail", "l10n_co", "account_edi_ubl_cii"],
    "external_dependencies": {
        "python": ["imapclient", "signxml", "cryptography", "lxml", "stdnum"],
    },
    "data": [],
    "installable": True,
    "application": True,
}
