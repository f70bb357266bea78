{
    "name": "E-invoice inbox: queue",
    "summary": "Many mailboxes are read and booked by the jobs of several machines",
    "version": "19.0.1.0.0",
    "category": "Accounting/Localizations/EDI",
    # No "countries": Odoo would install it with each Colombian company, and fail where there is no queue_job.
    "author": "The l10n_co_einvoice_mail authors",
    "maintainer": "The l10n_co_einvoice_mail authors",
    "license": "LGPL-3",
    "depends": ["l10n_co_einvoice_mail", "queue_job"],
    "data": ["data/queue_job.xml", "views/res_config_settings_views.xml"],
    "uninstall_hook": "uninstall_hook",
    "installable": True,
    "auto_install": True,
}
