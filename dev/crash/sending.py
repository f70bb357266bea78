"""Scenarios in which mails are sent: the process is killed between the recipients, or the server's answer is lost."""

import time
from collections import Counter
from contextlib import contextmanager

from .. import bare

bare.register_bare_packages()

from l10n_co_einvoice_mail.tests.tools.scripted import CLOSE  # noqa: E402 - needs the bare packages
from l10n_co_einvoice_mail.tests.tools.servers.smtp import SmtpServer  # noqa: E402 - the same

from . import points  # noqa: E402 - after what it needs

RECIPIENTS = 8
SETTLING_RUNS = 4
LATE = 3  # seconds until a late server answers
STATES = "SELECT email_to, state FROM l10n_co_outgoing_mail WHERE mail_id = ANY(%s)"
FORGIVE = "UPDATE mail_mail SET scheduled_date = NULL WHERE id = ANY(%s) AND state = 'outgoing'"


class _Server(SmtpServer):
    """`fate(recipient)` says what becomes of its mail: None, or a word of `FATES`."""

    fate = staticmethod(lambda _recipient: None)

    def do_dot(self, recipients, raw):
        fate = self.fate(recipients[0])
        if fate != "lost, not taken":
            self.keep(recipients, raw)
        if fate == "late":
            time.sleep(LATE)
        return CLOSE if fate in ("lost", "lost, not taken") else "250 2.0.0 queued"


FATES = ("lost", "lost, not taken", "late")


@contextmanager
def _account(case):
    """A server and the company's account on it."""
    with _Server() as server:
        case.stage.nursery.do("create_account", port=server.port)
        yield server


def killed_between_recipients(case, rounds=4):
    """Sending is killed with SIGKILL at each named point, and at random moments; a later run takes over."""
    with _account(case) as server:
        for point in points.SENDING_POINTS:
            for nth in (1, 4, RECIPIENTS):
                _send(case, server, lambda mails, p=point, n=nth: _kill_at(case, mails, p, n))
        for _round in range(rounds):
            _send(case, server, lambda mails: _kill_sometime(case, mails))


def _kill_at(case, mails, point, nth):
    case.run("send", mails=mails, point=point.name, nth=nth)


def _kill_sometime(case, mails):
    child = case.start("send", mails=mails)
    child.kill_after(case.random.uniform(0.05, 0.6))
    case.finish(child)


def answer_lost(case, rounds=3):
    """DATA's answer is lost, whether or not the mail was taken, or comes late."""
    with _account(case) as server:
        for fate in FATES * rounds:
            _send(case, server, lambda mails, f=fate: _lose(case, server, mails, f))


def _lose(case, server, mails, fate):
    unlucky = case.random.sample(range(RECIPIENTS), 1 if fate == "late" else 2)
    server.fate = lambda recipient: fate if int(recipient.split("@")[0][1:]) in unlucky else None
    case.run("send", mails=mails)
    server.fate = _Server.fate
    case.troubles += len(unlucky)


def _send(case, server, disturb):
    """Send one mail to some recipients, disturbed and then in peace, and count who got it."""
    addresses = [f"c{number}@otra.example.com" for number in range(RECIPIENTS)]
    mails = case.stage.nursery.do("write_mail", addresses=addresses)
    server.accepted.clear()
    kills = case.kills
    disturb(mails)
    for _run in range(SETTLING_RUNS):
        case.stage.sql(FORGIVE, (mails,))
        case.run("send", mails=mails)
    served = Counter(address for recipients, _raw in server.accepted for address in recipients)
    states = dict(case.stage.sql(STATES, (mails,)))
    case.sent += len(server.accepted)
    case.surplus += sum(served.values()) - len(served)
    for address in addresses:
        state, times = states.get(address), served[address]
        # What was handed over and never answered is a person's to decide.
        if state != "unknown" and (state != "sent" or not times):
            case.lost.append(f"the mail to {address} is {state}, and arrived {times} times")
        if state == "unknown" and case.kills > kills:
            case.lost.append(f"the mail to {address} stays unknown after a kill")
    if sum(served.values()) - len(served) > case.kills - kills:
        case.doubled.append(f"{served} after {case.kills - kills} kills")
