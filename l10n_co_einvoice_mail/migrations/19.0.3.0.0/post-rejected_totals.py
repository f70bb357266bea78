def migrate(cr, version):
    """What was rejected is no purchase: lists and graphs add it up no more."""
    cr.execute(
        """
        UPDATE l10n_co_received_document
           SET amount_untaxed_signed = 0, amount_tax_signed = 0, amount_total_signed = 0
         WHERE state = 'rejected'
        """
    )
