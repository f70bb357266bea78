"""Half a year of bills in the demo database: rules, bills that say where their coding comes from, one that confirmed
itself, withholdings, the touchless rate. Runs in Odoo's shell, with Odoo's `env`.

Each document is signed by the demo's authorities and uploaded, as a bookkeeper would.
"""

from datetime import timedelta

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
#: Months before the one whose bills are not confirmed by hand.
PAST_MONTHS = 6
LIMIT = 2_000_000
#: {supplier: (NIT, lines of each month: (code, description, price, PUC account))}
SUPPLIERS = {
    "Conexión del Valle SAS": (
        "900611204",
        (
            ("INT-100", "Internet fibra 300 Mbps, {month}", "189000.00", "5135"),
            ("TEL-20", "Telefonía sede, {month}", "64000.00", "5135"),
        ),
    ),
    "Contadores Asociados SAS": (
        "900733518",
        (("", "Asesoría contable de {month}", "950000.00", "5110"),),
    ),
    "Transportes La Sabana SAS": (
        "900480077",
        (("FL-1", "Flete Bogotá - Cali, guía {number}", "310000.00", "5135"),),
    ),
}
#: What comes in the last month besides: nobody has coded it before.
NEW = ("RT-9", "Router inalámbrico", "280000.00", "")


def code_bills(env, company):
    """Enter the bills, lay down what an accountant would, and let the last month's bills come."""
    _trust(env)
    books = _Books(env, company)
    for months_ago in range(PAST_MONTHS, 0, -1):
        for name in SUPPLIERS:
            books.confirm(name, books.upload(name, months_ago))
    books.lay_down()
    for name in SUPPLIERS:
        books.upload(name, 0)
    books.upload("Conexión del Valle SAS", 0, NEW)
    for day in env["l10n_co.confirmed.day"].search([("company_id", "=", company.id)]):
        day.sudo()._tell()


def _trust(env):
    """Whoever signs here: the made-up authorities have other keys in each process."""
    from odoo.addons.l10n_co_einvoice_mail.tests.tools import samples

    usages = [("anchor", pem) for pem in samples.trust_anchors()]
    usages.append(("dian_signer", samples.dian_signer()))
    Certificate = env["l10n_co.trusted.certificate"]
    Certificate.create(
        [{"pem": pem, "usage": usage, "state": "confirmed"} for usage, pem in usages]
    )


class _Books:
    """The books of the demo company, as its administrator keeps them."""

    def __init__(self, env, company):
        from odoo.addons.l10n_co_einvoice_mail.dian.nit import normalise

        admin = env.ref("base.user_admin")
        self.env = env(user=admin.id, su=False, context={"allowed_company_ids": company.ids})
        self.company = company.with_env(self.env)
        self.today = env.cr.now().date()
        self.nit, self.number = normalise(company.vat).number, 400
        self.journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "purchase")], limit=1
        )
        # Of each upload Odoo tells this address; here it would fill the list of what was sent.
        self.journal.incoming_einvoice_notification_email = False

    def account(self, prefix):
        return self.env["account.account"].search(
            [("code", "=like", f"{prefix}%"), ("account_type", "=like", "expense%")], limit=1
        )

    def upload(self, name, months_ago, *lines):
        """:return: the bill of a supplier's document of a month, as the Upload button makes it"""
        from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder

        nit, monthly = SUPPLIERS[name]
        day = self.today - timedelta(30 * months_ago + 2)
        self.number += 1
        words = {"month": MONTHS[day.month - 1], "number": 7000 + self.number}
        package = builder.Package(
            builder.Document(
                number=f"FV{self.number}",
                issue_date=day.isoformat(),
                due_date=(day + timedelta(30)).isoformat(),
                supplier=builder.Party(nit, name.upper()),
                customer=builder.Party(self.nit, self.company.name),
                lines=tuple(
                    builder.Line(text.format(**words), price, seller_code=code)
                    for code, text, price, _account in lines or monthly
                ),
            )
        )
        [(file_name, content)] = package.attachments.items()
        attachment = self.env["ir.attachment"].create({"name": file_name, "raw": content})
        return self.journal._create_document_from_attachment(attachment.ids)

    def confirm(self, name, bill):
        """As the accountant does: the first one is coded, the others are as the one before."""
        _nit, monthly = SUPPLIERS[name]
        for line, (*_what, prefix) in zip(bill.invoice_line_ids, monthly, strict=True):
            account = self.account(prefix)
            if account and line.account_id != account:
                line.account_id = account
        bill.action_post()

    def lay_down(self):
        """A rule that is on, one that is not tried, limits of bills that confirm themselves, a concept of withholdings
        that was looked through."""
        Rule = self.env["l10n_co.bill.rule"]
        freight = Rule.create(
            {
                "name": "Fletes",
                "words": "flete",
                "account_id": self.account("5135").id,
                "may_confirm": True,
            }
        )
        freight.action_try()
        freight.action_switch_on()
        Rule.create({"name": "Papelería", "words": "resma", "account_id": self.account("5195").id})
        self.env["l10n_co.confirmation"].create(
            {"company_id": self.company.id, "limit": LIMIT, "bill_count": 3}
        )
        self.company.partner_id.l10n_co_tax_levels = "R-99-PN"
        Concept = self.env["l10n_co.withholding.concept"]
        Concept.action_add_known()
        Concept.search([("key", "=", "fees")]).write(
            {"account_ids": self.account("5110").ids, "is_confirmed": True}
        )
