import contextlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ...dian.signer import fingerprint
from ...dian.trust import TrustStore


class TrustedCertificate(models.Model):
    """Certificates that a person has decided to trust.

    Anchors (root and subordinate authorities) are loaded by the administrator. A DIAN signer is met
    in an answer, shown once, and confirmed by a person: DIAN publishes no list of the certificates
    it signs its answers with.
    """

    _name = "l10n_co.trusted.certificate"
    _description = "Trusted certificate (Colombian e-invoice mail)"
    _order = "usage, valid_to desc, id"

    name = fields.Char(compute="_compute_facts", store=True, readonly=False)
    pem = fields.Text(string="Certificate (PEM)", required=True)
    usage = fields.Selection(
        [("anchor", "Trust anchor"), ("dian_signer", "DIAN signer")],
        required=True,
        default="anchor",
    )
    state = fields.Selection(
        [("pending", "To confirm"), ("confirmed", "Confirmed")], required=True, default="pending"
    )
    fingerprint = fields.Char(
        string="SHA-256 fingerprint", compute="_compute_facts", store=True, index=True
    )
    subject = fields.Char(string="Certificate subject", compute="_compute_facts", store=True)
    issuer = fields.Char(compute="_compute_facts", store=True)
    valid_from = fields.Datetime(compute="_compute_facts", store=True)
    valid_to = fields.Datetime(compute="_compute_facts", store=True)
    waiting_count = fields.Integer(compute="_compute_waiting_count")

    _unique_fingerprint = models.UniqueIndex(
        "(fingerprint, usage)", "This certificate is loaded already."
    )

    @api.depends("pem")
    def _compute_facts(self):
        for record in self:
            certificate = record._certificate()
            record.fingerprint = certificate and fingerprint(certificate)
            record.subject = certificate and certificate.subject.rfc4514_string()
            record.issuer = certificate and certificate.issuer.rfc4514_string()
            record.valid_from = certificate and certificate.not_valid_before_utc.replace(
                tzinfo=None
            )
            record.valid_to = certificate and certificate.not_valid_after_utc.replace(tzinfo=None)
            record.name = record.name or (certificate and _common_name(certificate))

    def _compute_waiting_count(self):
        waiting = dict(
            self.env["l10n_co.received.document"]._read_group(
                [("dian_certificate_id", "in", self.ids), ("state", "=", "review")],
                ["dian_certificate_id"],
                ["__count"],
            )
        )
        for record in self:
            record.waiting_count = waiting.get(record, 0)

    @api.constrains("pem")
    def _check_pem(self):
        for record in self:
            if not record._certificate():
                raise ValidationError(
                    self.env._(
                        "This is not a certificate in PEM form. It begins with "
                        "«-----BEGIN CERTIFICATE-----»; ask your certification authority for that form."
                    )
                )

    def _certificate(self):
        """:return: the x509 certificate, or None when the text is not one"""
        self.ensure_one()
        with contextlib.suppress(ValueError, x509.InvalidVersion):
            return x509.load_pem_x509_certificate((self.pem or "").strip().encode())
        return None

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _trust_store(self):
        """:return: the TrustStore of all confirmed certificates"""
        confirmed = self.sudo().search([("state", "=", "confirmed")])
        anchors = confirmed.filtered(lambda c: c.usage == "anchor")
        signers = confirmed.filtered(lambda c: c.usage == "dian_signer")
        return TrustStore(
            anchors=tuple(anchor._certificate() for anchor in anchors),
            dian_signers=frozenset(signers.mapped("fingerprint")),
        )

    @api.model
    def _meet_dian_signers(self, certificates):
        """Remember DIAN signers that nobody has confirmed yet.

        :param certificates: x509 certificates
        :return: {fingerprint: record}, a new one in state pending
        """
        by_fingerprint = {fingerprint(c): c for c in certificates}
        known = self.search(
            [("usage", "=", "dian_signer"), ("fingerprint", "in", list(by_fingerprint))]
        )
        new = by_fingerprint.keys() - set(known.mapped("fingerprint"))
        known += self.create(
            [
                {
                    "usage": "dian_signer",
                    "pem": by_fingerprint[fingerprint].public_bytes(Encoding.PEM).decode(),
                }
                for fingerprint in new
            ]
        )
        return {record.fingerprint: record for record in known}

    def action_confirm(self):
        """Trust these certificates and look again at the documents that waited for it."""
        if not self.env.user.has_group("l10n_co_einvoice_mail.group_manager"):
            raise AccessError(
                self.env._("Only a manager of the e-invoice mail can confirm a certificate.")
            )
        self.sudo().state = "confirmed"
        domain = [("state", "=", "review")]
        if self.filtered(lambda c: c.usage == "anchor"):
            # A new anchor can complete the chain of any document whose signer was not trusted.
            domain = ["|", *domain, ("signature_state", "=", "untrusted")]
        else:
            domain.append(("dian_certificate_id", "in", self.ids))
        return self.env["l10n_co.received.document"].sudo().search(domain)._evaluate_again()

    def action_open_waiting(self):
        """:return: action on the documents that wait for this certificate"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_co_einvoice_mail.received_document_action"
        )
        return {**action, "domain": [("dian_certificate_id", "=", self.id)], "context": {}}


def _common_name(certificate):
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return names[0].value if names else certificate.subject.rfc4514_string()
