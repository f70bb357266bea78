import re

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

from ...dian.nit import check_digit, normalise

NIT = "31"
PERSON = "2"
COLOMBIA = "CO"
#: DIAN's identification types (`dian.codes.ID_TYPES`) -> Odoo's.
IDENTIFICATION_TYPES = {
    "11": "l10n_co.civil_registration",
    "12": "l10n_co.id_card",
    "13": "l10n_co.national_citizen_id",
    "21": "l10n_co.foreign_colombian_card",
    "22": "l10n_co.foreign_resident_card",
    "31": "l10n_co.rut",
    "41": "l10n_latam_base.it_pass",
    "42": "l10n_latam_base.it_fid",
    "47": "l10n_co.residence_document",
    "48": "l10n_co.48",
    "50": "l10n_co.external_id",
    "91": "l10n_co.niup_id",
}
#: DANE's department codes (the first two digits of a city's) -> code of Odoo's country state.
DEPARTMENTS = {
    "05": "ANT", "08": "ATL", "11": "DC", "13": "BOL", "15": "BOY", "17": "CAL", "18": "CAQ", "19": "CAU", "20": "CES",
    "23": "COR", "25": "CUN", "27": "CHO", "41": "HUI", "44": "LAG", "47": "MAG", "50": "MET", "52": "NAR", "54": "NSA",
    "63": "QUI", "66": "RIS", "68": "SAN", "70": "SUC", "73": "TOL", "76": "VAC", "81": "ARA", "85": "CAS", "86": "PUT",
    "88": "SAP", "91": "AMA", "94": "GUA", "95": "GUV", "97": "VAU", "99": "VID",
}  # fmt: skip
#: First key of the advisory locks on the creation of suppliers; the second is the hash of the NIT.
SUPPLIER_LOCK = 1_900_373
_NOISE = re.compile(r"[^0-9A-Z]")


def id_key(identification):
    """An identification number as it is compared: a Colombian one as `dian.nit.normalise` has it,
    of another one the letters and digits."""
    number = normalise(identification).number
    return number or _NOISE.sub("", (identification or "").upper())


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_co_id_key = fields.Char(
        string="Comparable identification number",
        compute="_compute_l10n_co_id_key",
        store=True,
        index="btree_not_null",
    )
    l10n_co_trade_name = fields.Char(string="Trade name")
    l10n_co_tax_levels = fields.Char(
        string="Tax responsibilities",
        help="DIAN's codes, as in the RUT: O-13 large taxpayer, O-15 self-withholder, "
        "O-23 IVA withholding agent, O-47 simple regime, R-99-PN none.",
    )

    @api.depends("vat")
    def _compute_l10n_co_id_key(self):
        for partner in self:
            partner.l10n_co_id_key = id_key(partner.vat) or False

    def write(self, vals):
        # EXTENDS base: a user's address is his partner's
        if "email" not in vals:
            return super().write(vals)
        users = self.sudo().with_context(active_test=False).user_ids
        addresses = {user: user.email_normalized for user in users}
        result = super().write(vals)
        for user, address in addresses.items():
            if address and user.email_normalized != address:
                user._l10n_co_note_moved(address)
        return result

    # ---- suppliers of received documents ---------------------------------------------------------

    @api.model
    def _l10n_co_suppliers(self, parties, company):
        """The partners of the issuers of documents; those who are not there are created.

        :param parties: iterable of `dian.party.Party` with an `id_number`
        :return: {id_key: commercial partner}
        :raises ConcurrencyError: if another transaction is creating one of them; try again in a new
            transaction
        """
        wanted = {id_key(party.id_number): party for party in parties}
        found = self._l10n_co_find(wanted, company)
        missing = {key: party for key, party in wanted.items() if key not in found}
        if missing:
            self._l10n_co_claim(missing)
            values = [self._l10n_co_values(party) for party in missing.values()]
            created = self.with_context(no_vat_validation=True, tracking_disable=True).create(
                values
            )
            found.update(zip(missing, created, strict=True))
        archived = self.union(*found.values()).filtered(lambda partner: not partner.active)
        archived.active = True
        return found

    @api.model
    def _l10n_co_find(self, wanted, company):
        """{key: commercial partner} of those that are there, archived ones too."""
        numbers = {number: key for key in wanted for number in _stored_forms(key, wanted[key])}
        candidates = self.with_context(active_test=False).search(
            [
                ("l10n_co_id_key", "in", list(numbers)),
                ("company_id", "in", (False, company.id)),
            ],
            order="id",
        )
        ranked = {}
        for partner in candidates:
            key = numbers[partner.l10n_co_id_key]
            is_exact = partner.l10n_co_id_key == key
            if not is_exact and not _may_end_in_check_digit(partner):
                continue
            commercial = partner.commercial_partner_id
            rank = (is_exact, commercial.active, bool(commercial.supplier_rank), -commercial.id)
            ranked.setdefault(key, []).append((rank, commercial))
        return {
            key: max(choices, key=lambda choice: choice[0])[1] for key, choices in ranked.items()
        }

    @api.model
    def _l10n_co_claim(self, missing):
        """Make sure that no other transaction creates the same suppliers: held until this
        transaction ends.

        A transaction sees the database as it was when it began (REPEATABLE READ), so that the
        partner another one has just committed is looked for through a cursor of its own.
        """
        for key in sorted(missing):
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", (SUPPLIER_LOCK, key)
            )
            if not self.env.cr.fetchone()[0]:
                raise ConcurrencyError(f"the supplier {key} is being created")
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT l10n_co_id_key FROM res_partner WHERE l10n_co_id_key = ANY(%s) LIMIT 1",
                (list(missing),),
            )
            if created := cr.fetchone():
                raise ConcurrencyError(f"the supplier {created[0]} has just been created")

    @api.model
    def _l10n_co_values(self, party):
        """Values of a new partner from the party of a document."""
        is_person = party.organization_type == PERSON
        identification = self.env.ref(
            IDENTIFICATION_TYPES.get(party.id_type, IDENTIFICATION_TYPES[NIT]),
            raise_if_not_found=False,
        )
        return {
            "name": party.name or party.trade_name or party.id_number,
            "is_company": not is_person,
            "vat": _vat_of(party),
            "l10n_latam_identification_type_id": identification and identification.id,
            "l10n_co_trade_name": party.trade_name if party.trade_name != party.name else False,
            "l10n_co_tax_levels": ";".join(party.tax_levels),
            "email": party.email,
            "phone": party.phone,
            "supplier_rank": 1,
            **self._l10n_co_address(party.address),
        }

    @api.model
    def _l10n_co_address(self, address):
        country = self.env["res.country"].search(
            [("code", "=", address.country_code or COLOMBIA)], limit=1
        )
        department = address.department_code or (address.city_code or "")[:2]
        state = self.env["res.country.state"]
        if country.code == COLOMBIA:
            state = state.search(
                [
                    ("country_id", "=", country.id),
                    ("code", "=", DEPARTMENTS.get(department.zfill(2))),
                ],
                limit=1,
            )
        return {
            "street": address.line,
            "city": address.city,
            "zip": address.postal_code,
            "country_id": country.id,
            "state_id": state.id,
        }


def _stored_forms(key, party):
    """The comparable numbers under which a party may be stored: its number, and that with the check
    digit run on."""
    digit = check_digit(key) if party.id_type in (NIT, None) else None
    return [key] if digit is None else [key, key + digit]


def _may_end_in_check_digit(partner):
    """Whether the last digit of a number without dash can be a check digit: of a NIT, not of an
    identity card."""
    identification = partner.l10n_latam_identification_type_id
    return (not identification or identification.is_vat) and "-" not in (partner.vat or "")


def _vat_of(party):
    """As Odoo stores it: a NIT with the check digit that DIAN's rule gives it, whatever the XML
    says."""
    number = id_key(party.id_number)
    digit = check_digit(number) if party.id_type == NIT else None
    return party.id_number if digit is None else f"{number}-{digit}"
