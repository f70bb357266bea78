"""Counts what became of the mails: in the ledger, among documents and bills, in the folders of the mail server.

Reads the tables and the Maildirs, not the addon.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes

from .. import databases
from . import stage as stages

LEDGER = """
    SELECT mail.id, mail.server_id, mail.sha256, mail.state, mail.filed, file.store_fname
      FROM l10n_co_received_mail mail
 LEFT JOIN ir_attachment file ON file.id = mail.raw_attachment_id
     WHERE mail.server_id = ANY(%s)
"""
DOCUMENTS = """
    SELECT document.cufe, document.state, document.move_id, document.booking
      FROM l10n_co_received_document document
     WHERE document.cufe = ANY(%s)
"""
LINKS = """
    SELECT DISTINCT mail.server_id, mail.sha256, document.cufe
      FROM l10n_co_received_document_mail_rel link
      JOIN l10n_co_received_mail mail ON mail.id = link.mail_id
      JOIN l10n_co_received_document document ON document.id = link.document_id
     WHERE mail.server_id = ANY(%s)
"""
BILLS = """
    SELECT move.id, move.l10n_co_cufe, move.ref, count(line.id)
      FROM account_move move
 LEFT JOIN account_move_line line ON line.move_id = move.id
     WHERE move.l10n_co_cufe = ANY(%s) OR move.ref = ANY(%s)
  GROUP BY move.id
"""
FILES = """
    SELECT res_id, name, count(*) FROM ir_attachment
     WHERE res_model = 'account.move' AND res_id = ANY(%s)
  GROUP BY res_id, name HAVING count(*) > 1
"""
SUPPLIERS = """
    SELECT l10n_co_id_key, count(*) FROM res_partner
     WHERE l10n_co_id_key = ANY(%s) AND parent_id IS NULL
  GROUP BY l10n_co_id_key HAVING count(*) > 1
"""
OPEN = """
    SELECT count(*) FROM l10n_co_received_mail
     WHERE server_id = ANY(%s) AND (state = 'fetched' OR filed = 'pending')
"""
STAYED = """
    SELECT server_id, sha256 FROM l10n_co_received_mail
     WHERE server_id = ANY(%s) AND filed = 'pending' AND copied_to IS NOT NULL
"""
UNBOOKED = """
    SELECT count(*) FROM l10n_co_received_document document
      JOIN l10n_co_received_document_mail_rel link ON link.document_id = document.id
      JOIN l10n_co_received_mail mail ON mail.id = link.mail_id
     WHERE mail.server_id = ANY(%s) AND document.booking = 'pending'
"""


@dataclass
class Findings:
    """What was counted, and each thing that is not as it has to be."""

    mails: int = 0
    documents: int = 0
    bills: int = 0
    lost: list = field(default_factory=list)
    doubled: list = field(default_factory=list)
    misfiled: list = field(default_factory=list)
    stayed: set = field(default_factory=set)  # (mailbox, digest), see `count`
    copied: list = field(default_factory=list)  # in its folder, more often than it was sent


def unfinished(stage, inboxes):
    """How many mails and documents of these mailboxes still have something to do."""
    ids = [inbox.id for inbox in inboxes]
    waiting = sum(len(inbox.folders()[""]) for inbox in inboxes)
    return waiting + sum(stage.sql(query, (ids,))[0][0] for query in (OPEN, UNBOOKED))


def count(stage, inboxes, aliases=None, gone=(), copies=(), *, is_lied_to=False):
    """Count everything that was delivered into these mailboxes.

    :param dict aliases: {folder: further names under which its mails may lie}
    :param gone: digests of mails that a person has taken from the server
    :param copies: digests of copies that another program has made
    :param bool is_lied_to: the server said that it copied mails, and had not: they stay in the inbox, and the account
        says so; copied again they might lie there twice
    :return: Findings
    """
    findings = Findings(mails=sum(len(inbox.letters) for inbox in inboxes))
    if is_lied_to:
        findings.stayed = set(stage.sql(STAYED, ([inbox.id for inbox in inboxes],)))
    _count_ledger(stage, inboxes, findings)
    _count_documents(stage, inboxes, findings)
    _count_bills(stage, inboxes, findings)
    for inbox in inboxes:
        _count_folders(inbox, aliases or {}, set(gone), Counter(copies), findings)
    _count_backups(inboxes, findings)
    return findings


def _count_ledger(stage, inboxes, findings):
    rows = {}
    for _id, server, digest, state, filed, file in stage.sql(LEDGER, ([i.id for i in inboxes],)):
        rows.setdefault((server, digest), []).append((state, filed, file))
    for inbox in inboxes:
        delivered = Counter(letter.digest for letter in inbox.letters)
        states = {letter.digest: letter.state for letter in inbox.letters}
        for digest, times in delivered.items():
            found = rows.pop((inbox.id, digest), [])
            what = f"mail {digest[:12]} of {inbox.address}"
            if not found:
                findings.lost.append(f"{what} is not in the ledger")
            if len(found) > times:
                findings.doubled.append(f"{what} is {len(found)} times in the ledger")
            for state, filed, file in found:
                if not _is_kept(stage, file, digest):
                    findings.lost.append(f"{what}: its bytes were not kept")
                end = "pending" if (inbox.id, digest) in findings.stayed else "filed"
                if (state, filed) != (states[digest], end):
                    findings.misfiled.append(f"{what} is {state}, {filed}")
    findings.doubled += [f"a mail {digest} is in the ledger, never sent" for _id, digest in rows]


def _is_kept(stage, file, digest):
    path = databases.FILESTORE / stage.database / (file or "missing")
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _count_documents(stage, inboxes, findings):
    letters = _by_cufe(inboxes)
    rows = {}
    for cufe, state, move, booking in stage.sql(DOCUMENTS, (list(letters),)):
        rows.setdefault(cufe, []).append((state, move, booking))
    findings.documents = sum(map(len, rows.values()))
    for cufe, letter in letters.items():
        found = rows.get(cufe, [])
        if not found:
            findings.lost.append(f"document {letter.number} is not recorded")
        if len(found) > 1:
            findings.doubled.append(f"document {letter.number} is recorded {len(found)} times")
        for state, move, booking in found:
            if state != letter.document_state:
                findings.misfiled.append(f"document {letter.number} is {state}")
            if letter.has_bill and not move:
                findings.lost.append(f"document {letter.number} has no bill ({booking})")
    links = set(stage.sql(LINKS, ([inbox.id for inbox in inboxes],)))
    findings.lost += [
        f"mail {letter.digest[:12]} does not lead to document {letter.number}"
        for inbox in inboxes
        for letter in inbox.letters
        if letter.cufe and (inbox.id, letter.digest, letter.cufe) not in links
    ]


def _count_bills(stage, inboxes, findings):
    letters = _by_cufe(inboxes)
    numbers = [letter.number for letter in letters.values()]
    bills = stage.sql(BILLS, (list(letters), numbers))
    findings.bills = len(bills)
    wanted = {letter.number for letter in letters.values() if letter.has_bill}
    for number, times in Counter(ref for _id, _cufe, ref, _lines in bills).items():
        if times > 1 or number not in wanted:
            findings.doubled.append(f"document {number} has {times} bills")
    findings.lost += [
        f"the bill of {ref} has no lines" for _i, _c, ref, lines in bills if not lines
    ]
    files = stage.sql(FILES, ([bill[0] for bill in bills],))
    findings.doubled += [f"{name} is {times} times on a bill" for _bill, name, times in files]
    nits = list({letter.supplier_nit for letter in letters.values()})
    findings.doubled += [
        f"supplier {nit} is there {times} times" for nit, times in stage.sql(SUPPLIERS, (nits,))
    ]


def _by_cufe(inboxes):
    return {letter.cufe: letter for inbox in inboxes for letter in inbox.letters if letter.cufe}


def _count_folders(inbox, aliases, gone, copies, findings):
    """Every mail lies once in the folder of its end; with POP3 nowhere."""
    folders = {name: Counter(digests) for name, digests in inbox.folders().items()}
    delivered = Counter(letter.digest for letter in inbox.letters)
    for digest, state in {letter.digest: letter.state for letter in inbox.letters}.items():
        right = stages.FOLDERS[state]
        allowed = set() if inbox.kind == "pop" else {right, *aliases.get(right, ())}
        if (inbox.id, digest) in findings.stayed:
            allowed = {""}
        places = {name: found[digest] for name, found in folders.items() if found[digest]}
        there = sum(number for name, number in places.items() if name in allowed)
        what = f"mail {digest[:12]} of {inbox.address}"
        if set(places) - allowed:
            findings.misfiled.append(f"{what} lies in {places}")
        if there > delivered[digest] + copies[digest]:
            findings.copied.append(f"{what} lies in {places}")
        # Of twins one is enough: without MOVE they cannot be told from copies of one mail.
        if allowed and not there and digest not in gone:
            findings.lost.append(f"{what} lies in none of its folders: {places}")


def _count_backups(inboxes, findings):
    """At least one accepted copy of every mail of a POP3 mailbox."""
    for inbox in inboxes:
        if inbox.kind != "pop":
            continue
        sent = {_backup_of(message) for message in inbox.bed.sink.messages}
        findings.lost += [
            f"mail {letter.digest[:12]} of {inbox.address} was not backed up"
            for letter in inbox.letters
            if letter.digest not in sent
        ]


def _backup_of(message):
    """The digest that the fixed Message-ID of a backup carries."""
    message_id = message_from_bytes(message.raw)["Message-ID"] or ""
    return message_id.strip().strip("<>").partition("@")[0]
