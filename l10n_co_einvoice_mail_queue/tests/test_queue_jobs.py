"""Jobs of OCA's queue read mailboxes and draft bills. Two machines that share them, one of which is killed, are played
by `make crash`.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.addons.l10n_co_einvoice_mail.models.reception import fetchmail_server_lanes as lanes
from odoo.addons.l10n_co_einvoice_mail.models.reception.run import MailboxBusy
from odoo.addons.l10n_co_einvoice_mail.tests.common import PASSWORD, ReceptionCase
from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder
from odoo.addons.l10n_co_einvoice_mail_queue.hooks import uninstall_hook
from odoo.addons.l10n_co_einvoice_mail_queue.models import fetchmail_server as jobs
from odoo.addons.l10n_co_einvoice_mail_queue.models import queue_job
from odoo.addons.l10n_co_einvoice_mail_queue.models.queue_job import BOOK, RECEIVE
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.exceptions import AccessError
from odoo.sql_db import db_connect
from odoo.tests import new_test_user, tagged
from odoo.tools import convert_file


@tagged("post_install_l10n", "post_install", "-at_install")
class TestQueueJobs(ReceptionCase):
    def setUp(self):
        super().setUp()
        # As the file has it now, not as it was when the database was made.
        data = "data/queue_job.xml"
        convert_file(self.env(su=True), "l10n_co_einvoice_mail_queue", data, {})
        self.env["fetchmail.server"].sudo().search([]).filtered("l10n_co_company_id").active = False
        self.company.l10n_co_bill_policy = "draft"
        self.mailbox.write({"active": True, "state": "done"})

    @contextmanager
    def committing(self):
        """The mailbox in an environment that may commit, as that of a scheduled action or of a job."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.mailbox.with_env(self.env(cr=cr, user=SUPERUSER_ID, context={}))
        self.env.invalidate_all()

    def run_cron(self, lane=1):
        with self.committing() as mailbox:
            mailbox._l10n_co_cron_receive(lane)

    def do(self, method, *arguments):
        with self.committing() as mailbox:
            getattr(mailbox, method)(*arguments)

    def create_other(self, **values):
        address = "other@comprador.example.com"
        return self.create_mailbox(
            self.bed.add_user(address, PASSWORD), **{"state": "done", **values}
        )

    def waiting(self, method=RECEIVE):
        domain = [("method_name", "=", method), ("state", "=", "pending")]
        return self.env["queue.job"].sudo().search(domain)

    def perform(self, job):
        """Do a job as the queue's controller does: with its function's own settings."""
        with self.committing() as mailbox:
            RunJobController._try_perform_job(mailbox.env, Job.load(mailbox.env, job.uuid))

    def create_stranger(self):
        """:return: a job that is not of this addon"""
        return self.env["res.partner"].sudo().with_delay().name_search("x").db_record()

    # ---- making jobs -----------------------------------------------------------------------------

    def test_one_job_a_mailbox(self):
        provider = self.env["l10n_co.mail.provider"].create({"name": "x", "code": "un.o"})
        self.mailbox.l10n_co_provider_id = provider
        self.deliver(builder.Package(builder.Document()).mail)
        self.run_cron()
        job = self.waiting()
        self.assertEqual(job.records.ids, self.mailbox.ids)
        self.assertEqual(job.channel, "root.l10n_co_mail.un_o")
        self.assertEqual(job.company_id, self.company)
        self.assertEqual(list(job.args), [False])
        self.assertFalse(self.ledger(), "The scheduled action reads nothing.")
        channel = self.env["queue.job.channel"].sudo().search([("complete_name", "=", job.channel)])
        self.assertEqual(channel.removal_interval, 1)
        other = self.create_other()
        self.run_cron()
        self.assertEqual((self.waiting() - job).records.ids, other.ids)
        self.assertEqual(len(self.waiting()), 2)

    def test_lanes_rest(self):
        self.run_cron(2)
        self.assertFalse(self.waiting())
        self.assertFalse(self.mailbox.date)

    def test_who_asked_comes_first(self):
        self.run_cron()
        first = self.waiting()
        other = self.create_other()
        self.run_cron()
        self.mailbox.l10n_co_asked_on = fields.Datetime.now()
        self.run_cron()
        self.assertEqual(first.priority, jobs.URGENT)
        second = self.waiting() - first
        self.assertEqual(second.priority, jobs.USUAL)
        second.unlink()
        other.l10n_co_asked_on = fields.Datetime.now()
        self.run_cron()
        self.assertEqual((self.waiting() - first).priority, jobs.URGENT)

    def test_the_scheduled_action_stops_in_time(self):
        self.create_other()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_, **__: 0):
            self.run_cron()
        self.assertEqual(len(self.waiting()), 1)

    def test_a_dead_host_is_asked_by_the_dispatcher(self):
        other = self.create_other()
        self.mailbox.write({"port": 1, "state": "done"})
        self.run_cron()
        self.assertEqual(self.waiting().records.ids, other.ids)
        self.assertTrue(self.mailbox.l10n_co_failure_count)
        self.assertTrue(self.mailbox.l10n_co_next_run)

    def test_nobody_does_the_jobs(self):
        self.run_cron()
        self.deliver(builder.Package(builder.Document()).mail)
        stranger = self.create_stranger()
        with patch.object(queue_job, "PATIENCE", timedelta(seconds=-5)):
            self.waiting().eta = fields.Datetime.now() + timedelta(hours=1)
            self.assertTrue(self.env["queue.job"]._l10n_co_is_served(), "It waits for its hour.")
            self.waiting().eta = False
            stranger.date_started = fields.Datetime.now() + timedelta(hours=1)
            with self.assertLogs(jobs.__name__, "WARNING"):
                self.run_cron()
            self.assertEqual(self.ledger().document_ids.booking, "done", "Read and booked at once.")
            settings = self.env["res.config.settings"].create({})
            self.assertIn("server_wide_modules", settings.l10n_co_queue_notice)
            self.waiting().date_started = fields.Datetime.now() + timedelta(hours=1)
            self.assertTrue(self.env["queue.job"]._l10n_co_is_served(), "It is busy.")

    def test_strangers_jobs_that_nobody_does_are_no_matter(self):
        self.create_stranger()
        with patch.object(queue_job, "PATIENCE", timedelta(seconds=-5)):
            self.assertTrue(self.env["queue.job"]._l10n_co_is_served())

    # ---- jobs ------------------------------------------------------------------------------------

    def test_reading_and_booking_are_two_jobs(self):
        self.deliver(builder.Package(builder.Document()).mail)
        self.run_cron()
        self.perform(self.waiting())
        document = self.ledger().document_ids
        self.assertEqual(document.booking, "pending")
        self.assertFalse(self.waiting(), "It is through.")
        self.assertTrue(self.mailbox.date)
        self.assertEqual(len(self.folder("Procesados")), 1)
        job = self.waiting(BOOK)
        self.assertEqual(job.channel, "root.l10n_co_book")
        self.perform(job)
        self.assertEqual(document.booking, "done")
        self.assertEqual(document.move_id.ref, document.number)
        self.deliver(builder.Package(builder.Document(number="FE2")).mail)
        self.run_cron()
        self.perform(self.waiting())
        self.assertEqual(len(self.ledger()), 2, "The mailbox was read before, and not since.")

    def test_a_late_job_finds_nothing_to_do(self):
        seen = self.mailbox.date
        self.mailbox.date = fields.Datetime.now()
        self.deliver(builder.Package(builder.Document()).mail)
        self.do(RECEIVE, seen)
        self.assertFalse(self.ledger())

    def test_a_mailbox_that_is_gone(self):
        with self.committing() as mailbox:
            gone = mailbox.copy(
                {"name": "gone", "user": "gone@x.co", "l10n_co_address": "gone@x.co"}
            )
            gone.unlink()
            gone._l10n_co_receive_job(False)
            gone._l10n_co_book_job()

    def test_bills_that_were_left_are_drafted(self):
        """Of a job that was killed, or that the queue has given up."""
        self.deliver(builder.Package(builder.Document()).mail)
        self.do(RECEIVE, self.mailbox.date)
        self.waiting(BOOK).unlink()
        self.run_cron()
        self.assertEqual(len(self.waiting(BOOK)), 1)

    def test_mails_are_read_while_bills_wait(self):
        self.deliver(builder.Package(builder.Document()).mail)
        self.do(RECEIVE, self.mailbox.date)
        self.run_cron()
        self.assertEqual(len(self.waiting(BOOK)), 1)
        self.assertEqual(len(self.waiting()), 1)

    def test_where_there_are_no_bills_no_job_is_made(self):
        self.do(RECEIVE, self.mailbox.date)
        self.run_cron()
        self.assertTrue(self.mailbox.date)
        self.assertFalse(self.waiting(BOOK))

    def test_what_does_not_fit_into_a_turn_is_the_next_jobs(self):
        def unfinished(_model, server, _seen):
            server.date = fields.Datetime.now()
            return "unfinished"

        self.deliver(builder.Package(builder.Document()).mail)
        with patch.object(type(self.mailbox), "_l10n_co_take_turn", unfinished):
            self.do(RECEIVE, False)
        self.perform(self.waiting())
        self.waiting(BOOK).unlink()
        with patch.object(jobs, "TURN_SECONDS", 0):
            self.do(BOOK)
        self.assertEqual(self.ledger().document_ids.booking, "pending")
        self.assertEqual(len(self.waiting(BOOK)), 1)

    def test_others_work_at_the_mailbox(self):
        def busy(*_arguments):
            raise MailboxBusy("x")

        with patch.object(lanes, "receive", busy), self.assertRaises(RetryableJobError) as raised:
            self.do(RECEIVE, self.mailbox.date)
        self.assertFalse(raised.exception.seconds, "The pattern of the function says when.")
        functions = self.env["queue.job.function"].sudo()
        for method in (RECEIVE, BOOK):
            pattern = functions.job_config(f"<fetchmail.server>.{method}").retry_pattern
            self.assertEqual(pattern, {1: 60, 2: 300, 3: 1800})

    def test_two_at_the_bills(self):
        self.deliver(builder.Package(builder.Document()).mail)
        self.do(RECEIVE, self.mailbox.date)
        with db_connect(self.env.cr.dbname).cursor() as machine:
            lock = "SELECT pg_advisory_xact_lock(%s, %s)"
            machine.execute(lock, [jobs.LOCK, self.mailbox.id])
            self.do(BOOK)
            self.assertEqual(self.ledger().document_ids.booking, "pending")
            machine.rollback()
            machine.execute(lock, [jobs.LOCK, self.mailbox.id + 1])
            self.do(BOOK)
        self.assertEqual(
            self.ledger().document_ids.booking, "done", "Another mailbox' is no matter."
        )

    def test_a_host_at_its_limit_is_no_attempt(self):
        Host = type(self.env["l10n_co.mail.host"])
        with (
            patch.object(Host, "_admits", lambda *_: False),
            self.assertRaises(RetryableJobError) as raised,
        ):
            self.do(RECEIVE, self.mailbox.date)
        self.assertTrue(raised.exception.ignore_retry)
        self.assertEqual(raised.exception.seconds, 60)

    # ---- rights ----------------------------------------------------------------------------------

    def test_a_persons_job_is_refused(self):
        """A manager of the queue may write a user on a job, and queue it again."""
        manager = new_test_user(
            self.env,
            "queue@x.co",
            groups="base.group_user,queue_job.group_queue_job_manager,"
            "l10n_co_einvoice_mail.group_mail_admin",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.deliver(builder.Package(builder.Document()).mail)
        self.run_cron()
        job = self.waiting()
        job.user_id = manager
        with self.assertRaises(AccessError):
            self.perform(job)
        self.assertFalse(self.ledger())
        for method in (RECEIVE, BOOK):
            mailbox = self.mailbox.with_user(manager).sudo(False)
            arguments = [False] if method == RECEIVE else []
            with self.assertRaises(AccessError):
                getattr(mailbox, method)(*arguments)

    def test_jobs_of_another_company_are_not_seen(self):
        self.run_cron()
        manager = new_test_user(
            self.env, "q@x.co", groups="base.group_user,queue_job.group_queue_job_manager"
        )
        other = self.setup_other_company()["company"]
        manager.sudo().write({"company_ids": other.ids, "company_id": other.id})
        self.assertTrue(self.waiting())
        jobs_seen = self.env["queue.job"].with_user(manager).search([])
        self.assertFalse(jobs_seen & self.waiting())

    def test_an_administrator_sees_the_line_of_all_companies(self):
        self.mailbox.l10n_co_provider_id = self.env["l10n_co.mail.provider"].create(
            {"name": "x", "code": "x", "session_count": 3}
        )
        other = self.setup_other_company()["company"]
        admin = new_test_user(self.env, "a@x.co", groups="base.group_user,base.group_system")
        admin.sudo().write({"company_ids": other.ids, "company_id": other.id})
        settings = self.env["res.config.settings"].with_user(admin).create({})
        self.assertIn("root.l10n_co_mail.x:3", settings.l10n_co_queue_channels)
        self.assertFalse(settings.l10n_co_queue_notice)

    # ---- settings and removal --------------------------------------------------------------------

    def test_line_of_the_configuration(self):
        base = "root:12,root.l10n_co_mail:8,root.l10n_co_book:4"
        provider = self.env["l10n_co.mail.provider"].create({"name": "x", "code": "x"})
        self.mailbox.l10n_co_provider_id = provider
        for values, line in (
            ({}, base),
            ({"session_count": 3}, f"{base},root.l10n_co_mail.x:3"),
            ({"logins_per_minute": 25}, f"{base},root.l10n_co_mail.x:3:throttle=3"),
            ({"session_count": 0}, f"{base},root.l10n_co_mail.x:8:throttle=3"),
        ):
            provider.write(values)
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.l10n_co_queue_channels, line)
        self.assertFalse(settings.l10n_co_queue_notice)
        self.mailbox.state = "draft"
        self.assertEqual(self.env["queue.job.channel"]._l10n_co_line(), base, "It is not read.")

    def test_removal_leaves_nothing_behind(self):
        self.run_cron()
        self.assertTrue(self.waiting())
        stranger = self.create_stranger()
        uninstall_hook(self.env)
        self.assertFalse(self.waiting())
        self.assertTrue(stranger.exists())
        self.assertFalse(self.env["queue.job.channel"]._l10n_co_of_providers())
