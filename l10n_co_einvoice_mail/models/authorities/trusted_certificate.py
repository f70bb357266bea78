from cryptography.hazmat.primitives.serialization import Encoding
from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ...dian import issuers
from ...dian.trust import ChainState
from ...mailbox import failures, web
from ...mailbox.errors import MailboxError
from ...vocabulary.text import appearance
from ..shared import parameters, rights
from ..shared.reason_mixin import as_read

DOCUMENT = "l10n_co.received.document"
CERTIFICATE_BYTES = 256 * 2**10
#: Seconds that a person waits for an authority's web server.
PATIENCE = 20
#: Above the authority that issued a signer's certificate there is a root, seldom more.
STEPS_UP = 4


class TrustedCertificate(models.Model):
    """Authorities are met in the signatures of the documents that come: nobody has to look for their files.

    One that was met has no certificate yet, and proves nothing. It is read from where the certificates that it issued
    say it lies, must have signed one of them, and is then held against what the authority publishes, by a person.
    """

    _inherit = "l10n_co.trusted.certificate"

    state = fields.Selection(
        selection_add=[("met", "Met, not loaded")], ondelete={"met": "cascade"}
    )
    pem = fields.Text(required=False)
    authority_key = fields.Char(
        compute="_compute_authority_key",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
    )
    source_url = fields.Char(
        string="Read from",
        readonly=True,
        copy=False,
        help="Where the certificates it issued say it lies.",
    )
    document_count = fields.Integer(string="Documents", compute="_compute_counts")
    supplier_count = fields.Integer(string="Suppliers", compute="_compute_counts")
    first_met = fields.Date(string="First document", compute="_compute_counts")
    last_met = fields.Date(string="Last document", compute="_compute_counts")

    _met_has_no_certificate = models.Constraint(
        "CHECK (state = 'met' OR pem IS NOT NULL)", "A certificate to confirm must be there."
    )

    vouched = fields.Text(string="Who vouches for it", compute="_compute_vouched")
    lookalike = fields.Text(compute="_compute_lookalike")

    @api.depends("pem")
    def _compute_authority_key(self):
        for record in self:
            certificate = record.usage == "anchor" and record._certificate()
            record.authority_key = (
                issuers.identity(certificate) if certificate else record.authority_key
            )

    def _compute_counts(self):
        signers = self.filtered(lambda record: record.usage == "dian_signer")
        by_signer = self._facts("dian_certificate_id", signers.ids)
        by_authority = self._facts(
            "signer_authority_key", self.filtered("authority_key").mapped("authority_key")
        )
        for record in self:
            is_signer = record in signers
            facts = by_signer.get(record) if is_signer else by_authority.get(record.authority_key)
            facts = facts or (0, 0, False, False)
            record.document_count, record.supplier_count, record.first_met, record.last_met = facts

    def _facts(self, name, values):
        """:return: {value of that field: [documents, suppliers, date of the first, of the last]}"""
        aggregates = ["__count", "supplier_nit:count_distinct", "issue_date:min", "issue_date:max"]
        groups = self.env[DOCUMENT]._read_group([(name, "in", values)], [name], aggregates)
        return {key: facts for key, *facts in groups}

    @api.depends("pem", "usage")
    @api.depends_context("lang")
    def _compute_vouched(self):
        trust = self._trust_store()
        for record in self:
            certificate = record.pem and record._certificate()
            record.vouched = certificate and self._tell_chain(
                certificate, trust.chain_state(certificate, None)
            )

    def _tell_chain(self, certificate, state):
        """:return: who vouches for a certificate, in words"""
        names = {"issuer": issuers.name(certificate.issuer) or "-"}
        if issuers.is_root(certificate):
            return self.env._("Itself: it is a root. Only its fingerprint can be compared.")
        if state is ChainState.TRUSTED:
            return self.env._("%(issuer)s issued it, and is trusted here.", **names)
        if state is ChainState.UNTRUSTED:
            return self.env._(
                "No authority that is trusted here issued it. It names %(issuer)s, which anybody can write.",
                **names,
            )
        return self.env._(
            "Not checked: no authority is loaded. It names %(issuer)s, which anybody can write.",
            **names,
        )

    def _compute_lookalike(self):
        trusted = self.search([("state", "=", "confirmed")])
        by_appearance = {
            (record.usage, appearance(record.name or "")): record for record in trusted
        }
        for record in self:
            alike = by_appearance.get((record.usage, appearance(record.name or "")))
            is_open = record.state != "confirmed" and alike
            record.lookalike = is_open and self.env._(
                "«%(name)s» is trusted already, with another key. Authorities renew their keys, and forgers write the "
                "same name: compare the fingerprint before you confirm this one.",
                name=alike.name,
            )

    @api.constrains("pem")
    def _check_pem(self):  # pylint: disable=missing-return
        # EXTENDS ledger: one that was met has none yet
        loaded = self.filtered(lambda record: record.state != "met")
        super(TrustedCertificate, loaded)._check_pem()

    # ---- meeting ---------------------------------------------------------------------------------

    @api.model
    def _meet_authorities(self, documents):
        """Remember the authorities whose certificates these documents were signed with."""
        names = {
            document.signer_authority_key: document.signer_authority
            for document in documents
            if document.signer_authority_key
        }
        for key in names.keys() - self._authorities():
            self.create(
                {"usage": "anchor", "state": "met", "authority_key": key, "name": names[key] or key}
            )

    @api.model
    @tools.ormcache()
    def _authorities(self):
        """:return: frozenset of the keys of those that are known, in whatever state"""
        return frozenset(
            self.sudo().search([("authority_key", "!=", False)]).mapped("authority_key")
        )

    # ---- loading ---------------------------------------------------------------------------------

    def action_load(self):
        """Read the certificate of an authority that was met, and those above it.

        :raise AccessError: only a settings administrator may let the server ask other servers
        :raise UserError: it cannot be had; the sentence says why, and what to do
        """
        self.ensure_one()
        rights.check_settings(self.env)
        if self.state != "met":
            raise UserError(self.env._("The certificate is there already."))
        issued = self._an_issued_certificate()
        record = self.sudo()
        for _step in range(STEPS_UP):
            certificate, url = record._read_issuer_of(issued)
            record.write(
                {
                    "pem": certificate.public_bytes(Encoding.PEM).decode(),
                    "state": "pending",
                    "source_url": url,
                }
            )
            if issuers.is_root(certificate) or not issuers.addresses(certificate):
                break
            issued, record = certificate, record._above(certificate)
            if record.state != "met":
                break
        return True

    def _an_issued_certificate(self):
        """:return: x509 certificate that this authority is said to have issued, out of a document that came"""
        documents = self.env[DOCUMENT].sudo()
        # What DIAN validated comes first: anybody can send a certificate that names this authority.
        found = documents.search(
            [("signer_authority_key", "=", self.authority_key)],
            order="dian_status desc, id",
            limit=5,
        )
        for document in found:
            edocument = document._read_edocument()
            certificate = edocument and edocument.signature.certificate
            if certificate and issuers.identity_of_issuer(certificate) == self.authority_key:
                return certificate
        raise UserError(
            self.env._(
                "No document of this authority's signers is kept any more. Load its certificate by hand."
            )
        )

    def _read_issuer_of(self, issued):
        """:param issued: x509 certificate
        :return: (x509 certificate of who issued it, the address that it was read from)
        :raise UserError: no address has it
        """
        allow_internal = parameters.allows_internal(self.env)
        problem = self.env._(
            "The signers' certificates do not say where the authority's own lies. Ask the authority for it, as PEM, "
            "and load it by hand."
        )
        for url in issuers.addresses(issued):
            try:
                content = web.download(
                    url, limit=CERTIFICATE_BYTES, seconds=PATIENCE, allow_internal=allow_internal
                )
            except MailboxError as error:
                problem = self._told(error)
                continue
            for certificate in issuers.read(content):
                if issuers.issued(certificate, issued):
                    return certificate, url
            problem = self.env._("What lies at %s did not issue the signers' certificates.", url)
        raise UserError(problem)

    def _told(self, error):
        failure = failures.FAILURES[error.code]
        texts = (
            self.env._(text) % as_read(self.env, error.data)
            for text in (failure.sentence, failure.remedy)
        )
        return " ".join(texts)

    def _above(self, certificate):
        """:return: the record of who issued an authority's certificate, made where need be"""
        key = issuers.identity_of_issuer(certificate)
        held = self.search([("authority_key", "=", key)], limit=1)
        return held or self.create(
            {
                "usage": "anchor",
                "state": "met",
                "authority_key": key,
                "name": issuers.name(certificate.issuer),
            }
        )

    def write(self, vals):
        # EXTENDS ledger: what is loaded by hand for one that was met must be its certificate
        met = (
            self.filtered(lambda record: record.state == "met")
            if vals.get("pem")
            else self.browse()
        )
        keys = {record: record.authority_key for record in met}
        if met:
            vals = {"state": "pending", **vals}
        result = super().write(vals)
        for record, key in keys.items():
            if record.authority_key != key:
                raise ValidationError(
                    self.env._(
                        "This is not the certificate of %s: name or key differ.", record.name
                    )
                )
        return result

    def action_confirm(self):
        # EXTENDS ledger: what has no certificate yet proves nothing
        unloaded = self.filtered(lambda record: record.state == "met")
        if unloaded and rights.has(self.env, rights.SETTINGS_ADMIN):
            raise UserError(self.env._("Read the certificate of %s first.", unloaded[0].name))
        return super().action_confirm()

    def action_open_documents(self):
        """:return: action on the documents that come of this certificate: of the signers that the authority certified,
        or answered under it
        """
        self.ensure_one()
        if self.usage == "dian_signer":
            return self.action_open_waiting()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.received_document_action"
        )
        return {
            **action,
            "domain": [("signer_authority_key", "=", self.authority_key)],
            "context": {},
        }
