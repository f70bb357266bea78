import contextlib
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ...mailbox import diagnosis as ladders
from ...mailbox import failures
from ...mailbox.errors import MailboxError
from ..shared import rights
from ..shared.one_line import OneLine
from ..shared.reason_mixin import Blank, as_read

# A diagnosis opens connections for whoever asks: enough for a person, too few for a scan.
PER_MINUTE = 20
# What a client says of a diagnosis; the rest is found out.
ASKED = frozenset({"fetchmail_server_id", "mail_server_id", "recipient"})
# Key of the row that says that nobody wants the rest, and a place behind all the others.
CANCELLED, LAST = "cancelled", 1000
# Steps that fail for reasons of the recipient's.
OF_THE_RECIPIENT = frozenset({"recipient", "message", "arrival"})
# A test mail to one's own reception mailbox is looked for that often, at this distance.
ARRIVAL_LOOKS = 10
ARRIVAL_SECONDS = 2


class MailDiagnosis(models.TransientModel):
    """One diagnosis of an account, step by step."""

    _name = "l10n_co.mail.diagnosis"
    _description = "Diagnosis of a mail account"

    fetchmail_server_id = fields.Many2one("fetchmail.server", ondelete="cascade", readonly=True)
    mail_server_id = fields.Many2one("ir.mail_server", ondelete="cascade", readonly=True)
    activates = fields.Boolean(
        readonly=True, help="The account is confirmed when everything is well."
    )
    recipient = OneLine(
        string="Send a test mail to",
        help="A real mail is sent there. If it is the address of a reception mailbox, its arrival is waited for.",
    )
    state = fields.Selection(
        [("new", "New"), ("running", "Running"), ("done", "Done")], default="new", readonly=True
    )
    is_sound = fields.Boolean(readonly=True)
    step_ids = fields.One2many("l10n_co.mail.diagnosis.step", "diagnosis_id", readonly=True)
    failed_step_id = fields.Many2one("l10n_co.mail.diagnosis.step", readonly=True)
    datum = fields.Selection(related="failed_step_id.datum")
    cause = fields.Text(related="failed_step_id.cause")
    remedy = fields.Text(related="failed_step_id.remedy")
    server_answer = fields.Text(related="failed_step_id.server_answer")
    is_temporary = fields.Boolean(related="failed_step_id.is_temporary")
    patience = fields.Integer(
        readonly=True, help="Seconds that the server has for the step that is tried now."
    )
    help_html = fields.Html(compute="_compute_help_html", string="Step by step")

    @api.model_create_multi
    def create(self, vals_list):
        since = fields.Datetime.now() - timedelta(minutes=1)
        recent = self.sudo().search_count(
            [("create_uid", "=", self.env.uid), ("create_date", ">=", since)]
        )
        if recent + len(vals_list) > PER_MINUTE:
            raise UserError(self.env._("Too many tests in a minute. Wait a little."))
        if not self.env.su and set().union(*vals_list) - ASKED:
            rights.refuse_results(self.env)
        clean = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        diagnoses = super(MailDiagnosis, clean).create(vals_list)
        for diagnosis in diagnoses:
            diagnosis.sudo().activates = diagnosis._account()._l10n_co_is_draft()
        return diagnoses.with_env(self.env)

    def write(self, vals):
        if not self.env.su and vals.keys() & rights.results_of(self):
            rights.refuse_results(self.env)
        return super().write(vals)

    @api.depends("fetchmail_server_id", "mail_server_id")
    def _compute_help_html(self):
        for diagnosis in self:
            diagnosis.help_html = diagnosis._account().l10n_co_provider_help

    def _account(self):
        """:return: the account that is diagnosed, with the rights to work on it
        :raise AccessError: it is not for the present user to do so
        """
        account = self.sudo().fetchmail_server_id or self.sudo().mail_server_id
        account.sudo(self.env.su)._l10n_co_check_admin()
        return account

    # ---- running ---------------------------------------------------------------------------------

    def run(self):
        """Do all the steps at once.

        :return: True when everything is well
        """
        self.ensure_one()
        self._account()
        return self._climb(lambda method, *args: method(self, *args))

    def run_live(self):
        """The same for the screen that watches: every step is committed as soon as it is done."""
        self.ensure_one()
        self._account()
        return self._climb(self._in_own_transaction)

    def _in_own_transaction(self, method, *args):
        with self.env.registry.cursor() as cr:
            return method(self.with_env(self.env(cr=cr)), *args)

    def _climb(self, note):
        """:param note: callable that does what is written: note(unbound method, arguments)"""
        model = type(self)
        note(model._begin)
        account = self._account()
        account._l10n_co_renew_first()
        tested = account._l10n_co_tested()
        try:
            ladder = ladders.Ladder(account._l10n_co_diagnosed(self.recipient or ""))
        except MailboxError as error:
            note(model._note_step, ladders.Step("data", "failed", error=error))
            note(model._conclude, None, tested, False, error)
            return False
        is_sound, wrong = True, None
        with contextlib.closing(self._steps(account, ladder)) as steps:
            for step in steps:
                if not note(model._note_step, step):
                    note(model._give_up)
                    return False
                is_sound = is_sound and step.state == "ok"
                if step.name not in OF_THE_RECIPIENT:
                    wrong = wrong or step.error
        note(model._conclude, ladder, tested, is_sound, wrong)
        return is_sound

    def _steps(self, account, ladder):
        yield from ladder.climb()
        if not ladder.is_sound:
            return
        for name, check in account._l10n_co_more_checks():
            yield _step(name, check)
        if ladder.message_id:
            yield from self._wait_for_arrival(ladder.message_id)

    def _wait_for_arrival(self, message_id):
        """The round trip: what was sent is seen in the reception mailbox it was sent to, and put aside there."""
        reception = (
            self.env["fetchmail.server"]
            .sudo()
            .search(
                [
                    ("l10n_co_company_id", "=", self._account().l10n_co_company_id.id),
                    ("l10n_co_address", "=ilike", self.recipient),
                    ("server_type", "!=", "pop"),
                    ("state", "=", "done"),
                ],
                limit=1,
            )
        )
        if reception:
            yield _step("arrival", lambda: _find_mail(reception, message_id))

    def _begin(self):
        self.sudo().step_ids.unlink()
        self.sudo().write(
            {
                "state": "running",
                "is_sound": False,
                "failed_step_id": False,
                "patience": ladders.patience(),
                **self._as_it_is(),
            }
        )

    def _note_step(self, step):
        """:return: False when whoever asked wants no more of it, and nothing was noted"""
        if CANCELLED in self.step_ids.mapped("key"):
            return False
        failure = step.failure
        title, told = ladders.STEPS[step.name]
        facts = Blank(step.facts)
        if "encryption" in step.facts:
            facts["encryption"] = self._words_of(step.facts["encryption"])
        record = (
            self.env["l10n_co.mail.diagnosis.step"]
            .sudo()
            .create(
                {
                    "diagnosis_id": self.id,
                    "sequence": len(self.step_ids) + 1,
                    "key": step.name,
                    "name": self.env._(title),
                    "state": step.state,
                    "milliseconds": step.milliseconds,
                    "detail": told
                    and (step.state == "ok" or step.name == "other")
                    and self.env._(told) % facts,
                    "code": failure and failure.code,
                    "datum": failure and failure.datum,
                    "is_temporary": bool(failure and failure.temporary),
                    "cause": failure
                    and self.env._(failure.sentence) % as_read(self.env, step.error.data),
                    "remedy": failure
                    and self.env._(failure.remedy) % as_read(self.env, step.error.data),
                    "server_answer": step.error and step.error.server_answer,
                }
            )
        )
        self.sudo().patience = ladders.patience(step)
        if failure and not self.failed_step_id:
            self.sudo().failed_step_id = record
        return True

    def _give_up(self):
        """Nothing is concluded from a test that was cancelled."""
        self.sudo().write({"state": "done", "failed_step_id": False})

    def _conclude(self, ladder, tested, is_sound, error):
        """:param tuple tested: what `_l10n_co_tested` told when the test began
        :param MailboxError error: what is wrong with the account, if anything is
        """
        known = self._known_to_work(ladder)
        self.sudo().write({"state": "done", "is_sound": is_sound, **known})
        account = self._account()
        if (is_sound or error) and account._l10n_co_tested() == tested:
            account._l10n_co_note_diagnosis(ladder, error)

    # ---- what can be done with it ------------------------------------------------------------------

    def action_cancel(self):
        """Let the running test end after the step it is at. Said by a new row: the test itself writes into this one.

        :return: action that closes the dialog
        """
        self.ensure_one()
        self._account()
        if self.state in ("new", "running"):
            self.env["l10n_co.mail.diagnosis.step"].sudo().create(
                {
                    "diagnosis_id": self.id,
                    "sequence": LAST,
                    "key": CANCELLED,
                    "name": self.env._("Cancelled"),
                    "state": "skipped",
                }
            )
        return {"type": "ir.actions.act_window_close"}

    def action_run_again(self):
        """:return: action that opens a new diagnosis of the same account, with the typed recipient"""
        self.ensure_one()
        action = self._account().l10n_co_action_diagnose()
        self.browse(action["res_id"]).recipient = self.recipient
        return action


def _step(name, check):
    """:return: diagnosis.Step of calling `check`, which returns facts or raises a MailboxError"""
    started = time.monotonic()
    try:
        facts, error = check() or {}, None
    except MailboxError as refused:
        facts, error = refused.data, refused
    milliseconds = round((time.monotonic() - started) * 1000)
    return ladders.Step(name, "failed" if error else "ok", milliseconds, error, facts)


def _find_mail(reception, message_id):
    with reception._l10n_co_mailbox() as mailbox:
        for _look in range(ARRIVAL_LOOKS):
            uids = mailbox.search_message_id(mailbox.inbox, message_id)
            if uids:
                mailbox.file_away(uids, reception._l10n_co_folder("processed"))
                return {"mailbox": reception.name}
            time.sleep(ARRIVAL_SECONDS)
    row = failures.FAILURES["mail_not_arrived"]
    raise row.error(row.code, data={"mailbox": reception.name, "user": reception.user})
