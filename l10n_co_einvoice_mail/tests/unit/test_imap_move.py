import re
import socket
import unittest
from unittest import mock

from ...mailbox import imap_move
from ...mailbox.errors import ConnectionLost, MoveUnproved, QuotaExceeded, ServerRefused
from ...mailbox.imap import ImapMailbox
from ..tools.bedcase import ImapCase, mail, scripted_imap
from ..tools.mailbed import WITHOUT_MOVE, WITHOUT_UIDPLUS
from ..tools.scripted import CLOSE

FOLDER = "Procesados"


class Filing:
    """What holds on every server, however it moves mails."""

    def filed(self, mailbox, *numbers):
        return mailbox.file_away([str(number) for number in numbers], FOLDER)

    def test_only_the_named_mails_move_and_whole(self):
        self.deliver(5)
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1, 2, 4), {"1", "2", "4"})
            self.assertEqual(mailbox.present(["1", "2", "3", "4", "5"]), {"3", "5"})
        self.assertEqual(self.mails(), [mail(3), mail(5)])
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2), mail(4)])

    def test_many_mails_go_in_sets(self):
        self.deliver(25)
        with mock.patch.object(imap_move, "MOVE_SET", 10), self.mailbox() as mailbox:
            self.assertEqual(len(self.filed(mailbox, *range(1, 25))), 24)
        self.assertEqual(self.mails(), [mail(25)])
        self.assertEqual(len(self.mails(FOLDER)), 24)

    def test_repeating_changes_nothing(self):
        self.deliver(3)
        for _run in range(2):
            with self.mailbox() as mailbox:
                self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2)])

    def test_nothing_to_file(self):
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox), set())

    def test_mails_without_message_id(self):
        for number in (b"1", b"2"):
            self.bed.deliver(self.user, b"Subject: " + number + b"\r\n\r\n")
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(len(self.mails(FOLDER)), 2)
        self.assertEqual(self.mails(), [])

    def test_a_folder_is_not_filed_into_itself(self):
        self.deliver(2)
        with self.mailbox() as mailbox:
            self.filed(mailbox, 1, 2)
            there = mailbox.ensure_folder(FOLDER)
        with self.mailbox(inbox=there) as mailbox:
            uids = [entry.uid for entry in mailbox.list_new()]
            self.assertEqual(self.filed(mailbox, *uids), set(uids))
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2)])

    def test_two_mails_with_one_message_id(self):
        """A forged or repeated Message-ID must not make one of the two disappear."""
        self.bed.deliver(self.user, mail(1))
        self.bed.deliver(self.user, mail(1, b"another text"))
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1), {"1"})
            self.assertEqual(self.filed(mailbox, 2), {"2"})
        self.assertEqual(self.mails(FOLDER), sorted([mail(1), mail(1, b"another text")]))

    def test_a_hostile_message_id(self):
        raw = b'Message-ID: <a" OR ALL \\ {3}\r\n x@y>\r\nSubject: x\r\n\r\n'
        self.bed.deliver(self.user, raw)
        self.bed.deliver(self.user, raw.replace(b"OR", b"\xff\xfe"))
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(len(self.mails(FOLDER)), 2)

    def test_the_folder_is_deleted_meanwhile(self):
        self.deliver(3)
        with self.mailbox() as mailbox, self.mailbox() as other:
            self.filed(mailbox, 1)
            other.delete_folder(mailbox.folder_name(FOLDER))
            self.assertEqual(self.filed(mailbox, 2, 3), {"2", "3"})
        self.assertEqual(self.mails(FOLDER), [mail(2), mail(3)])

    def renamed_while(self, mailbox, other, copied, *others):
        """Let the first filing be refused after `copied` came into the folder, which was renamed meanwhile."""
        once = mailbox._file_once

        def torn(uids, destination):
            mailbox._file_once = once
            other._select_inbox()
            if copied:
                other._client.copy(copied, destination)
            for raw in others:
                other.append(destination, raw)
            other._client.rename_folder(destination, other.folder_name("Old"))
            raise ServerRefused("server_refused", "Mailbox was deleted under us")

        mailbox._file_once = torn

    def test_the_folder_is_renamed_while_mails_come_into_it(self):
        """What Dovecot then does: the answer is NO, and the copies lie in the renamed folder."""
        self.deliver(5)
        with self.mailbox() as mailbox, self.mailbox() as other:
            self.renamed_while(mailbox, other, [1, 2, 4])
            self.assertEqual(self.filed(mailbox, 1, 2, 3, 4), {"1", "2", "3", "4"})
        self.assertEqual(self.mails("Old"), [mail(1), mail(2), mail(4)])
        self.assertEqual(self.mails(FOLDER), [mail(3)])
        self.assertEqual(self.mails(), [mail(5)])

    def test_only_the_mail_itself_counts_as_its_copy(self):
        self.deliver(2)
        with self.mailbox() as mailbox, self.mailbox() as other:
            self.renamed_while(mailbox, other, [1], mail(2, b"another text"))
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(len(self.mails("Old")), 2)
        self.assertEqual(self.mails(FOLDER), [mail(2)])

    def test_a_folder_of_before_is_not_where_refused_mails_went(self):
        """A person keeps copies of his own: those in the inbox are filed all the same."""
        self.deliver(2)
        with self.mailbox() as mailbox, self.mailbox() as other:
            own = other.ensure_folder("Own")
            other._select_inbox()
            other._client.copy([1, 2], own)
            self.renamed_while(mailbox, other, [])
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(self.mails("Own"), [mail(1), mail(2)])
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2)])

    def test_another_program_moves_mails_meanwhile(self):
        self.deliver(3)
        with self.mailbox() as mailbox, self.mailbox() as other:
            self.assertEqual(len(mailbox.list_new()), 3)
            other.file_away(["1", "2"], "Elsewhere")
            self.assertEqual(self.filed(mailbox, 1, 2, 3), {"1", "2", "3"})
        self.assertEqual(self.mails(FOLDER), [mail(3)])
        self.assertEqual(self.mails("Elsewhere"), [mail(1), mail(2)])

    def test_everything_has_gone_meanwhile(self):
        """Dovecot answers a plain OK: it is the search that tells."""
        self.deliver(2)
        with self.mailbox() as mailbox, self.mailbox() as other:
            mailbox.list_new()
            other.file_away(["1", "2"], "Elsewhere")
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(self.mails(FOLDER), [])

    def test_other_programs_deleted_mails_stay(self):
        self.deliver(4)
        with self.mailbox() as mailbox:
            mailbox.list_new()
            mailbox._client.add_flags([3], [b"\\Deleted"])
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
            self.assertIn(3, mailbox._client.search("ALL"))
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2)])
        self.assertIn(mail(3), self.mails())

    def test_the_connection_breaks_between_two_sets(self):
        self.deliver(6)
        mailbox = self.mailbox()
        mailbox.open()
        self.addCleanup(mailbox.close)
        once = mailbox._file_once
        calls = []

        def cut_before_the_second(uids, destination):
            calls.append(uids)
            if len(calls) == 2:
                mailbox._client.socket().shutdown(socket.SHUT_RDWR)
            once(uids, destination)

        with (
            mock.patch.object(imap_move, "MOVE_SET", 3),
            mock.patch.object(mailbox, "_file_once", cut_before_the_second),
            self.assertRaises(ConnectionLost) as caught,
        ):
            self.filed(mailbox, *range(1, 7))
        self.assertEqual(caught.exception.filed, {"1", "2", "3"})
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2), mail(3)])


class TestMove(Filing, ImapCase):
    pass


class TestMoveUnderAPrefix(Filing, ImapCase):
    knobs = {"separator": ".", "prefix": "INBOX."}


class CopyFiling(Filing):
    """COPY + STORE + EXPUNGE: the steps can be torn apart."""

    def test_a_run_that_ended_between_copy_and_store(self):
        self.deliver(3)
        with self.mailbox() as mailbox:
            folder = mailbox.ensure_folder(FOLDER)
            mailbox.list_new()
            mailbox._client.copy([1, 2], folder)
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1, 2, 3), {"1", "2", "3"})
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2), mail(3)])
        self.assertEqual(self.mails(), [])

    def test_the_same_with_mails_that_have_no_message_id(self):
        raw = [b"Subject: %d\r\n\r\nx\r\n" % number for number in (1, 2, 3)]
        for content in raw:
            self.bed.deliver(self.user, content)
        with self.mailbox() as mailbox:
            folder = mailbox.ensure_folder(FOLDER)
            mailbox.list_new()
            mailbox._client.copy([1, 2], folder)
        with self.mailbox() as mailbox:
            self.assertEqual(self.filed(mailbox, 1, 2, 3), {"1", "2", "3"})
        self.assertEqual(self.mails(FOLDER), raw)

    def test_a_run_that_ended_between_store_and_expunge(self):
        self.deliver(2)
        with self.mailbox() as mailbox:
            folder = mailbox.ensure_folder(FOLDER)
            mailbox.list_new()
            mailbox._client.copy([1], folder)
            mailbox._client.add_flags([1], [b"\\Deleted"])
        with self.mailbox() as mailbox:
            self.assertEqual(mailbox.present(["1", "2"]), {"2"})
            self.assertEqual(self.filed(mailbox, 1, 2), {"1", "2"})
        self.assertEqual(self.mails(FOLDER), [mail(1), mail(2)])

    def test_more_message_ids_than_one_search_names(self):
        self.deliver(7)
        with (
            mock.patch.object(imap_move, "SEARCHED_TOGETHER", 2),
            self.mailbox() as mailbox,
        ):
            folder = mailbox.ensure_folder(FOLDER)
            mailbox.list_new()
            mailbox._client.copy([1, 4, 7], folder)
            self.filed(mailbox, *range(1, 8))
        self.assertEqual(len(self.mails(FOLDER)), 7)


class TestCopy(CopyFiling, ImapCase):
    knobs = {"capabilities": WITHOUT_MOVE}


class TestCopyWithoutUidplus(CopyFiling, ImapCase):
    knobs = {"capabilities": WITHOUT_UIDPLUS}

    def test_marked_mails_of_others_forbid_the_expunge(self):
        self.deliver(3)
        with self.mailbox() as mailbox:
            mailbox.list_new()
            mailbox._client.add_flags([3], [b"\\Deleted"])
            self.filed(mailbox, 1)
            self.assertEqual(mailbox._client.search("DELETED"), [1, 3])
            self.assertEqual(mailbox.present(["1", "2", "3"]), {"2"})

    def test_what_an_interrupted_run_marked_is_expunged_with_the_last_set(self):
        self.deliver(2)
        with self.mailbox() as mailbox, mock.patch.object(ImapMailbox, "_expunge"):
            self.filed(mailbox, 1)
            mailbox.file_away(["2"], "Fallidos")
        self.assertEqual(len(self.mails()), 2)
        with self.mailbox() as mailbox:
            self.filed(mailbox, 1)
            mailbox.file_away(["2"], "Fallidos")
        self.assertEqual(self.mails(), [])
        self.assertEqual((self.mails(FOLDER), self.mails("Fallidos")), ([mail(1)], [mail(2)]))


class TestAnswers(unittest.TestCase):
    """Answers Dovecot does not give."""

    there = "* SEARCH 1 2 3\r\n{tag} OK done"
    listed = f'* LIST () "/" INBOX\r\n* LIST () "/" {FOLDER}\r\n{{tag}} OK done'

    def filed(self, script, **patched):
        script = script | {"SEARCH": script.get("SEARCH", self.there), "CREATE": "{tag} OK done"}
        with scripted_imap(script) as (server, mailbox), mailbox:
            try:
                return mailbox.file_away(["1", "2", "3"], FOLDER)
            finally:
                self.received = server.received

    def test_ok_proves_nothing(self):
        self.assertEqual(self.filed({"MOVE": "{tag} OK done"}), set())
        self.assertEqual(len([line for line in self.received if " MOVE " in line]), 3)

    def test_a_set_is_moved_in_part(self):
        searches = ["* SEARCH 2\r\n{tag} OK done", "* SEARCH\r\n{tag} OK done"]
        self.assertEqual(self.filed({"SEARCH": searches}), {"1", "2", "3"})
        moves = [line for line in self.received if " MOVE " in line]
        self.assertRegex(moves[0], r"UID MOVE 1,2,3 ")
        self.assertRegex(moves[1], r"UID MOVE 2 ")

    def test_a_full_mailbox(self):
        script = {
            "MOVE": "{tag} NO [OVERQUOTA] Quota exceeded",
            "SEARCH": "* SEARCH 2 3\r\n{tag} OK done",
        }
        with self.assertRaises(QuotaExceeded) as caught:
            self.filed(script)
        self.assertEqual(caught.exception.filed, {"1"})

    def test_the_connection_ends_while_a_move_is_under_way(self):
        with self.assertRaises(ConnectionLost) as caught:
            self.filed({"MOVE": CLOSE})
        self.assertEqual(caught.exception.filed, frozenset())

    def test_a_refusal_that_no_retry_mends(self):
        with self.assertRaises(ServerRefused) as caught:
            self.filed({"MOVE": "{tag} NO not today", "LIST": self.listed})
        self.assertEqual(caught.exception.server_answer, "move failed: not today")
        self.assertEqual(len([line for line in self.received if " MOVE " in line]), 1)

    def test_a_folder_that_cannot_come_back(self):
        with self.assertRaises(ServerRefused) as caught:
            self.filed({"MOVE": "{tag} NO [TRYCREATE] no such folder"})
        self.assertEqual(caught.exception.code, "folder_missing")
        self.assertEqual(len([line for line in self.received if " CREATE " in line]), 3)

    def test_a_copy_without_copyuid_deletes_nothing(self):
        script = {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 UIDPLUS\r\n{tag} OK done",
            "FETCH": (
                "* 1 FETCH (UID 1 RFC822.SIZE 5 BODY[HEADER]<0> {2}\r\n\r\n)\r\n{tag} OK done"
            ),
            # The mails themselves in the inbox, nothing like them in the folder.
            "SEARCH UNDELETED": self.there,
            "SEARCH": "* SEARCH\r\n{tag} OK done",
            "COPY": "{tag} OK nothing copied",
        }
        with self.assertRaises(MoveUnproved) as caught:
            self.filed(script)
        self.assertTrue(caught.exception.unproved)
        self.assertFalse(caught.exception.filed & caught.exception.unproved)
        self.assertEqual(len([line for line in self.received if "COPY" in line]), 1)
        self.assertFalse([line for line in self.received if re.search("STORE|EXPUNGE", line)])

    def test_copyuid_ranges(self):
        proved = imap_move._sources([b"7 1:3,9,20:18 5:11"], [1, 3, 4, 9, 19])
        self.assertEqual(proved, {1, 3, 9, 19})
        self.assertEqual(imap_move._sources([b"7 1:4294967295 1:4294967295"], [5]), {5})
        self.assertEqual(imap_move._sources([], [5]), set())
