"""Scenarios in which a mailbox is damaged, or its server tells less than it should."""

import re
from contextlib import contextmanager

from . import audit
from .proxy import CUT_ANSWER, PASS

WRONG = "S=2,W=4122"  # bytes in a file, and with CRLF, as its name tells them
FAILURE = "SELECT l10n_co_failure_code FROM fetchmail_server WHERE id = %s"
CUTS = 12  # commands of a run at which the connection breaks, besides what is refused
REFUSED_SEARCH = b"%s NO [SERVERBUG] SEARCH Server error - Please try again later\r\n"
BLIND_SEARCH = b"* SEARCH\r\n%s OK done\r\n"


def damaged_files(case, rounds=2):
    """Files of a real Dovecot tell a wrong size, cannot be read, or are folders; then they are repaired."""
    for kind in ("move", "copy", "pop"):
        inbox = case.inbox(kind)
        for _round in range(rounds):
            for damage in (_wrong_size, _unreadable, _folder):
                case.deliver(inbox, 4, 6)
                with damage(inbox):
                    case.troubles += 1
                    for _run in range(3):
                        case.run("fetch", mailbox=inbox.id)
                    _check_others(case, inbox, damage)
                # A person asks again: what was not handed out is tried at once.
                case.run("fetch", mailbox=inbox.id)


def _check_others(case, inbox, damage):
    """Nothing but the damaged mail has anything left to do; or the account tells that nothing can be done."""
    left = audit.unfinished(case.stage, [inbox])
    if inbox.kind == "pop" and damage is _unreadable:
        # Dovecot refuses even to list such a mailbox by POP3.
        [(told,)] = case.stage.sql(FAILURE, (inbox.id,))
        if not told:
            case.broken.append("pop, unreadable: nothing is told")
        return
    if left > 2:  # in the inbox, and in the ledger
        name = damage.__name__.strip("_")
        case.broken.append(f"{inbox.kind}, {name}: {left} things are left to do")


def _files(inbox):
    home = inbox.bed.folder_path(inbox.address)
    return sorted(path for name in ("new", "cur") for path in (home / name).iterdir())


@contextmanager
def _wrong_size(inbox):
    """As after migrations."""
    good = _files(inbox)[1]
    name = good.name.partition(":")[0]
    bad = good.parent.parent / "cur" / f"{name},{WRONG}:2,"
    good.rename(bad)
    yield
    # Its flags have changed meanwhile, and its folder.
    for path in _files(inbox):
        if path.name.startswith(f"{name},{WRONG}"):
            path.rename(path.with_name(path.name.replace(f",{WRONG}", "")))
    _forget_sizes(inbox)


@contextmanager
def _unreadable(inbox):
    bad = _files(inbox)[1]
    name, mode = bad.name.partition(":")[0], bad.stat().st_mode
    bad.chmod(0)
    yield
    for path in _files(inbox):
        if path.name.startswith(name):
            path.chmod(mode)


@contextmanager
def _folder(inbox):
    folder = inbox.bed.folder_path(inbox.address) / "cur" / "1.folder.bed:2,"
    folder.mkdir(parents=True, exist_ok=True)
    inbox.bed._own(folder.parent)
    yield
    for path in _files(inbox):
        if path.is_dir():
            path.rmdir()


def _forget_sizes(inbox):
    (inbox.bed.folder_path(inbox.address) / "dovecot.index.cache").unlink(missing_ok=True)


def sizes_estimated(case, rounds=4):
    """The server announces other sizes than those of the mails, others in each run."""
    for kind in ("move", "copy", "pop"):
        with case.proxied(kind) as (inbox, proxy):
            for _round in range(rounds):
                case.deliver(inbox, 2, 5)
                more = case.random.randint(1, 400)
                proxy.alter = lambda command, answer, more=more: _estimated(command, answer, more)
                case.run("fetch", mailbox=inbox.id)
                case.troubles += 1
            proxy.alter = None


def _estimated(command, answer, more):
    def larger(match):
        return match[1] + str(int(match[2]) + more).encode()

    if command.strip().upper() == b"LIST":
        return re.sub(rb"(?m)(^\d+ )(\d+)(?=\r$)", larger, answer)
    return re.sub(rb"(RFC822\.SIZE )(\d+)", larger, answer)


def without_move_uidplus_search(case):
    """Neither MOVE nor UIDPLUS, and no search in headers, refused or blind; and the connection breaks too."""
    for answer in (REFUSED_SEARCH, BLIND_SEARCH):
        with case.proxied("plain") as (inbox, proxy):
            for number in range(1, CUTS):
                case.deliver(inbox, 2, 3)
                proxy.obey(lambda count, line, at=number, told=answer: _told(count, line, at, told))
                case.run("fetch", mailbox=inbox.id)
                case.troubles += proxy.acted
                proxy.obey(lambda count, line, told=answer: _told(count, line, 0, told))
                case.run("fetch", mailbox=inbox.id)


def _told(count, line, at, answer):
    if b"SEARCH" in line.upper() and b"HEADER" in line.upper():
        return answer.replace(b"%s", line.split(b" ")[0])
    # From the end of a run's beginning on: before, there is nothing to lose.
    return CUT_ANSWER if at and count == at + 6 else PASS
