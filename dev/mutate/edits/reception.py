"""Edits of receiving."""

from .. import Edit

EDITS = (
    # A mail that ends the process before it was begun again is stored as if nobody had tried.
    Edit(
        "models/reception",
        '"attempts": 1,',
        "",
        "test_hostile_mail: attempt",
    ),
    # A file that no cleaning finds when its transaction is taken back, and one file more than needed.
    Edit(
        "models/shared/ir_attachment.py",
        "        mark.touch()\n",
        "        pass\n",
        "test_reception_troubles: marked_for_cleaning",
    ),
    Edit(
        "models/shared/ir_attachment.py",
        "        mark.hardlink_to(draft)\n",
        "        raise OSError\n",
        "test_reception_troubles: marked_for_cleaning",
    ),
    # A disk that is full is noticed by nobody.
    Edit(
        "models/shared/ir_attachment.py",
        "            list(pool.map(",
        "            (pool.map(",
        "test_reception_troubles: has_no_room",
    ),
    # A run without the mailbox's lock.
    Edit(
        "models/reception/run.py",
        "if not server.try_lock_for_update(allow_referencing=True):",
        "if False:",
        "test_reception_scope: lock",
    ),
    # «Mails since».
    Edit(
        "models/reception",
        "if new and since:",
        "if False:",
        "test_reception_scope: since",
    ),
    Edit(
        "models/reception",
        "dates.append(fields.Date.context_today(self) - timedelta(days=self.l10n_co_max_age))",
        "pass",
        "test_reception_scope: since",
    ),
    Edit(
        "models/reception",
        "return max(dates, default=False)",
        "return min(dates, default=False)",
        "test_reception_scope: since",
    ),
    # «Today» begins at the midnight of UTC.
    Edit(
        "models/reception",
        "midnight = fields.Datetime.context_timestamp(self, fields.Datetime.now())",
        "midnight = fields.Datetime.now().replace(tzinfo=timezone.utc)",
        "test_reception_scope: today",
    ),
    Edit(
        "models/reception",
        "if self._deleting and self.mailbox.close():",
        "if self._deleting:",
        "test_reception_pop: session",
    ),
    Edit(
        "models/reception",
        "by_uid = {mail.uid: mail for mail in fetched if mail.backed_up_on}",
        "by_uid = {mail.uid: mail for mail in fetched}",
        "test_reception_pop: refused backup",
    ),
    Edit(
        "models/reception",
        "if not address:\n            raise",
        "if False:\n            raise",
        "test_reception_pop: without backup",
    ),
    Edit(
        "models/reception",
        "fitting = [entry for entry in entries if entry.size <= limit]",
        "fitting = entries",
        "test_reception: oversized",
    ),
    Edit(
        "models/reception",
        "if isinstance(error, LoginFailed):\n        return LOGIN_PAUSE",
        "if False:\n        return LOGIN_PAUSE",
        "test_reception_fairness",
    ),
    Edit(
        "models/reception",
        'due |= Domain("l10n_co_next_run", "<=", fields.Datetime.now())',
        'due |= Domain("l10n_co_next_run", "!=", False)',
        "test_reception_fairness",
    ),
    Edit(
        "models/reception",
        'rights.check_user(self.env)\n        self.check_access("read")\n        messages',
        "messages",
        "test_reception",
    ),
    Edit(
        "models/reception",
        'if mail.state == "failed":\n                mail._step("try anew")',
        "pass",
        "test_reception: put back",
    ),
    Edit(
        "models/reception",
        "if twins:",
        "if False:",
        "test_mail_account",
    ),
    # Several lanes, and hosts that throttle.
    Edit(
        "models/reception",
        "if not self.search_count(self._l10n_co_due_domain() & chosen):",
        "if False:",
        "test_reception_lanes: passed over",
    ),
    Edit(
        "models/reception",
        "mine = due.filtered(lambda server: server.id % lanes == lane % lanes)",
        "mine = due",
        "test_reception_lanes: different",
    ),
    Edit(
        "models/reception/fetchmail_server_lanes.py",
        "if not left:",
        "if False:",
        "test_reception_lanes: ends_in_time",
    ),
    Edit(
        "models/reception/lane.py",
        "return self._keeps and not provider.session_count and not provider.logins_per_minute",
        "return self._keeps",
        "test_reception_lanes: counted",
    ),
    Edit(
        "models/reception/lane.py",
        "self._troubled.add(turn.mailbox.endpoint)",
        "pass",
        "test_reception_lanes: after_a_failure",
    ),
    Edit(
        "models/reception/lane.py",
        "if turn.mailbox and turn.mailbox.endpoint not in self._asked:",
        "if turn.mailbox:",
        "test_reception_lanes: reads_on",
    ),
    Edit(
        "models/reception/lane.py",
        "return not self._is_over() or self._pending() or self._first_failed()",
        "return not self._is_over()",
        "test_reception_lanes: told_also",
    ),
    Edit(
        "models/reception",
        "if not is_greeting and complaints < COMPLAINTS:",
        "if False:",
        "test_reception_lanes: throttles",
    ),
    Edit(
        "models/reception",
        'Domain("server", "not in", list(paused))',
        "Domain.TRUE",
        "test_reception_lanes: throttles",
    ),
    Edit(
        "models/reception",
        "if not error and not Host._admits(server):",
        "if False:",
        "test_reception_lanes: sessions",
    ),
    Edit(
        "models/reception",
        "if logins >= provider.logins_per_minute:",
        "if False:",
        "test_reception_lanes: logins",
    ),
    Edit(
        "models/reception/filing.py",
        'if isinstance(error, ConnectionLost) or error.code == "server_busy":',
        "if isinstance(error, ConnectionLost):",
        "test_reception_imap_servers: one_mail_that",
    ),
    # Bytes that are no mail's, or another one's.
    Edit(
        "models/reception",
        "self._give(originals, mails)",
        "pass",
        "test_reception: own bytes",
    ),
    Edit(
        "models/reception",
        "zip(batch, originals, strict=True)",
        "zip(batch, originals[::-1], strict=True)",
        "test_reception: own bytes",
    ),
)
