import contextlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...dian.signer import fingerprint
from ...dian.trust import TrustStore
from ..shared import rights
from ..shared.asking import TODO, ask_administrator


class TrustedCertificate(models.Model):
    """Certificates that a person has decided to trust.

    Anchors (root and subordinate authorities) are loaded by the administrator. A DIAN signer is met
    in an answer, shown once, and confirmed by a person: DIAN publishes no list of the certificates
    it signs its answers with. Both hold for every company: a settings administrator decides, whoever
    else needs it asks one.
    """

    _name = "l10n_co.trusted.certificate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Trusted certificate (Colombian e-invoice mail)"
    _order = "usage, valid_to desc, id"

    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    pem = fields.Text(string="Certificate (PEM)", required=True)
    usage = fields.Selection(
        [("anchor", "Trust anchor"), ("dian_signer", "DIAN signer")],
        required=True,
        default="anchor",
    )
    state = fields.Selection(
        [("pending", "To confirm"), ("confirmed", "Confirmed")],
        required=True,
        default="pending",
        tracking=True,
    )
    fingerprint = fields.Char(
        string="SHA-256 fingerprint", compute="_compute_facts", store=True, index=True
    )
    subject = fields.Char(string="Certificate subject", compute="_compute_facts", store=True)
    issuer = fields.Char(compute="_compute_facts", store=True)
    valid_from = fields.Datetime(compute="_compute_facts", store=True)
    valid_to = fields.Datetime(compute="_compute_facts", store=True)
    waiting_count = fields.Integer(compute="_compute_waiting_count")
    effect = fields.Text(compute="_compute_effect")

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

    @api.depends("pem")
    def _compute_name(self):
        # Apart from the others: Odoo computes none of those that share a method with one that was typed.
        for record in self:
            certificate = record._certificate()
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

    def _compute_effect(self):
        for record in self:
            is_open = record.state == "pending"
            record.effect = is_open and self.env._(
                "Documents that are checked again when it is confirmed: %s.",
                len(record._dependent()),
            )

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
        if "pem" in vals:
            # What was confirmed was another certificate.
            vals = {"state": "pending", **vals}
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
        self = self.sudo()
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
        """Trust these certificates and judge again the documents whose verdict depends on it.

        :return: action that tells what became of them, or shows how far it is
        :raise AccessError: the user is no settings administrator
        """
        if not rights.has(self.env, rights.SETTINGS_ADMIN):
            raise AccessError(
                self.env._(
                    "This certificate holds for every company: only an administrator with the right to "
                    "the settings confirms it. Use «Ask the administrator»."
                )
            )
        self.sudo().state = "confirmed"
        self.sudo().activity_feedback([TODO])
        name = self.env._("Confirmed: %s", ", ".join(self.mapped("name")))
        return self.env["l10n_co.work"]._judge_again(self._dependent().sudo(), name)

    def _dependent(self):
        """:return: the documents whose verdict depends on these certificates"""
        domain = Domain("dian_certificate_id", "in", self.ids)
        if self.filtered(lambda c: c.usage == "anchor"):
            # A new anchor can complete the chain of any document whose signer was not trusted.
            domain |= Domain("state", "=", "review") | Domain("signature_state", "=", "untrusted")
        return self.env["l10n_co.received.document"].sudo().search(domain)

    def action_ask_administrator(self):
        """Ask a settings administrator to confirm these certificates.

        :return: action that tells who was asked
        :raise UserError: there is no settings administrator
        """
        rights.check_user(self.env)
        self.check_access("read")
        return ask_administrator(
            self.filtered(lambda certificate: certificate.state == "pending"),
            lambda certificate: (
                self.env._("Confirm the certificate %s", certificate.name),
                self.env._(
                    "%(user)s asks for it. Documents that wait for it: %(count)s.",
                    user=self.env.user.name,
                    count=certificate.waiting_count,
                ),
            ),
        )

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
