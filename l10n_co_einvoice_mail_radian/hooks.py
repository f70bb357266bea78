BATCH = 500


def post_init_hook(env):
    """Read how the invoices that are here already are paid: those on credit have events."""
    documents = (
        env["l10n_co.received.document"]
        .sudo()
        .search(
            [
                ("document_type", "=", "01"),
                ("state", "!=", "rejected"),
                ("payment_form", "=", False),
            ]
        )
    )
    for start in range(0, len(documents), BATCH):
        documents[start : start + BATCH]._radian_read_payment_form()
        env.flush_all()
        env.invalidate_all()


def uninstall_hook(env):
    """Leave nothing: each access takes its sequence, its to-do and its secrets along."""
    env["l10n_co.radian.account"].with_context(active_test=False).search([]).unlink()
    env["ir.config_parameter"].search(
        [("key", "=like", "l10n\\_co\\_einvoice\\_mail\\_radian.%")]
    ).unlink()
