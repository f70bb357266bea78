"""Edits of the jobs of OCA's queue that read mailboxes and draft bills."""

from .. import Edit

ADDON = "../l10n_co_einvoice_mail_queue"
SERVER, CHANNEL, JOB = (
    f"{ADDON}/models/{name}.py" for name in ("fetchmail_server", "queue_job_channel", "queue_job")
)
DATA = f"{ADDON}/data/queue_job.xml"
TESTS = f"../{ADDON}/tests/test_queue_jobs"

EDITS = (
    # Scheduled actions read beside the jobs, or nobody reads.
    Edit(
        SERVER,
        'if not self.env["queue.job"]._l10n_co_is_served():',
        "if False:",
        f"{TESTS}: nobody does",
    ),
    Edit(SERVER, "elif lane == 1:", "else:", f"{TESTS}: lanes rest"),
    Edit(JOB, '& Domain("date_created", "<", now - PATIENCE)', "", f"{TESTS}: comes first"),
    Edit(JOB, "ours & waiting & due", "ours & waiting", f"{TESTS}: nobody does"),
    Edit(JOB, 'ours & Domain("date_started"', 'Domain("date_started"', f"{TESTS}: nobody does"),
    Edit(
        JOB,
        'return bool(jobs.search_count(ours & Domain("date_started", ">=", now - PATIENCE), limit=1))',
        "return False",
        f"{TESTS}: nobody does",
    ),
    Edit(JOB, "search_count(ours & waiting", "search_count(waiting", f"{TESTS}: strangers"),
    # A mailbox has two jobs, or none; it is read twice, or not to its end.
    Edit(SERVER, "identity_key=_key(method, server),", "", f"{TESTS}: one job"),
    Edit(SERVER, ":{server.id}", "", f"{TESTS}: one job"),
    Edit(SERVER, ".{method.strip('_')}:", ":", f"{TESTS}: read while bills"),
    Edit(
        SERVER,
        "_l10n_co_take_turn(server, seen)",
        "_l10n_co_take_turn(server, server.date)",
        f"{TESTS}: late job",
    ),
    Edit(
        SERVER,
        'if took == "unfinished":',
        "if False:",
        f"{TESTS}: fit into",
    ),
    Edit(
        SERVER,
        "server._l10n_co_delay(RECEIVE, server.date)",
        "server._l10n_co_delay(RECEIVE, seen)",
        f"{TESTS}: fit into",
    ),
    Edit(SERVER, "_delay(RECEIVE, turn.seen)", "_delay(RECEIVE, False)", f"{TESTS}: two jobs"),
    Edit(SERVER, "if time.monotonic() >= deadline:", "if False:", f"{TESTS}: fit into"),
    Edit(SERVER, ").book(deadline)", ").book()", f"{TESTS}: fit into"),
    Edit(SERVER, "{BOOKS_LATER: True}).exists()", "{BOOKS_LATER: True})", f"{TESTS}: gone"),
    # The scheduled action lasts, and is ended by Odoo; a host that is away is asked by every job.
    Edit(
        SERVER,
        "            if not Cron._commit_progress(1):\n                break\n",
        "",
        f"{TESTS}: stops in time",
    ),
    Edit(SERVER, "if turn.error:", "if False:", f"{TESTS}: dead host"),
    # Who asked for it waits with all the others.
    Edit(SERVER, "._l10n_co_prefer()", "", f"{TESTS}: comes first"),
    Edit(SERVER, "URGENT if server.l10n_co_asked_on else USUAL", "USUAL", f"{TESTS}: comes first"),
    Edit(SERVER, '("identity_key", "in", keys), ', "", f"{TESTS}: comes first"),
    # Bills are drafted where mails are read, twice at once, by nobody, or in the transaction that holds the lock.
    Edit(SERVER, "{BOOKS_LATER: True}", "{BOOKS_LATER: False}", f"{TESTS}: two jobs"),
    Edit(SERVER, "        unbooked._l10n_co_delay(BOOK)\n", "", f"{TESTS}: were left"),
    Edit(
        SERVER,
        "self._l10n_co_confirmed_domain() & self._l10n_co_unbooked()",
        "self._l10n_co_confirmed_domain()",
        f"{TESTS}: no bills",
    ),
    Edit(SERVER, "server.search(unbooked)._l10n_co", "server._l10n_co", f"{TESTS}: no bills"),
    Edit(SERVER, "server.search(unbooked)._l10n_co_delay(BOOK)", "", f"{TESTS}: two jobs"),
    Edit(SERVER, "return self.env.cr.fetchone()[0]", "return True", f"{TESTS}: two at the bills"),
    Edit(SERVER, "[LOCK, self.id]", "[LOCK, 0]", f"{TESTS}: two at the bills"),
    Edit(
        SERVER,
        "self.with_env(self.env(cr=cr))",
        "self",
        f"{TESTS}: two jobs",
    ),
    # What passes uses up the attempts of a job, which then fails; it is tried again at once, or after hours.
    Edit(SERVER, 'if took == "busy":', "if False:", f"{TESTS}: others work"),
    Edit(SERVER, 'if took == "put off":', "if False:", f"{TESTS}: at its limit"),
    Edit(SERVER, ", ignore_retry=True", "", f"{TESTS}: at its limit"),
    Edit(
        DATA,
        """<field name="retry_pattern" eval="{1: 60, 2: 300, 3: 1800}"/>
        <field name="allow_commit\"""",
        """<field name="retry_pattern" eval="{}"/>
        <field name="allow_commit\"""",
        f"{TESTS}: others work",
    ),
    # A run that commits ends the lock on its job, which is done once more; the queue forbids it.
    Edit(DATA, 'commit" eval="True"', 'commit" eval="False"', f"{TESTS}: two jobs"),
    # A provider's limit is none; the queue keeps jobs for a month.
    Edit(SERVER, "channel=of_provider or None,", "", f"{TESTS}: one job"),
    Edit(SERVER, "of_provider = method == RECEIVE and", "of_provider =", f"{TESTS}: two jobs"),
    Edit(SERVER, 'self.env["queue.job.channel"]._l10n_co_make(due)', "pass", f"{TESTS}: one job"),
    Edit(CHANNEL, '"removal_interval": KEPT_DAYS,', "", f"{TESTS}: one job"),
    Edit(
        CHANNEL,
        r're.sub(r"\W", "_", provider.code or "other")',
        'provider.code or "other"',
        f"{TESTS}: one job",
    ),
    Edit(CHANNEL, ' or "other"', "", f"{TESTS}: comes first"),
    Edit(
        CHANNEL,
        '        names -= set(self._l10n_co_of_providers().mapped("complete_name"))\n',
        "",
        f"{TESTS}: one job",
    ),
    Edit(CHANNEL, "MAILBOXES: 8, BOOKING: 4", "MAILBOXES: 80, BOOKING: 4", f"{TESTS}: line of"),
    Edit(CHANNEL, "sum(CAPACITIES.values())", "1", f"{TESTS}: line of"),
    Edit(CHANNEL, "math.ceil", "math.floor", f"{TESTS}: line of"),
    Edit(CHANNEL, "capacity or CAPACITIES[MAILBOXES]", "capacity or 1", f"{TESTS}: line of"),
    Edit(CHANNEL, "servers._l10n_co_confirmed_domain()", "[]", f"{TESTS}: line of"),
    # Anybody's job reads mailboxes; jobs are shown to other companies' people.
    Edit(
        SERVER,
        "self._l10n_co_check_program()\n        server = self.with_context",
        "server = self.with_context",
        f"{TESTS}: persons job",
    ),
    Edit(
        SERVER,
        "self._l10n_co_check_program()\n        if not self",
        "if not self",
        f"{TESTS}: persons job",
    ),
    Edit(
        SERVER,
        "server.with_context(company_id=server.l10n_co_company_id.id).with_delay(",
        "server.with_delay(",
        f"{TESTS}: one job",
    ),
    # An administrator is refused his own settings.
    Edit(JOB, "jobs = self.sudo()", "jobs = self", f"{TESTS}: administrator"),
    # Jobs and channels stay that nobody can do; other people's go.
    Edit(
        f"{ADDON}/hooks.py",
        'env["queue.job"].sudo().search(env["queue.job"]._l10n_co_domain()).unlink()',
        "pass",
        f"{TESTS}: removal",
    ),
    Edit(
        f"{ADDON}/hooks.py",
        'search(env["queue.job"]._l10n_co_domain())',
        "search([])",
        f"{TESTS}: removal",
    ),
    Edit(
        f"{ADDON}/hooks.py",
        'env["queue.job.channel"]._l10n_co_of_providers().unlink()',
        "pass",
        f"{TESTS}: removal",
    ),
)
