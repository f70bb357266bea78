"""Where the list of what needs a person gets its lines from: one row a kind, what is to be looked at first first."""

from dataclasses import dataclass

from odoo.tools import SQL

from ..accounts.mail_account_health import NOTICE_DAYS
from ..ledger.document_types import APPLICATION_RESPONSE
from ..ledger.received_mail import UNREAD

DOCUMENT = "l10n_co.received.document"
# A customer's claim against an invoice of ours (DIAN's event).
CLAIM = "031"


# What a line knows, and what stands there where a kind has nothing to say.
COLUMNS = {
    "res_id": "NULL::integer",
    "company_id": "NULL::integer",
    "since": "NULL::timestamp",
    "count": "1::bigint",
    "amount": "NULL::numeric",
    "currency_id": "NULL::integer",
    "partner_id": "NULL::integer",
    "supplier": "NULL::varchar",
    "nit": "NULL::varchar",
    "number": "NULL::varchar",
    "cufe": "NULL::varchar",
}
# What a line knows of a document, whose row is called `d`.
OF_DOCUMENT = {
    "amount": "d.amount_total",
    "currency_id": "d.currency_id",
    "partner_id": "d.partner_id",
    "supplier": "d.supplier_name",
    "nit": "d.supplier_nit",
    "number": "d.number",
    "cufe": "d.cufe",
}


@dataclass(frozen=True)
class Kind:
    """A kind of thing that waits for a person.

    :param str model: whose records they are
    :param SQL query: SELECT of `COLUMNS`
    :param str action: method of the model that does the next thing; without one, the record is opened
    """

    model: str
    query: SQL
    action: str | None = None


def lines(source, condition, **columns):
    """
    :param str source: what stands after FROM
    :param SQL condition: what stands after WHERE
    :param columns: SQL of the `COLUMNS` that this kind has
    :return: SQL, SELECT of all of them
    """
    selected = SQL(", ").join(
        SQL("%s AS %s", SQL(columns.get(name, empty)), SQL.identifier(name))
        for name, empty in COLUMNS.items()
    )
    return SQL("SELECT %s FROM %s WHERE %s", selected, SQL(source), condition)


def _accounts(table, since, condition):
    ours = SQL("a.l10n_co_company_id IS NOT NULL AND a.active AND (%s)", condition)
    return lines(
        f"{table} a", ours, res_id="a.id", company_id="a.l10n_co_company_id", since=f"a.{since}"
    )


def _documents(condition):
    return lines(
        "l10n_co_received_document d",
        SQL("d.handled_on IS NULL AND (%s) AND %s", condition, _is_no_answer_due("d")),
        res_id="d.id",
        company_id="d.company_id",
        since="d.create_date",
        **OF_DOCUMENT,
    )


def _is_no_answer_due(alias):
    """:return: SQL, nobody wrote about the row, or its sender had time enough to answer"""
    return SQL(
        """
        (%(written)s IS NULL OR %(written)s < now() AT TIME ZONE 'UTC' - INTERVAL '1 day' * (
            SELECT c.l10n_co_answer_days FROM res_company c WHERE c.id = %(company)s
        ))
        """,
        written=SQL.identifier(alias, "written_on"),
        company=SQL.identifier(alias, "company_id"),
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
# A mailbox that was in use and was changed waits for its test; one that is half typed waits for nobody.
MAILBOXES = SQL(
    """
    a.l10n_co_append_only IS NOT TRUE
    AND (a.state = 'draft' AND a.l10n_co_last_success IS NOT NULL OR %s)
    """,
    TROUBLE,
)
# One whose test failed is not confirmed; one that nobody has tested yet waits for nobody.
SENDERS = SQL("a.l10n_co_failure_code IS NOT NULL OR a.l10n_co_state = 'done' AND (%s)", TROUBLE)
CERTIFICATES = lines(
    "l10n_co_trusted_certificate t",
    SQL(
        """
        t.state = 'pending' OR t.state = 'met' AND EXISTS (
            SELECT FROM l10n_co_received_document d
             WHERE d.signer_authority_key = t.authority_key AND d.state != 'rejected'
        )
        """
    ),
    res_id="t.id",
    since="t.create_date",
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
        OR COALESCE(d.reason_code, '') IN ('signer_unknown', 'certificate_unknown')
        AND EXISTS (SELECT FROM l10n_co_known_signer s WHERE s.id = d.signer_id AND s.state = 'new')
    )
    """
)
# Those who signed something that waits for nothing else.
SIGNERS = lines(
    "l10n_co_known_signer s",
    SQL(
        """
        s.state = 'new' AND EXISTS (
            SELECT FROM l10n_co_received_document d
             WHERE d.signer_id = s.id AND d.state = 'review' AND d.handled_on IS NULL
               AND d.reason_code IN ('signer_unknown', 'certificate_unknown')
        )
        """
    ),
    res_id="s.id",
    company_id="s.company_id",
    since="s.create_date",
    supplier="s.supplier_name",
    nit="s.supplier_nit",
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
DIFFERENCES = lines(
    "account_move m",
    SQL("m.l10n_co_needs_review"),
    res_id="m.id",
    company_id="m.company_id",
    since="m.create_date",
    amount="m.amount_total",
    currency_id="m.currency_id",
    partner_id="m.commercial_partner_id",
    supplier="m.invoice_partner_display_name",
    number="COALESCE(m.ref, m.name)",
    cufe="m.l10n_co_cufe",
)
# One line a cause, for many mails fail for the same one. A rejected document has its own line already, unless the
# mail brought another one that could not be read.
FAILED = lines(
    "l10n_co_received_mail f",
    SQL(
        """
        f.state = 'failed' AND f.handled_on IS NULL AND %s AND (
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
        _is_no_answer_due("f"),
        sorted(UNREAD),
    ),
    res_id="MIN(f.id)",
    company_id="f.company_id",
    since="MAX(f.create_date)",
    count="COUNT(*)",
)
# What was given up, until the document leaves after all.
UNSENT = lines(
    "l10n_co_outgoing_mail o",
    SQL(
        """
        o.state = 'failed' AND o.is_document AND o.handled_on IS NULL AND NOT EXISTS (
            SELECT FROM l10n_co_outgoing_mail s
             WHERE s.res_model = o.res_model AND s.res_id = o.res_id AND s.state = 'sent' AND s.date >= o.date
               AND (s.mail_id IS DISTINCT FROM o.mail_id OR s.email_to = o.email_to)
        )
        """
    ),
    res_id="o.id",
    company_id="o.company_id",
    since="o.date",
    number="o.document_name",
)

DIAGNOSE = "l10n_co_action_diagnose"
KINDS = {
    "mailbox": Kind(
        "fetchmail.server", _accounts("fetchmail_server", "error_date", MAILBOXES), DIAGNOSE
    ),
    "sender": Kind("ir.mail_server", _accounts("ir_mail_server", "write_date", SENDERS), DIAGNOSE),
    "unsent": Kind("l10n_co.outgoing.mail", UNSENT, "action_resend"),
    "certificate": Kind("l10n_co.trusted.certificate", CERTIFICATES),
    "signer": Kind("l10n_co.known.signer", SIGNERS),
    "claim": Kind(DOCUMENT, _documents(CLAIMS)),
    "review": Kind(DOCUMENT, _documents(REVIEW), "action_accept"),
    "contradiction": Kind(DOCUMENT, _documents(CONTRADICTED)),
    "rejected": Kind(DOCUMENT, _documents(REJECTED), "action_way"),
    "unbilled": Kind(DOCUMENT, _documents(UNBILLED), "action_create_bill"),
    "difference": Kind("account.move", DIFFERENCES),
    "failed": Kind("l10n_co.received.mail", FAILED),
}
# A line's identifier: that of its record, times this, plus the place of its kind.
STRIDE = 16


# How long a line waits: days up to which, and what that is called.
AGES = {"today": 1, "days": 3, "week": 7, "month": 31}
OLDER = "older"


def query(kinds):
    """
    :param dict kinds: as `KINDS`
    :return: SQL, SELECT of the whole list, with who is to do a line and until when (its next activity)"""
    return SQL(
        """
        SELECT line.*, %(age)s AS age, activity.user_id, activity.date_deadline AS deadline
          FROM (%(lines)s) line
          LEFT JOIN LATERAL (
                   SELECT a.user_id, a.date_deadline
                     FROM mail_activity a
                    WHERE a.res_model = line.res_model AND a.res_id = line.res_id AND a.active
                 ORDER BY a.date_deadline, a.id
                    LIMIT 1
               ) activity ON TRUE
        """,
        age=_age(),
        lines=SQL(" UNION ALL ").join(
            SQL(
                "SELECT r.res_id::bigint * %(stride)s + %(place)s AS id, %(name)s AS kind, %(place)s AS place, "
                "%(model)s AS res_model, r.* FROM (%(query)s) r",
                stride=STRIDE,
                place=place,
                name=name,
                model=kind.model,
                query=kind.query,
            )
            for place, (name, kind) in enumerate(kinds.items(), start=1)
        ),
    )


def _age():
    cases = SQL(" ").join(
        SQL(
            "WHEN line.since > now() AT TIME ZONE 'UTC' - %s * INTERVAL '1 day' THEN %s", days, name
        )
        for name, days in AGES.items()
    )
    return SQL("CASE %s ELSE %s END", cases, OLDER)
