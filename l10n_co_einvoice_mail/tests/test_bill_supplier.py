"""One partner for one NIT, whatever its form, complete when it is new."""

from unittest.mock import patch

from odoo.exceptions import ConcurrencyError

from .bill_common import BillCase
from .tools import builder
from .tools.builder import Party

NIT = builder.SUPPLIER.nit
DIGIT = builder.SUPPLIER.check_digit
#: Forms in which a NIT lies in people's databases.
STORED = (
    f"{NIT}-{DIGIT}",
    f"{NIT}{DIGIT}",
    NIT,
    f"900.123.456-{DIGIT}",
    f"0{NIT}-{DIGIT}",
    f"900 123 456 - {DIGIT}",
    f"CO{NIT}{DIGIT}",
)


class TestSupplier(BillCase):
    def stored_partner(self, vat, **values):
        """A partner with the number exactly as given, as an import or an old version left it."""
        partner = self.env["res.partner"].create({"name": vat, **values})
        self.env.cr.execute("UPDATE res_partner SET vat = %s WHERE id = %s", (vat, partner.id))
        partner.invalidate_recordset(["vat"])
        partner.modified(["vat"])
        partner.flush_recordset()
        return partner

    def test_found_in_any_form(self):
        for number, vat in enumerate(STORED):
            with self.subTest(vat):
                partner = self.stored_partner(vat)
                self.assertEqual(self.bill(number=f"FE{number}").partner_id, partner)
                partner.vat = False

    def test_an_identity_card_is_nobody_elses_nit(self):
        supplier = Party("12345678", "ANA RUIZ")
        card = self.stored_partner(
            f"12345678{supplier.check_digit}",
            l10n_latam_identification_type_id=self.env.ref("l10n_co.national_citizen_id").id,
        )
        self.assertNotEqual(self.bill(supplier=supplier).partner_id, card)

    def test_a_branch_is_its_company(self):
        company = self.stored_partner(STORED[0], is_company=True)
        self.env["res.partner"].create({"name": "Sede Norte", "parent_id": company.id})
        self.assertEqual(self.bill().partner_id, company)

    def test_the_same_supplier_twice_is_one_partner(self):
        edocuments = [self.edocument(number=f"FE{n}") for n in range(3)]
        bills = self.importer._create_bills([(self.receive(e), e) for e in edocuments])
        partners = self.env["account.move"].union(*bills.values()).partner_id
        self.assertEqual(len(partners), 1)
        self.assertEqual(self.bill(number="FE9").partner_id, partners)

    def test_another_companys_partner_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Otra"})
        theirs = self.stored_partner(STORED[0], company_id=other.id)
        self.assertNotEqual(self.bill().partner_id, theirs)

    def test_an_archived_supplier_comes_back(self):
        partner = self.stored_partner(STORED[0], active=False)
        self.assertEqual(self.bill().partner_id, partner)
        self.assertTrue(partner.active)

    def test_a_new_company(self):
        supplier = Party(
            "900373115",
            "FERRETERÍA LA TUERCA S.A.S.",
            "La Tuerca",
            tax_level="O-13;O-15",
            email="f@tuerca.example.com",
            phone="6015550123",
            street="Cra 7 # 12-34",
            city=("05001", "Medellín"),
            department=("05", "Antioquia"),
            postal_code="050001",
        )
        partner = self.bill(supplier=supplier).partner_id
        self.assertRecordValues(
            partner,
            [
                {
                    "name": "FERRETERÍA LA TUERCA S.A.S.",
                    "l10n_co_trade_name": "La Tuerca",
                    "is_company": True,
                    "vat": f"900373115-{builder.check_digit('900373115')}",
                    "l10n_latam_identification_type_id": self.env.ref("l10n_co.rut").id,
                    "l10n_co_tax_levels": "O-13;O-15",
                    "email": "f@tuerca.example.com",
                    "phone": "6015550123",
                    "street": "Cra 7 # 12-34",
                    "city": "Medellín",
                    "state_id": self.env.ref("base.co")
                    .state_ids.filtered(lambda s: s.code == "ANT")
                    .id,
                    "zip": "050001",
                    "country_id": self.env.ref("base.co").id,
                    "supplier_rank": 1,
                    "company_id": False,
                }
            ],
        )

    def test_a_new_person(self):
        supplier = Party("52345678", "ANA MARÍA RUIZ", id_type="13", organization_type="2")
        partner = self.bill(supplier=supplier).partner_id
        self.assertFalse(partner.is_company)
        self.assertEqual(partner.vat, "52345678")
        self.assertEqual(
            partner.l10n_latam_identification_type_id, self.env.ref("l10n_co.national_citizen_id")
        )
        self.assertEqual(self.bill(supplier=supplier, number="FE2").partner_id, partner)

    def test_a_wrong_check_digit_in_the_xml_is_not_taken_over(self):
        supplier = Party("900373115", "X", dv="9")
        partner = self.bill(supplier=supplier).partner_id
        self.assertEqual(partner.vat, f"900373115-{builder.check_digit('900373115')}")

    def test_a_foreign_supplier(self):
        supplier = Party(
            "US-12/AB",
            "ACME INC",
            id_type="50",
            country=("US", "United States"),
            department=("", ""),
            city=("", "Miami"),
        )
        partner = self.bill(supplier=supplier).partner_id
        self.assertEqual(partner.country_id.code, "US")
        self.assertEqual(partner.vat, "US-12/AB")
        self.assertFalse(partner.state_id)

    def test_every_department_has_its_state(self):
        country = self.env.ref("base.co")
        from ..models.bills.res_partner import DEPARTMENTS

        states = self.env["res.country.state"].search([("country_id", "=", country.id)])
        self.assertEqual(sorted(states.mapped("code")), sorted(DEPARTMENTS.values()))

    def test_somebody_else_is_creating_the_supplier(self):
        """A second transaction holds the NIT: this one is to start again, not to create a second
        partner."""
        party = self.edocument().document.supplier
        with self.registry._db.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(1900373, hashtext(%s))", (NIT,))
            with self.assertRaises(ConcurrencyError):
                self.env["res.partner"]._l10n_co_suppliers([party], self.company)
            other.rollback()
        found = self.env["res.partner"]._l10n_co_suppliers([party], self.company)
        self.assertEqual(found[NIT].name, builder.SUPPLIER.name)

    def test_somebody_else_has_just_created_the_supplier(self):
        party = self.edocument().document.supplier
        self.stored_partner(STORED[0])
        blind = patch.object(type(self.env["res.partner"]), "_l10n_co_find", lambda *_: {})
        with self.enter_registry_test_mode(), blind, self.assertRaises(ConcurrencyError):
            self.env["res.partner"]._l10n_co_suppliers([party], self.company)
