"""An account of ours has a mark: its secrets stay hidden whatever becomes of its company or owner."""

OURS = """
    UPDATE fetchmail_server SET l10n_co_is_managed = TRUE WHERE l10n_co_company_id IS NOT NULL;
    UPDATE ir_mail_server SET l10n_co_is_managed = TRUE
     WHERE l10n_co_company_id IS NOT NULL
        OR (owner_user_id IS NOT NULL AND l10n_co_address IS NOT NULL)
"""


def migrate(cr, version):
    cr.execute(OURS)
