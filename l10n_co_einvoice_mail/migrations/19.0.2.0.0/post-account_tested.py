"""When an account passed its test is kept now, of sending accounts too: those in use passed it once."""

IN_USE = """
    UPDATE ir_mail_server SET l10n_co_confirmed_on = write_date
     WHERE l10n_co_state = 'done' AND l10n_co_address IS NOT NULL AND l10n_co_confirmed_on IS NULL;
    UPDATE fetchmail_server SET l10n_co_confirmed_on = COALESCE(l10n_co_last_success, write_date)
     WHERE state = 'done' AND l10n_co_company_id IS NOT NULL AND l10n_co_confirmed_on IS NULL
"""


def migrate(cr, version):
    cr.execute(IN_USE)
