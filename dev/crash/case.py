"""One scenario while it is played: its mailboxes, what happened in it, and how it ends."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

from . import audit
from .proxy import PASS, Proxy

SETTLING_RUNS = 8  # until nothing is left to do; two or three are enough


@dataclass
class Case:
    """What a scenario works with."""

    stage: object
    kills: int = 0
    troubles: int = 0  # connections cut, commands refused, servers restarted ...
    inboxes: list = field(default_factory=list)
    errors: list = field(default_factory=list)  # of runs that ended with an exception
    broken: list = field(default_factory=list)  # why the scenario could not be played to its end
    aliases: dict = field(default_factory=dict)  # see `audit.count`
    gone: set = field(default_factory=set)
    is_lied_to: bool = False
    copies: Counter = field(default_factory=Counter)
    sent: int = 0  # mails that a server took, one for each recipient
    surplus: int = 0  # of them, those that a recipient had already
    lost: list = field(default_factory=list)  # what is not found by counting mailboxes
    doubled: list = field(default_factory=list)

    @property
    def random(self):
        return self.stage.random

    def inbox(self, kind="move", port=None):
        """A new mailbox; see `Stage.inbox`."""
        inbox = self.stage.inbox(kind, port)
        self.inboxes.append(inbox)
        return inbox

    @contextmanager
    def proxied(self, kind):
        """A mailbox that Odoo reaches through a proxy, which in the end passes everything on: (Inbox, Proxy)."""
        bed = self.stage.beds["move" if kind == "pop" else kind]
        with Proxy(bed.pop3 if kind == "pop" else bed.imap) as proxy:
            yield self.inbox(kind, port=proxy.port), proxy
            proxy.obey(lambda _count, _line: PASS)
            self.settle()

    def deliver(self, inbox, least, most=None):
        """Let some mails of all kinds arrive."""
        inbox.deliver(self.stage.writer.letters(self.random.randint(least, most or least)))

    def start(self, do="cron", **options):
        """Start a run; see `Nursery.start`."""
        return self.stage.nursery.start(do, **options)

    def finish(self, *children):
        """Wait for runs, and note how they ended; return how many were killed."""
        killed = 0
        for child in children:
            child.wait()
            killed += child.was_killed
            if child.error:
                self.errors.append(child.error)
        self.kills += killed
        return killed

    def run(self, do="cron", **options):
        """Do a run to its end; return how many were killed: one or none."""
        return self.finish(self.start(do, **options))

    def settle(self):
        """Run undisturbed until nothing is left to do, and do what a bookkeeper does with what was set aside."""
        ids = [inbox.id for inbox in self.inboxes]
        for _run in range(SETTLING_RUNS):
            self.stage.forgive()
            self.run()
            if audit.unfinished(self.stage, self.inboxes):
                continue
            if not self.stage.nursery.do("try_again", mailboxes=ids):
                return

    def count(self):
        """See `audit.count`; the mailboxes are retired."""
        findings = audit.count(
            self.stage,
            self.inboxes,
            self.aliases,
            self.gone,
            self.copies,
            is_lied_to=self.is_lied_to,
        )
        self.stage.retire(self.inboxes)
        findings.mails += self.sent
        findings.lost += self.lost
        findings.doubled += self.doubled
        return findings
