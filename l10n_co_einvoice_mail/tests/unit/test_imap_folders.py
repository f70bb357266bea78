import unittest

from ...mailbox.errors import FolderFailed, MessageRefused
from ..tools.bedcase import ImapCase, mail, scripted_imap

EXCHANGE_FOLDERS = (
    '* LIST (\\HasNoChildren) "/" INBOX\r\n'
    '* LIST (\\HasNoChildren) "/" "Borradores"\r\n'
    '* LIST (\\HasNoChildren) "/" "Elementos enviados"\r\n{tag} OK done'
)


class Folders:
    """What holds on every server."""

    prefix = ""

    def test_a_folder_is_made_once(self):
        with self.mailbox() as mailbox, self.mailbox() as other:
            self.assertEqual(other.folder_name("Procesados"), self.prefix + "Procesados")
            for _time in range(2):
                self.assertEqual(mailbox.ensure_folder("Procesados"), self.prefix + "Procesados")
            # `other` still believes that there is none.
            self.assertEqual(other.ensure_folder("Procesados"), self.prefix + "Procesados")
            names = [folder.name for folder in mailbox.folders()]
            self.assertEqual(names.count(self.prefix + "Procesados"), 1)
            subscribed = [name for _f, _d, name in mailbox._client.list_sub_folders()]
        self.assertIn(self.prefix + "Procesados", subscribed)

    def test_names_people_give(self):
        with self.mailbox() as mailbox:
            for name in ("Facturación & Ñandú", "2026", 'a "b" \\c', "日本", "{5}", "* %"):
                with self.subTest(name):
                    server_name = mailbox.ensure_folder(name)
                    self.assertEqual(server_name, self.prefix + name)
                    self.assertEqual(mailbox.ensure_folder(server_name), server_name)
                    self.assertIn(server_name, [folder.name for folder in mailbox.folders()])
                    mailbox.append(server_name, mail(1))

    def test_a_folder_in_a_folder(self):
        with self.mailbox() as mailbox:
            delimiter = mailbox.folders()[0].delimiter
            name = f"{self.prefix}Facturas{delimiter}2026"
            self.assertEqual(mailbox.ensure_folder("Facturas/2026"), name)
            # The upper one only groups others, until somebody wants it.
            upper = self.prefix + "Facturas"
            self.assertEqual(mailbox.ensure_folder("Facturas"), upper)
            self.assertIn(upper, [f.name for f in mailbox.folders() if f.is_usable])

    def test_deleting(self):
        with self.mailbox() as mailbox:
            name = mailbox.ensure_folder("Prueba")
            mailbox.delete_folder(name)
            self.assertNotIn(name, [folder.name for folder in mailbox.folders()])
            with self.assertRaises(FolderFailed) as caught:
                mailbox.delete_folder(name)
        self.assertEqual(caught.exception.code, "folder_missing")

    def test_sent_copies(self):
        with self.mailbox() as mailbox:
            sent = mailbox.special_folder("\\Sent")
            self.assertEqual(sent, self.prefix + "Sent")
            self.assertEqual(mailbox.search_message_id(sent, "<7@x.co>"), ())
            uid = mailbox.append(sent, mail(7).replace(b"\r\n", b"\n"))
            self.assertEqual(mailbox.search_message_id(sent, "<7@x.co>"), (uid,))
            mailbox._select(sent)
            stored = mailbox._client.fetch([int(uid)], ["FLAGS", "BODY.PEEK[]"])[int(uid)]
        self.assertIn(b"\\Seen", stored[b"FLAGS"])
        self.assertEqual(stored[b"BODY[]"], mail(7))

    def test_reading_goes_on_after_a_look_at_another_folder(self):
        self.deliver(2)
        with self.mailbox() as mailbox:
            entries = mailbox.list_new()
            mailbox.search_message_id(mailbox.special_folder("\\Sent"), "<7@x.co>")
            self.assertEqual(len(list(mailbox.fetch(entries))), 2)


class TestFolders(Folders, ImapCase):
    pass


class TestFoldersUnderAPrefix(Folders, ImapCase):
    knobs = {"separator": ".", "prefix": "INBOX."}
    prefix = "INBOX."


class TestOddServers(unittest.TestCase):
    def test_sent_without_special_use(self):
        """Exchange Online marks no folder and localizes the names."""
        with scripted_imap({"LIST": EXCHANGE_FOLDERS}) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.special_folder("\\Sent"), "Elementos enviados")
            self.assertEqual(mailbox.special_folder("\\Drafts"), "Borradores")
            self.assertIsNone(mailbox.special_folder("\\Junk"))

    def test_gmail_marks_a_localized_name(self):
        script = {
            "LIST": (
                '* LIST (\\HasNoChildren) "/" "INBOX"\r\n'
                '* LIST (\\HasNoChildren) "/" "Enviados"\r\n'
                '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"\r\n'
                '* LIST (\\HasNoChildren \\Sent) "/" "[Gmail]/Mensajes enviados"\r\n{tag} OK done'
            )
        }
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.special_folder("\\Sent"), "[Gmail]/Mensajes enviados")
            self.assertFalse(next(f for f in mailbox.folders() if f.name == "[Gmail]").is_usable)

    def test_a_prefix_nobody_announces(self):
        refusal = (
            "{tag} NO Client tried to access nonexistent namespace. "
            "(Mailbox name should probably be prefixed with: INBOX.)"
        )
        script = {
            "LIST": '* LIST (\\HasNoChildren) "." INBOX\r\n{tag} OK done',
            'CREATE "Procesados"': refusal,
        }
        with scripted_imap(script) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.ensure_folder("Procesados"), "INBOX.Procesados")

    def test_the_server_wants_no_folder(self):
        with (
            scripted_imap({"CREATE": "{tag} NO no more folders"}) as (_server, mailbox),
            mailbox,
            self.assertRaises(FolderFailed) as caught,
        ):
            mailbox.ensure_folder("Procesados")
        self.assertEqual(caught.exception.code, "folder_refused")
        self.assertEqual(caught.exception.data["folder"], "Procesados")

    def test_a_subscription_is_not_worth_a_failure(self):
        with scripted_imap({"SUBSCRIBE": "{tag} NO no"}) as (_server, mailbox), mailbox:
            self.assertEqual(mailbox.ensure_folder("Procesados"), "Procesados")

    def test_a_mail_above_the_announced_limit_is_not_sent(self):
        script = {"CAPABILITY": "* CAPABILITY IMAP4rev1 APPENDLIMIT=10\r\n{tag} OK done"}
        with scripted_imap(script) as (server, mailbox), mailbox:
            with self.assertRaises(MessageRefused) as caught:
                mailbox.append("Sent", b"x" * 11)
            self.assertFalse([line for line in server.received if "APPEND" in line])
        self.assertEqual(caught.exception.code, "message_too_big")
