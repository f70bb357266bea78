import base64
import datetime
import logging

from odoo import api, fields, models
from odoo.addons.l10n_co_einvoice_mail.dian.nit import normalise
from odoo.addons.l10n_co_einvoice_mail.models.shared import parameters, rights, transactions
from odoo.addons.l10n_co_einvoice_mail.models.shared.one_line import OneLine
from odoo.addons.l10n_co_einvoice_mail.models.shared.secret import Secret
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import format_date

from ..radian import setup, soap
from ..radian.client import Client, ServiceError
from ..radian.document import TAX_SCHEMES, TEST, Party, Software
from ..radian.identity import SetupError, open_pfx
from .words import in_one

_logger = logging.getLogger(__name__)

#: What somebody may type, and where it is kept.
TYPED = {
    "new_secret_pfx": "secret_pfx",
    "new_secret_password": "secret_password",
    "new_secret_pin": "secret_pin",
}
#: What a test holds for: with another value it is another set-up.
TESTED = frozenset({"environment", "software_id", "tax_scheme", *TYPED.values()})
#: Requests in a minute, of a company.
PER_MINUTE = 60
#: Takes the place of the test environment's address: a DIAN of one's own, for tests.
TEST_ADDRESS = "l10n_co_einvoice_mail_radian.test_address"
#: Somebody is told so long before the certificate expires: a new one is not made in a day.
NOTICE_DAYS = 15
#: What is worked on in one run of a company.
BATCH = 40


class RadianAccount(models.Model):
    """A company at DIAN's service: its certificate, its software, the environment."""

    _name = "l10n_co.radian.account"
    _inherit = [
        "l10n_co.secret.guard.mixin",
        "l10n_co.evidence.mixin",
        "l10n_co.notice.mixin",
    ]
    _description = "Access to DIAN's service (Colombia)"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    environment = fields.Selection(
        [("2", "Test (habilitación)"), ("1", "Production")],
        default=TEST,
        required=True,
        help="Begin with the test environment: what is sent in production cannot be taken back.",
    )
    software_id = fields.Char(
        string="Software ID", help="Of the company's own software, as DIAN's portal shows it."
    )
    tax_scheme = fields.Selection(
        list(TAX_SCHEMES.items()), string="Tax of the company", default="01", required=True
    )
    secret_pfx = Secret(string="Stored certificate", groups=fields.NO_ACCESS, copy=False)
    secret_password = Secret(string="Stored password", groups=fields.NO_ACCESS, copy=False)
    secret_pin = Secret(string="Stored PIN", groups=fields.NO_ACCESS, copy=False)
    new_secret_pfx = fields.Binary(
        string="Certificate (PFX or P12)",
        compute="_compute_typed",
        inverse="_inverse_typed",
        help="Written only: the stored certificate is never shown again.",
    )
    new_secret_password = fields.Char(
        string="Password of the certificate", compute="_compute_typed", inverse="_inverse_typed"
    )
    new_secret_pin = fields.Char(
        string="PIN of the software", compute="_compute_typed", inverse="_inverse_typed"
    )
    has_secrets = fields.Boolean(
        string="Certificate, password and PIN are stored", compute="_compute_has_secrets"
    )
    holder = fields.Char(string="Certificate of", readonly=True, evidence=True)
    valid_to = fields.Date(string="Certificate valid until", readonly=True, evidence=True)
    state = fields.Selection(
        [("draft", "Not tested"), ("done", "Works")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        evidence=True,
    )
    failure_code = fields.Char(readonly=True, copy=False, evidence=True)
    failure_data = fields.Json(readonly=True, copy=False, evidence=True)
    failure = fields.Text(compute="_compute_failure")
    sequence_id = fields.Many2one("ir.sequence", readonly=True, copy=False, evidence=True)
    l10n_co_activity_id = fields.Many2one(evidence=True)
    l10n_co_notices = fields.Json(evidence=True)
    l10n_co_expiry_email = OneLine(
        help="Who is told that the certificate expires, or does not work any more."
    )

    _unique_company = models.UniqueIndex(
        "(company_id) WHERE active", "This company is set up already."
    )

    # ---- secrets ---------------------------------------------------------------------------------

    def _l10n_co_hides_secrets(self):
        # EXTENDS l10n_co_einvoice_mail: every record's
        return True

    def _compute_typed(self):
        for account in self:
            account.update(dict.fromkeys(TYPED, False))

    def _inverse_typed(self):
        for account in self:
            typed = {kept: account[name] for name, kept in TYPED.items() if account[name]}
            if pfx := typed.get("secret_pfx"):
                typed["secret_pfx"] = pfx.decode() if isinstance(pfx, bytes) else pfx
            account.sudo().write(typed)
        # A form that saves reads its record again: what was typed must not travel back.
        self.invalidate_recordset(list(TYPED), flush=False)

    @api.depends(*TYPED.values())
    def _compute_has_secrets(self):
        for account in self:
            account.has_secrets = all(account.sudo()[name] for name in TYPED.values())

    @api.depends("failure_code", "failure_data")
    @api.depends_context("lang")
    def _compute_failure(self):
        for account in self:
            account.failure = in_one(self.env, account.failure_code, account.failure_data)

    # ---- writing ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        for account in accounts.sudo():
            account.sequence_id = self.env["ir.sequence"].sudo().create(
                {
                    "name": f"DIAN {account.company_id.name}",
                    "code": self._name,
                    "prefix": "EV",
                    "padding": 6,
                    "company_id": account.company_id.id,
                }
            )  # fmt: skip
        return accounts

    def write(self, vals):
        """Another certificate, software or environment has to pass the test; a certificate stays with its company."""
        company = vals.get("company_id")
        if company and any(account.company_id.id != company for account in self):
            raise UserError(
                self.env._("A certificate stays with its company. Set up the other one.")
            )
        if "state" not in vals and TESTED & vals.keys():
            self.check_access("write")
            super(RadianAccount, self.sudo()).write({"state": "draft"})
        result = super().write(vals)
        if "environment" in vals:
            self.sudo()._count_anew()
        return result

    def _count_anew(self):
        """What was sent in one environment is not there in the other."""
        events = self.env["l10n_co.radian.event"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        documents = events.document_id
        self.env.add_to_compute(documents._fields["radian_step"], documents)
        documents.modified(["radian_step"])

    # ---- the service -----------------------------------------------------------------------------

    @api.model
    def _of(self, company):
        """:return: the tested account of a company, as superuser; none where there is none"""
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "done")])

    @api.model
    def _check_ready(self, company):
        """:raise UserError: the company has no set-up that works"""
        if not self._of(company):
            raise UserError(
                self.env._(
                    "%s is not set up at DIAN's service yet, or its set-up was not tested. "
                    "Ask the mail administrator.",
                    company.name,
                )
            )

    def _address(self):
        """:return: of the service; a DIAN of one's own can only take the place of the test environment"""
        own = parameters.text(self.env, TEST_ADDRESS) if self.environment == TEST else ""
        return own or soap.ADDRESSES[self.environment]

    def _software(self):
        return Software(self.software_id or "", str(self.sudo().secret_pin or ""))

    def _party(self):
        """:return: document.Party of the company"""
        partner = self.company_id.partner_id
        return Party(
            partner.name,
            normalise(self.company_id.vat).number,
            organization="1" if partner.is_company else "2",
            tax_scheme=self.tax_scheme,
        )

    def _identity(self):
        """:return: Identity
        :raise SetupError: the certificate cannot be used, or not any more
        """
        account = self.sudo()
        identity = open_pfx(_decoded(account.secret_pfx), str(account.secret_password or ""))
        identity.check_validity(now())
        identity.check_owner(self.company_id.vat or "")
        return identity

    def _client(self, identity=None, event=None):
        """
        :param event: l10n_co.radian.event that the requests are about
        :return: client.Client; what it says and hears is kept
        :raise SetupError: as `_identity`
        """
        call = self.env["l10n_co.radian.call"]
        return Client(
            self._address(),
            identity or self._identity(),
            lambda exchange: call._keep(self.company_id, exchange, event),
            now,
            allow_internal=parameters.flag(
                self.env, f"{parameters.PREFIX}allow_internal_servers"
            ),
        )  # fmt: skip

    def _may_call(self):
        """:return: whether the company asked less than `PER_MINUTE` requests in the last minute"""
        return self.env["l10n_co.radian.call"]._recent_count(self.company_id) < PER_MINUTE

    # ---- notices ---------------------------------------------------------------------------------

    def _l10n_co_causes(self):
        # EXTENDS l10n_co.notice.mixin
        soon = fields.Date.context_today(self) + datetime.timedelta(days=NOTICE_DAYS)
        causes = {}
        if self.valid_to and self.valid_to <= soon:
            causes["certificate_expiry"] = self.env._(
                "The certificate for DIAN's service expires on %(date)s: %(holder)s. "
                "Load the new one under Configuration > DIAN's service.",
                date=format_date(self.env, self.valid_to),
                holder=self.holder or "",
            )
        elif self.failure:
            causes["failure"] = self.failure
        return causes

    def _l10n_co_notice_company(self):
        return self.company_id

    def _l10n_co_notice_name(self):
        return self.env._("DIAN's service")

    def _l10n_co_look_after(self):
        """:raise ConcurrencyError: somebody works with it"""
        if not self.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError(f"{self} is in use")
        self._l10n_co_watch()

    def unlink(self):
        """Nothing is left of an access: neither its to-do nor its sequence."""
        sequences, activities = self.sudo().sequence_id, self.sudo().l10n_co_activity_id
        result = super().unlink()
        activities.unlink()
        sequences.unlink()
        return result

    # ---- the test --------------------------------------------------------------------------------

    def action_check(self):
        """Test the set-up step by step.

        :return: action that shows the steps
        """
        self.ensure_one()
        rights.check_mail_admin(self.env)
        self.check_access("write")
        check = self.env["l10n_co.radian.check"].sudo()._run(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test of DIAN's service"),
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _setup(self):
        """:return: setup.Setup of this account"""
        account = self.sudo()
        labels = {
            "secret_pfx": self.env._("certificate"),
            "secret_pin": self.env._("PIN of the software"),
            "software_id": self.env._("software ID"),
        }
        return setup.Setup(
            tuple(label for name, label in labels.items() if not account[name]),
            _decoded(account.secret_pfx),
            str(account.secret_password or ""),
            self.company_id.vat or "",
            now,
            account._client,
        )

    # ---- what waits ------------------------------------------------------------------------------

    @api.model
    def _trigger(self):
        """Wake the scheduled action for what waits now."""
        self.env.ref("l10n_co_einvoice_mail_radian.cron_work").sudo()._trigger()

    @api.model
    def _cron_work(self):
        """Fetch, ask and send what waits, of every company that is set up."""
        for account in self.search([("state", "=", "done")]):
            try:
                account._work()
            except Exception:
                # One company's trouble is not the others'.
                self.env.cr.rollback()
                _logger.exception("DIAN's service: %s", account)

    def _work(self):
        try:
            identity = self._identity()
        except SetupError as error:
            self.write({"failure_code": error.code, "failure_data": error.data})
            transactions.commit(self.env)
            return
        self.write({"failure_code": False, "failure_data": False})
        left = BATCH
        for model in (
            "l10n_co.dian.list.line",
            "l10n_co.received.document",
            "l10n_co.radian.event",
        ):
            for record in self.env[model]._radian_due(self.company_id, left):
                if not self._may_call():
                    break
                self._work_on(record, identity)
                left -= 1
        if left < BATCH:
            # The rest, and what had to wait for what was sent just now.
            self.env.ref("l10n_co_einvoice_mail_radian.cron_work")._trigger(
                fields.Datetime.now() + datetime.timedelta(minutes=1)
            )
        transactions.commit(self.env)

    def _work_on(self, record, identity):
        """Do what is due of one record; its trouble is said on it, and is not the others'."""
        try:
            record._radian_work(self, identity)
        except ServiceError as error:
            record._radian_failed(error.code, error.data, error.is_passing)
        except transactions.CONCURRENCY_ERRORS as busy:
            # Another transaction was at the same rows: nothing is wrong with the record.
            self.env.cr.rollback()
            _logger.info("DIAN's service: %s is done later: %s", record, busy)
            record._radian_failed("busy", {}, is_passing=True)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("DIAN's service: %s", record)
            record._radian_failed("program", {})
        transactions.commit(self.env)


def now():
    """:return: the present, aware"""
    return datetime.datetime.now(datetime.timezone.utc)


def _decoded(text):
    return base64.b64decode(text or "")
