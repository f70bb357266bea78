"""Scenarios in which the mail server, or the way to it, fails."""

import time

from ..paths import Problem
from .proxy import CUT, CUT_ANSWER, HALF_ANSWER, PASS
from .racing import program

MOST_COMMANDS = 60  # of one run; there are fewer
HEALED = 3  # every third disturbed run is followed by one in peace; POP3's runs would grow and grow
CUTS = (CUT, CUT_ANSWER, HALF_ANSWER)
REFUSALS = {
    "imap": (
        b"%s NO failed\r\n",
        b"%s NO [SERVERBUG] Internal error occurred. Refer to server log for more information.\r\n",
        b"%s NO [OVERQUOTA] Quota exceeded (mailbox for user is full)\r\n",
        b"%s NO Request is throttled. Suggested Backoff Time: 2000 milliseconds\r\n",
        b"%s BAD Command Argument Error. 11\r\n",
        b"* BYE Server Unavailable. 15\r\n",
    ),
    "pop": (
        b"-ERR failed\r\n",
        b"-ERR [IN-USE] Mailbox is locked by another session\r\n",
        b"-ERR [SYS/TEMP] Server unavailable\r\n",
    ),
}
# Wrong answers that sound right: the command was never done.
LIES = {"imap": b"%s OK done\r\n", "pop": b"+OK\r\n"}
LYING_VERBS = ("MOVE", "COPY", "STORE", "EXPUNGE", "CREATE", "DELE")
POSITION_FILES = ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache")


def cut_at_each_command(case):
    """The connection breaks before the first, second, third ... command, before its answer, or in the middle of it."""
    for kind in ("move", "copy", "pop"):
        with case.proxied(kind) as (inbox, proxy):
            for how in CUTS:
                _cut_everywhere(case, inbox, proxy, how)


def _cut_everywhere(case, inbox, proxy, how):
    for number in range(1, MOST_COMMANDS):
        case.deliver(inbox, 1, 2)
        proxy.obey(lambda count, _line, at=number: how if count == at else PASS)
        case.run("fetch", mailbox=inbox.id)
        case.troubles += proxy.acted
        if not proxy.acted:
            return
        if number % HEALED == 0:
            _run_undisturbed(case, inbox, proxy)
    raise Problem(f"a run has more than {MOST_COMMANDS} commands")


def _run_undisturbed(case, inbox, proxy):
    proxy.obey(lambda _count, _line: PASS)
    case.run("fetch", mailbox=inbox.id)


def each_command_refused(case):
    """The server refuses one kind of command after the other, once and throughout a run, in several words."""
    for kind in ("move", "copy", "pop"):
        with case.proxied(kind) as (inbox, proxy):
            protocol = "pop" if kind == "pop" else "imap"
            for verb in _verbs(case, inbox, proxy):
                for answer in REFUSALS[protocol]:
                    _answer(case, inbox, proxy, verb, answer, 1)
                _answer(case, inbox, proxy, verb, REFUSALS[protocol][0], MOST_COMMANDS)
                _run_undisturbed(case, inbox, proxy)


def each_command_pretended(case):
    """The server says OK to a command that changes something, and has not done it."""
    case.is_lied_to = True
    for kind in ("move", "copy", "plain", "pop"):
        with case.proxied(kind) as (inbox, proxy):
            protocol = "pop" if kind == "pop" else "imap"
            for verb in _verbs(case, inbox, proxy):
                if verb in LYING_VERBS:
                    _answer(case, inbox, proxy, verb, LIES[protocol], 1)


def _answer(case, inbox, proxy, verb, answer, times):
    """Answer the first commands of that kind in the server's place."""

    def rule(_count, line):
        if proxy.acted < times and _verb(line) == verb:
            return answer.replace(b"%s", line.split(b" ")[0])
        return PASS

    case.deliver(inbox, 1, 2)
    proxy.obey(rule)
    case.run("fetch", mailbox=inbox.id)
    case.troubles += proxy.acted


def _verbs(case, inbox, proxy):
    """The kinds of commands of an undisturbed run, in their order."""
    verbs = []
    proxy.obey(lambda _count, line: verbs.append(_verb(line)))
    case.deliver(inbox, 12)
    case.run("fetch", mailbox=inbox.id)
    return list(dict.fromkeys(verbs))


def _verb(line):
    """`a1 UID MOVE 1:3 Procesados` -> MOVE, `DELE 1` -> DELE."""
    words = line.decode("ascii", "replace").upper().split()
    if len(words) > 1 and words[0] not in ("USER", "PASS", "RETR", "DELE", "TOP", "LIST", "UIDL"):
        words = words[1:]
    return words[1] if words[0] == "UID" else words[0]


# ---- positions -----------------------------------------------------------------------------------


def positions_lost(case, rounds=6):
    """The server forgets its UIDs, and numbers anew under another UIDVALIDITY: between runs, and after killed ones."""
    inboxes = [case.inbox(), case.inbox("copy")]
    for number in range(rounds):
        for inbox in inboxes:
            case.deliver(inbox, 3, 6)
            # Twins: what tells them apart is their position alone.
            inbox.deliver(inbox.letters[-1:])
            point = "bills committed, not filed" if number % 2 else "committed, not read"
            case.run("fetch", mailbox=inbox.id, point=point)
            _forget_positions(inbox)
            case.troubles += 1
        time.sleep(1.1)  # the new UIDVALIDITY is the time in seconds
        if number % 3 == 2:
            case.run()


def _forget_positions(inbox):
    home = inbox.bed.folder_path(inbox.address)
    for name in POSITION_FILES:
        (home / name).unlink(missing_ok=True)


def marked_by_another_program(case, rounds=4):
    """Without UIDPLUS: while mails are copied, another program marks one that has just come as deleted."""
    with case.proxied("plain") as (inbox, proxy):
        for _round in range(rounds):
            case.deliver(inbox, 3, 5)
            proxy.obey(lambda _count, line: _mark_one(case, inbox, line))
            case.run("fetch", mailbox=inbox.id)
            case.troubles += 1


def _mark_one(case, inbox, line):
    if _verb(line) == "COPY":
        case.deliver(inbox, 1)
        with program(inbox) as client:
            client.select_folder("INBOX")
            client.add_flags(client.search("ALL")[-1:], b"\\Deleted")
    return PASS
