"""Many accounts tested at once, each on the ladder of `mailbox.diagnosis`."""

import concurrent.futures
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from ..mailbox.certificate import PeerCertificate
from ..mailbox.diagnosis import Account, Ladder
from ..mailbox.errors import MailboxError
from ..mailbox.transport import Endpoint

# More at once, and a provider takes it for an attack.
AT_ONCE = 6


@dataclass(frozen=True)
class Verdict:
    """What became of one account: `error` says what is wrong (None: nothing), `proposal` what worked instead."""

    error: MailboxError | None = None
    proposal: Endpoint | None = None
    certificate: PeerCertificate | None = None


def judge(account: Account) -> Verdict:
    """Return the `Verdict` on a `diagnosis.Account`; nothing is sent."""
    ladder = Ladder(account)
    failed = [step for step in ladder.climb() if step.state == "failed" and step.name != "other"]
    error = None if ladder.is_sound else failed[0].error
    return Verdict(error, ladder.proposal, ladder.certificate)


def verdicts(
    accounts: Mapping[Hashable, Account], at_once: int = AT_ONCE
) -> Iterator[tuple[Hashable, Verdict]]:
    """Yield (key, `Verdict`) of each account as it is known, in the order they get known.

    :param accounts: key -> account
    """
    pool = concurrent.futures.ThreadPoolExecutor(at_once, thread_name_prefix="mail-test")
    try:
        tests = {pool.submit(judge, account): key for key, account in accounts.items()}
        for done in concurrent.futures.as_completed(tests):
            yield tests[done], done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
