"""What goes into a proof pack of each record, and which records of a company and period there are."""

import datetime
import hashlib

from odoo.fields import Domain

from ...pack import names, tables
from ..ledger.document_types import APPLICATION_RESPONSE
from .received_document import XML

# Colombia has no summer time.
BOGOTA = datetime.timedelta(hours=5)
UNFIT = "El archivo no coincide con el SHA-256 que se anotó al recibirlo."
GONE = "El original ya no está en el programa."
FOREIGN = "El correo llegó al buzón de otra empresa."


class Part:
    """Records of one model that go into packs, one by one in the order of their ids.

    :ivar env: superuser's, in the language of the pack
    :ivar company: whose pack it is; nothing of another one goes into it
    :ivar pack: pack.writer.Pack
    """

    model = ""
    #: Field of the pack that counts its records
    counter = None

    def __init__(self, env, company, first, last):
        self.env = env
        self.company = company
        self.days = (first, last)
        self._labels = {}

    def domain(self):
        """:return: Domain of the records of the period"""
        raise NotImplementedError

    def put(self, pack, record):
        """Put a record into a pack."""
        raise NotImplementedError

    def ids(self, after=0):
        """:return: ids that come after one, in their order"""
        records = self.env[self.model].with_context(active_test=False)
        domain = self.domain() & Domain("company_id", "=", self.company.id)
        return records.search(domain & Domain("id", ">", after), order="id").ids

    def label(self, record, name):
        """:return: a selection's value in words"""
        key = record._name, name
        if key not in self._labels:
            self._labels[key] = dict(record._fields[name]._description_selection(self.env))
        return self._labels[key].get(record[name], record[name])

    def within(self, name):
        first, last = self.days
        return Domain(name, ">=", first) & Domain(name, "<=", last)

    def arrived(self):
        """:return: Domain of what was recorded within the days, as Colombia counts them"""
        first, last = (datetime.datetime.combine(day, datetime.time()) for day in self.days)
        last += datetime.timedelta(days=1)
        return Domain("create_date", ">=", first + BOGOTA) & Domain(
            "create_date", "<", last + BOGOTA
        )


class Mails(Part):
    """The mails of the period, and those that brought its documents, each byte as the server handed it out."""

    model = "l10n_co.received.mail"
    counter = "mail_count"

    def domain(self):
        documents = Documents(self.env, self.company, *self.days).ids()
        return self.arrived() | Domain("document_ids", "in", documents)

    def put(self, pack, mail):
        raw = mail.raw_attachment_id.raw
        name = mail_name(mail) if raw else ""
        remark = "" if raw else GONE
        if raw and pack.add(name, raw) != mail.sha256:
            remark = UNFIT
        pack.row(
            tables.MAILS,
            received_on=mail.create_date,
            mailbox=mail.came_by,
            sender=mail.email_from,
            subject=mail.subject,
            message_id=mail.message_id,
            state=self.label(mail, "state"),
            reason=mail.reason,
            size=mail.size,
            file=name,
            digest=mail.sha256,
            remark=remark,
        )


class Documents(Part):
    """The documents of the period, with their files and their bills."""

    model = "l10n_co.received.document"
    counter = "document_count"

    def domain(self):
        undated = Domain("issue_date", "=", False) & self.arrived()
        return self.within("issue_date") | undated

    def put(self, pack, document):
        folder = document_folder(document)
        files = [(f"{folder}/{name}", content) for name, content in document._proof_files()]
        digests = [pack.add(name, content) for name, content in files]
        mails = document.mail_ids.sorted("id")
        own = mails.filtered(
            lambda mail: mail.company_id == self.company and mail.raw_attachment_id
        )
        pack.row(
            tables.DOCUMENTS,
            **self._facts(document),
            files=" ".join(name for name, _content in files),
            digests=" ".join(digests),
            mails=" ".join(mail_name(mail) for mail in own),
            mail_digests=" ".join(mail.sha256 or "-" for mail in own),
            remark=self._remark(files, mails, own),
        )
        if document.move_id.company_id == self.company:
            self._write_bill(pack, document.move_id, document.cufe, set(digests))

    def _facts(self, document):
        """:return: dict, the cells that tell what the document is and what became of it"""
        bill = document.move_id
        return {
            "kind": self.label(document, "document_type"),
            "number": document.number,
            "cufe": document.cufe,
            "date": document.issue_date,
            "supplier_nit": document.supplier_nit,
            "supplier": document.supplier_name,
            "receiver_nit": document.receiver_nit,
            "currency": document.currency_id.name,
            "untaxed": document.amount_untaxed,
            "tax": document.amount_tax,
            "total": document.amount_total,
            "state": self.label(document, "state"),
            "reason": document.reason,
            "accepted_by": document.accepted_by_id.name,
            "accepted_on": document.accepted_on,
            "dian": self.label(document, "dian_status"),
            "signature": self.label(document, "signature_state"),
            "event": self.label(document, "event_code"),
            "refers_to": document.referenced_cufe,
            "bill": bill.name or bill.ref,
            "bill_state": bill and self.label(bill, "state"),
        }

    def _remark(self, files, mails, own):
        remarks = [] if any(name.endswith(f"/{XML}") for name, _content in files) else [GONE]
        if any(mail.company_id != self.company for mail in mails - own):
            remarks.append(FOREIGN)
        return " ".join(remarks)

    def _write_bill(self, pack, bill, cufe, held):
        """:param held: digests of what is in the pack of its document; copies of it on the bill are no other proof"""
        supports = {}
        for attachment in self._attachments(bill):
            content = attachment.raw or b""
            digest = hashlib.sha256(content).hexdigest()
            if content and digest not in held | supports.keys():
                name = f"facturas/{bill.id}/{attachment.id}{names.suffix(attachment.name)}"
                supports[digest] = name
                pack.add(name, content)
        pack.row(
            tables.BILLS,
            bill=bill.name or bill.ref,
            reference=bill.ref,
            supplier=bill.partner_id.name,
            date=bill.invoice_date,
            due=bill.invoice_date_due,
            state=self.label(bill, "state"),
            currency=bill.currency_id.name,
            untaxed=bill.amount_untaxed,
            tax=bill.amount_tax,
            total=bill.amount_total,
            cufe=cufe,
            files=" ".join(supports.values()),
            digests=" ".join(supports),
        )
        for item in bill.line_ids.filtered("account_id"):
            self._write_item(pack, bill, item)

    def _write_item(self, pack, bill, item):
        pack.row(
            tables.ITEMS,
            bill=bill.name or bill.ref,
            date=item.date,
            account=item.account_id.code,
            account_name=item.account_id.name,
            partner=item.partner_id.name,
            label=item.name,
            taxes=", ".join(item.tax_ids.mapped("name")),
            debit=item.debit,
            credit=item.credit,
        )

    def _attachments(self, bill):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", bill._name),
                ("res_id", "=", bill.id),
                ("res_field", "=", False),
                ("type", "=", "binary"),
            ],
            order="id",
        )


class Lines(Part):
    """The comparison with DIAN's list."""

    model = "l10n_co.dian.list.line"

    def domain(self):
        return self.within("issue_date")

    def put(self, pack, line):
        pack.row(
            tables.DIAN_LIST,
            month=line.list_id.month.strftime("%Y-%m"),
            place=self.label(line, "place"),
            kind=line.kind,
            number=line.number,
            cufe=line.cufe,
            date=line.issue_date,
            issuer_nit=line.issuer_nit,
            issuer=line.issuer_name,
            receiver_nit=line.receiver_nit,
            currency=line.currency_name,
            tax=line.tax,
            total=line.total,
            at_dian="sí" if line.is_listed else "no",
            status=self.label(line, "status"),
            asked_on=line.asked_on,
        )


#: In this order: a position in a pack is one of them, and the id that was the last.
PARTS = (Mails, Documents, Lines)


def mail_name(mail):
    """:return: name of a mail's file"""
    return f"correos/{mail.create_date:%Y-%m}/{mail.id}.eml"


def document_folder(document):
    """:return: folder of a document's files; its id makes it unique, the rest is for people"""
    kind = "eventos" if document.document_type == APPLICATION_RESPONSE else "documentos"
    month = f"{document.issue_date:%Y-%m}" if document.issue_date else "sin-fecha"
    what = (names.part(document.supplier_nit), names.part(document.number))
    return f"{kind}/{month}/{document.id}_{'_'.join(what)}"
