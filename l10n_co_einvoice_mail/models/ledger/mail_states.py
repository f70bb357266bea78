"""The states of a mail in the ledger, and the steps that lead from one to the next.

What a row says of its mail:

=============  =================  ===========================================================================
column         values             meaning
=============  =================  ===========================================================================
state          fetched            listed; read as soon as its bytes are there (`raw_attachment_id`)
..             processed, failed  understood; failed ones carry a reason
filed          pending            in the inbox, as far as is known
..             filed              not in the inbox any more (or left there on purpose)
filed_folder   False              in the inbox, or it was never asked where
..             a name             the folder in which it lies; with `pending`: to be moved on from there
backed_up_on   False, a moment    POP3: when the backup address accepted a copy; nothing is deleted before
attempts       0, 1, ...          how often reading was begun; from `MAX_ATTEMPTS` on the mail is set aside
=============  =================  ===========================================================================

Every step below is taken by `ReceivedMail._step`, and by nothing else.
"""

from dataclasses import dataclass, field

FETCHED = ("fetched",)
FINISHED = ("processed", "failed")
ANY = (*FETCHED, *FINISHED)


@dataclass(frozen=True)
class Step:
    """One step: who takes it, from which states, and what it writes besides what its caller tells."""

    who: str
    states: tuple[str, ...]
    filed: tuple[str, ...] = ("pending", "filed")
    values: dict = field(default_factory=dict)


STEPS = {
    # Reading
    "begin": Step("a run, before it reads", FETCHED),
    "put off": Step("a run, when the database is busy", FETCHED, values={"attempts": 0}),
    "settle": Step("a run or a person, having read it", ANY),
    "fail": Step("a run that cannot read it, or never gets it", ANY, values={"state": "failed"}),
    # Taking out of the inbox
    "back up": Step("a run, when the backup was accepted", FINISHED, ("pending",)),
    "file": Step("a run, when it has left the inbox", FINISHED, ("pending",), {"filed": "filed"}),
    "miss": Step("a run that does not find it", ANY, ("pending",), {"filed": "filed"}),
    # And back
    "find": Step(
        "a run that finds it in the inbox", ANY, values={"filed": "pending", "filed_folder": False}
    ),
    "try anew": Step(
        "a run: a person put it back into the inbox",
        ("failed",),
        ("pending",),
        {"state": "fetched", "attempts": 0},
    ),
    "move on": Step(
        "a run or a person: its end has changed", FINISHED, values={"filed": "pending"}
    ),
}


class IllegalStep(Exception):
    """A mail is in a state from which the step does not lead: a mistake of the program."""
