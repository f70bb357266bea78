"""Where the list of what needs a person gets its lines from: one row a kind, what is to be looked at first first."""

from dataclasses import dataclass

from odoo.tools import SQL

from ..accounts.mail_account_health import NOTICE_DAYS
from ..ledger.document_types import APPLICATION_RESPONSE
from ..ledger.received_mail import UNREAD

DOCUMENT = "l10n_co.received.document"
# A customer's claim against an invoice of ours (DIAN's event).
CLAIM = "031"


@dataclass(frozen=True)
class Kind:
    """A kind of thing that waits for a person.

    :param str model: whose records they are
    :param SQL query: SELECT of res_id, company_id, since, count, amount, currency_id
    :param str action: method of the model that does the next thing; without one, the record is opened
    """

    model: str
    query: SQL
    action: str | None = None


def _accounts(table, since, condition):
    return SQL(
        """
        SELECT a.id AS res_id, a.l10n_co_company_id AS company_id, %(since)s AS since, 1 AS count,
               NULL::numeric AS amount, NULL::integer AS currency_id
          FROM %(table)s a
         WHERE a.l10n_co_company_id IS NOT NULL AND a.active AND (%(condition)s)
        """,
        since=SQL.identifier("a", since),
        table=SQL.identifier(table),
        condition=condition,
    )


def _documents(condition):
    return SQL(
        """
        SELECT d.id AS res_id, d.company_id, d.create_date AS since, 1 AS count,
               d.amount_total AS amount, d.currency_id
          FROM l10n_co_received_document d
         WHERE d.handled_on IS NULL AND (%s)
        """,
        condition,
    )


# What is not well with an account is written down by its runs, and once a day by the watch.
TROUBLE = SQL(
    """
    a.l10n_co_failure_code IS NOT NULL
    OR COALESCE(a.l10n_co_notices, '{}') NOT IN ('{}', 'null')
    OR LEAST(a.l10n_co_password_expiry, a.l10n_co_certificate_expiry) <= CURRENT_DATE + %s
    """,
    NOTICE_DAYS,
)
MAILBOXES = SQL("a.l10n_co_append_only IS NOT TRUE AND (a.state = 'draft' OR %s)", TROUBLE)
SENDERS = SQL("a.l10n_co_state = 'done' AND (%s)", TROUBLE)
CERTIFICATES = SQL(
    """
    SELECT t.id AS res_id, NULL::integer AS company_id, t.create_date AS since, 1 AS count,
           NULL::numeric AS amount, NULL::integer AS currency_id
      FROM l10n_co_trusted_certificate t
     WHERE t.state = 'pending' OR t.state = 'met' AND EXISTS (
               SELECT FROM l10n_co_received_document d
                WHERE d.signer_authority_key = t.authority_key AND d.state != 'rejected'
           )
    """
)
CLAIMS = SQL("d.state = 'accepted' AND d.event_code = %s", CLAIM)
# Those that wait for a certificate are judged again when it is confirmed: that is the line to look at.
REVIEW = SQL(
    """
    d.state = 'review' AND NOT (
        COALESCE(d.reason_code, '') = 'dian_signer_unconfirmed'
        AND EXISTS (
            SELECT FROM l10n_co_trusted_certificate t WHERE t.id = d.dian_certificate_id AND t.state = 'pending'
        )
    )
    """
)
# A person accepted it, and the checks say otherwise since.
CONTRADICTED = SQL(
    """
    d.state = 'accepted' AND d.accepted_by_id IS NOT NULL
    AND d.reason_code IS NOT NULL AND d.booking != 'failed'
    """
)
REJECTED = SQL("d.state = 'rejected'")
# Where nothing is drafted by itself, a document without bill is what was wanted.
UNBILLED = SQL(
    """
    d.state = 'accepted' AND d.move_id IS NULL AND d.document_type != %s AND (
        d.booking = 'failed'
        OR EXISTS (SELECT FROM res_company c WHERE c.id = d.company_id AND c.l10n_co_bill_policy = 'draft')
    )
    """,
    APPLICATION_RESPONSE,
)
DIFFERENCES = SQL(
    """
    SELECT m.id AS res_id, m.company_id, m.create_date AS since, 1 AS count,
           m.amount_total AS amount, m.currency_id
      FROM account_move m
     WHERE m.l10n_co_needs_review
    """
)
# One line a cause, for many mails fail for the same one. A rejected document has its own line already, unless the
# mail brought another one that could not be read.
FAILED = SQL(
    """
    SELECT MIN(f.id) AS res_id, f.company_id, MAX(f.create_date) AS since, COUNT(*) AS count,
           NULL::numeric AS amount, NULL::integer AS currency_id
      FROM l10n_co_received_mail f
     WHERE f.state = 'failed' AND f.handled_on IS NULL AND (
               EXISTS (
                   SELECT FROM jsonb_array_elements(COALESCE(NULLIF(f.remark_data, 'null'), '[]')) remark
                    WHERE remark->>'code' = ANY(%s)
               )
               OR NOT EXISTS (
                   SELECT FROM l10n_co_received_document_mail_rel r
                     JOIN l10n_co_received_document d ON d.id = r.document_id
                    WHERE r.mail_id = f.id AND d.state = 'rejected'
               )
           )
     GROUP BY f.company_id, f.reason_code
    """,
    sorted(UNREAD),
)
# What was given up, until the document leaves after all.
UNSENT = SQL(
    """
    SELECT o.id AS res_id, o.company_id, o.date AS since, 1 AS count,
           NULL::numeric AS amount, NULL::integer AS currency_id
      FROM l10n_co_outgoing_mail o
     WHERE o.state = 'failed' AND o.is_document AND o.handled_on IS NULL AND NOT EXISTS (
               SELECT FROM l10n_co_outgoing_mail s
                WHERE s.res_model = o.res_model AND s.res_id = o.res_id AND s.state = 'sent' AND s.date >= o.date
           )
    """
)

DIAGNOSE = "l10n_co_action_diagnose"
KINDS = {
    "mailbox": Kind(
        "fetchmail.server", _accounts("fetchmail_server", "error_date", MAILBOXES), DIAGNOSE
    ),
    "sender": Kind("ir.mail_server", _accounts("ir_mail_server", "write_date", SENDERS), DIAGNOSE),
    "unsent": Kind("l10n_co.outgoing.mail", UNSENT, "action_resend"),
    "certificate": Kind("l10n_co.trusted.certificate", CERTIFICATES),
    "claim": Kind(DOCUMENT, _documents(CLAIMS)),
    "review": Kind(DOCUMENT, _documents(REVIEW), "action_accept"),
    "contradiction": Kind(DOCUMENT, _documents(CONTRADICTED)),
    "rejected": Kind(DOCUMENT, _documents(REJECTED), "action_write_to_supplier"),
    "unbilled": Kind(DOCUMENT, _documents(UNBILLED), "action_create_bill"),
    "difference": Kind("account.move", DIFFERENCES),
    "failed": Kind("l10n_co.received.mail", FAILED),
}
# A line's identifier: that of its record, times this, plus the place of its kind.
STRIDE = 16


def query():
    """:return: SQL, SELECT of the whole list"""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT r.res_id::bigint * %(stride)s + %(place)s AS id, %(name)s AS kind, %(place)s AS place, "
            "%(model)s AS res_model, r.* FROM (%(query)s) r",
            stride=STRIDE,
            place=place,
            name=name,
            model=kind.model,
            query=kind.query,
        )
        for place, (name, kind) in enumerate(KINDS.items(), start=1)
    )
