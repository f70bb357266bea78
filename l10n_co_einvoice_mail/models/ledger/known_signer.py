from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...dian.nit import normalise
from ...dian.signers import KnownSigner as Known
from ...dian.signers import Standing
from ...dian.trust import ChainState
from ...vocabulary.text import appearance, sentence
from ..shared import rights

DOCUMENT = "l10n_co.received.document"


class KnownSigner(models.Model):
    """Who signs for a supplier of a company, as a technology provider does, and what its manager decided about that.

    DIAN's answer proves a number and a CUFE; the amounts are proven by the signature alone. A signer that is neither
    the supplier itself, under a trusted authority, nor known for it makes its documents wait for a person.
    """

    _name = "l10n_co.known.signer"
    _inherit = ["mail.thread", "l10n_co.evidence.mixin"]
    _description = "Signer of suppliers' documents (Colombia)"
    _order = "state desc, name, id"
    _mail_post_access = "read"
    _is_all_evidence = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    name = fields.Char(string="Signer", readonly=True)
    nit = fields.Char(string="Signer's NIT", readonly=True)
    authority = fields.Char(
        string="Issuer of its certificate",
        readonly=True,
        help="As the certificate says: only a trusted authority proves it.",
    )
    subject = fields.Char(string="Certificate subject", readonly=True)
    fingerprint = fields.Char(
        string="SHA-256 fingerprint",
        readonly=True,
        help="Where no trusted authority vouches for the holder, this very certificate is known. Otherwise all of "
        "the holder's, renewed ones too.",
    )
    key = fields.Char(required=True, readonly=True)
    supplier_nit = fields.Char(string="Supplier's NIT", readonly=True)
    supplier_name = fields.Char(
        string="Supplier", readonly=True, help="For whom it signs; a provider for many has none."
    )
    state = fields.Selection(
        [("new", "To decide"), ("known", "Known"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="new",
        index=True,
        tracking=True,
    )
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    document_ids = fields.One2many(DOCUMENT, "signer_id", string="Documents", readonly=True)
    waiting_count = fields.Integer(
        string="Documents waiting", compute="_compute_waiting_count", compute_sudo=True
    )

    question = fields.Text(compute="_compute_question")
    lookalike = fields.Text(compute="_compute_lookalike", compute_sudo=True)

    _unique_signer = models.UniqueIndex("(company_id, key, COALESCE(supplier_nit, ''))")

    @api.depends("name", "nit", "supplier_name")
    def _compute_display_name(self):
        for signer in self:
            name = f"{signer.name or '-'} ({signer.nit or '-'})"
            signer.display_name = (
                f"{name} → {signer.supplier_name}" if signer.supplier_name else name
            )

    @api.depends("document_ids.state")
    def _compute_waiting_count(self):
        waiting = dict(
            self.env[DOCUMENT]._read_group(
                [("signer_id", "in", self.ids), ("state", "=", "review")],
                ["signer_id"],
                ["__count"],
            )
        )
        for signer in self:
            signer.waiting_count = waiting.get(signer, 0)

    @api.depends("name", "supplier_name")
    @api.depends_context("lang")
    def _compute_question(self):
        for signer in self:
            told = self.env._(
                "%(signer)s has not signed for %(supplier)s before. Ask the supplier, at a telephone number that you "
                "know, who issues its documents. A technology provider signs for many suppliers.",
                signer=signer.name or "-",
                supplier=signer.supplier_name or "-",
            )
            signer.question = sentence(told)

    def _compute_lookalike(self):
        for signer in self:
            signer.lookalike = signer.state == "new" and signer._tell_lookalike()

    def _tell_lookalike(self):
        """:return: a warning where a signer that is known here has the same NIT or a name that looks the same"""
        known = self.search([("company_id", "=", self.company_id.id), ("state", "=", "known")])
        own, look = normalise(self.nit or "").number, appearance(self.name or "")
        named = known.filtered(lambda other: appearance(other.name or "") == look)
        numbered = known.filtered(lambda other: own and normalise(other.nit or "").number == own)
        alike = (named | numbered).filtered(lambda other: other.key != self.key)[:1]
        if not alike:
            return False
        return self.env._(
            "%(name)s (%(nit)s) is known here already, with another certificate. It may have a new one, and forgers "
            "write names that are known. Ask the supplier before you decide.",
            name=alike.name,
            nit=alike.nit or "-",
        )

    # ---- meeting ---------------------------------------------------------------------------------

    @api.model
    def _known_to(self, company):
        """:return: {dian.signers.KnownSigner: record} of the signers that a company knows"""
        known = self.search([("company_id", "=", company.id), ("state", "=", "known")])
        return {
            Known(
                fingerprint=signer.fingerprint or None,
                nit=signer.nit or None,
                authority=signer.authority or None,
                supplier_nit=signer.supplier_nit or None,
            ): signer
            for signer in known
        }

    @api.model
    def _meet(self, company, evidence):
        """:param evidence: dian.evidence.Evidence of a document whose signer nobody knows yet
        :return: the record of its signer, a new one where it is met for the first time; the supplier's own before one
            that is for all suppliers
        """
        values = _values(company, evidence)
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("key", "=", values["key"]),
                ("supplier_nit", "in", (values["supplier_nit"], False)),
            ]
        )
        own = found.filtered("supplier_nit") or found
        return own[:1] or self.create(values)

    # ---- decisions -------------------------------------------------------------------------------

    def action_know(self):
        """Take what these signers sign for their suppliers as signed by the suppliers from now on.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        return self.sudo()._decide("known")

    def action_know_for_all(self):
        """Take what these signers sign as signed by whichever supplier it is of: they are providers for many.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        decided = self.sudo().browse()
        for signer in self.sudo():
            alike = signer.search(
                [("company_id", "=", signer.company_id.id), ("key", "=", signer.key)]
            )
            provider = alike.filtered(lambda other: not other.supplier_nit) or signer
            provider.write({"supplier_nit": False, "supplier_name": False})
            decided |= provider | alike
        return decided._decide("known")

    def action_refuse(self):
        """Reject what these signers sign for their suppliers from now on.

        :raise AccessError: the user is no manager
        """
        self._check_manager()
        return self.sudo()._decide("refused")

    def action_open_documents(self):
        """:return: action on the documents that these signers have signed"""
        return self.document_ids._open()

    def _check_manager(self):
        self.check_access("read")
        if not rights.has(self.env, rights.MANAGER):
            raise AccessError(
                self.env._("Only a manager of the e-invoice mail decides who signs for a supplier.")
            )

    def _decide(self, state):
        """Note the decision of the present user, and judge again what these signers have signed.

        :return: action that tells what became of it, or shows how far it is
        """
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        names = dict(self._fields["state"]._description_selection(self.env))
        name = f"{', '.join(self.mapped('name'))}: {names[state]}"
        return self.env["l10n_co.work"]._judge_again(self.document_ids, name)


def _values(company, evidence):
    """:return: values of the signer of a document. Where a trusted authority vouches for the holder, it is known by
    its NIT under that authority; otherwise by its very certificate.
    """
    signer, signature, issuer = evidence.signer, evidence.signature, evidence.issuer
    is_vouched = (
        signer.chain is ChainState.TRUSTED and signature.holder.is_certain and bool(signer.nit)
    )
    return {
        "company_id": company.id,
        "name": signer.name,
        "nit": signer.nit,
        "authority": signer.authority,
        "subject": signer.subject,
        "fingerprint": False if is_vouched else signer.fingerprint,
        "key": f"{signer.nit} {signer.authority}" if is_vouched else signer.fingerprint,
        "supplier_nit": normalise(issuer.id_number or "").number or issuer.id_number or "-",
        "supplier_name": issuer.name or issuer.id_number or "-",
    }


def is_unknown(evidence):
    """:return: whether a document waits for a decision about its signer"""
    return not evidence.is_event and evidence.signer.standing is Standing.UNKNOWN
