"""Whether a bill differs from its document is stored now: it is worked out for the drafts that there are."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    moves = api.Environment(cr, SUPERUSER_ID, {})["account.move"]
    drafts = moves.search([("state", "=", "draft"), ("l10n_co_received_document_id", "!=", False)])
    moves.env.add_to_compute(moves._fields["l10n_co_needs_review"], drafts)
    moves.env.flush_all()
