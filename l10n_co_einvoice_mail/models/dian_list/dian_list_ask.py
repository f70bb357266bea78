from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_amount, format_date

from ..bills.res_partner import id_key
from ..shared import rights


class DianListAsk(models.TransientModel):
    """Suppliers are asked for what DIAN has and never came: one mail each, with all that is missing of theirs."""

    _name = "l10n_co.dian.list.ask"
    _description = "Request to suppliers for missing documents (Colombia)"

    supplier_ids = fields.One2many("l10n_co.dian.list.ask.supplier", "ask_id")

    @api.model
    def _begin(self, lines):
        """:param lines: l10n_co.dian.list.line that are missing
        :return: the request, with a mail for each supplier
        """
        ask = self.create({})
        for _nit, of_supplier in lines.grouped("issuer_nit").items():
            ask.supplier_ids.create(ask.supplier_ids._values(ask, of_supplier))
        return ask

    def action_send(self):
        """Send the mails that are chosen.

        :raise UserError: one has no address
        """
        self.ensure_one()
        rights.check_user(self.env)
        chosen = self.supplier_ids.filtered("is_chosen")
        without = chosen.filtered(lambda supplier: not email_normalize(supplier.email))
        if without or not chosen:
            raise UserError(
                self.env._(
                    "Type an e-mail address for %s, or leave the supplier out.",
                    ", ".join(without.mapped("name")) or self.env._("a supplier"),
                )
            )
        for supplier in chosen:
            supplier._send()
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class DianListAskSupplier(models.TransientModel):
    """The mail to one supplier."""

    _name = "l10n_co.dian.list.ask.supplier"
    _description = "Request to a supplier for missing documents (Colombia)"

    ask_id = fields.Many2one("l10n_co.dian.list.ask", required=True, ondelete="cascade")
    line_ids = fields.Many2many("l10n_co.dian.list.line", readonly=True)
    count = fields.Integer(string="Documents", compute="_compute_count")
    is_chosen = fields.Boolean(string="Send", default=True)
    partner_id = fields.Many2one("res.partner", readonly=True)
    name = fields.Char(string="Supplier", readonly=True)
    nit = fields.Char(string="NIT", readonly=True)
    email = fields.Char(string="E-mail")
    subject = fields.Char(required=True)
    body = fields.Html(required=True)

    def _compute_count(self):
        for supplier in self:
            supplier.count = len(supplier.line_ids)

    @api.model
    def _values(self, ask, lines):
        company, first = lines.company_id[:1], lines[0]
        partner = self._partner_of(company, first.issuer_nit)
        told = lines.with_context(lang=partner.lang or company.partner_id.lang or self.env.lang)
        return {
            "ask_id": ask.id,
            "line_ids": lines.ids,
            "partner_id": partner.id,
            "name": first.issuer_name or first.issuer_nit,
            "nit": first.issuer_nit,
            "email": partner.email or self._known_address(company, first.issuer_nit),
            "subject": told.env._("Electronic documents that did not reach us"),
            "body": self._text(told, company),
            "is_chosen": bool(partner.email or self._known_address(company, first.issuer_nit)),
        }

    def _partner_of(self, company, nit):
        """:return: the supplier's contact, as superuser: who asks need not see contacts; none without a NIT"""
        partners = self.env["res.partner"].sudo()
        key = id_key(nit)
        if not key:
            return partners
        domain = [
            ("l10n_co_id_key", "=", key),
            ("parent_id", "=", False),
            ("company_id", "in", (False, company.id)),
        ]
        return partners.search(domain, order="id", limit=1)

    def _known_address(self, company, nit):
        """:return: where the supplier's last document came from"""
        document = (
            self.env["l10n_co.received.document"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("supplier_nit", "=", nit),
                    ("state", "=", "accepted"),
                ],
                limit=1,
            )
        )
        return email_normalize(document.mail_ids[:1].email_from or "")

    def _text(self, lines, company):
        env = lines.env
        rows = Markup().join(
            Markup("<li>%s<br/>CUFE: %s</li>")
            % (
                env._(
                    "%(kind)s %(number)s of %(date)s, value %(total)s",
                    kind=line.kind,
                    number=line.number,
                    date=format_date(env, line.issue_date),
                    total=format_amount(env, line.total, line.currency_id),
                ),
                line.cufe or "-",
            )
            for line in lines
        )
        opening = env._(
            "DIAN shows these documents of yours made out to %(company)s, NIT %(nit)s, and they did not reach our "
            "mailbox for electronic invoices:",
            company=company.name,
            nit=company.vat or "",
        )
        mailbox = company._l10n_co_events_address()
        wish = env._(
            "Please send each one again to %s, as the ZIP with AttachedDocument and PDF that DIAN asks for.",
            mailbox,
        )
        return Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (opening, rows, wish)

    def _send(self):
        lines = self.line_ids
        lines.check_access("read")
        partner = self.partner_id or self._new_partner()
        lines.list_id[:1].message_post(
            body=self.body,
            subject=self.subject,
            partner_ids=partner.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        lines.sudo().write({"asked_on": fields.Datetime.now(), "asked_by_id": self.env.uid})

    def _new_partner(self):
        """:return: the contact with the address that was typed; made without a right to contacts, for this mail"""
        address = email_normalize(self.email)
        partners = self.env["res.partner"].sudo()
        return partners.search([("email_normalized", "=", address)], limit=1) or partners.create(
            {"name": self.name, "email": address, "is_company": True}
        )
