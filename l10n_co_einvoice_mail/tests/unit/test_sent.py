"""Copies of what was sent: the right folder, once, and the password for nobody else."""

from ...mailbox import sent
from ..tools.bedcase import ImapCase, mail, scripted_imap

ID = "<1@x.co>"
EXCHANGE = (
    '* LIST (\\HasNoChildren) "/" INBOX\r\n'
    '* LIST (\\HasNoChildren) "/" "Borradores"\r\n'
    '* LIST (\\HasNoChildren) "/" "Elementos enviados"\r\n{tag} OK done'
)


class TestSent(ImapCase):
    def test_a_mail_is_kept_once(self):
        with self.mailbox() as mailbox:
            folder = sent.find_folder(mailbox)
            self.assertTrue(sent.keep(mailbox, folder, mail(1), ID))
            self.assertFalse(sent.keep(mailbox, folder, mail(1), ID))
            self.assertTrue(sent.keep(mailbox, folder, mail(2), "<2@x.co>"))
        with self.mailbox() as later:
            self.assertFalse(sent.keep(later, folder, mail(1), ID))

    def test_it_counts_as_read(self):
        with self.mailbox() as mailbox:
            folder = sent.find_folder(mailbox)
            sent.keep(mailbox, folder, mail(1), ID)
            mailbox._select(folder)
            self.assertEqual(mailbox._client.search(["UNSEEN"]), [])

    def test_folder_a_person_chose(self):
        with self.mailbox() as mailbox:
            self.assertEqual(sent.find_folder(mailbox, "Correo/Señor"), "Correo/Señor")

    def test_choices_begin_with_the_likeliest(self):
        with self.mailbox() as mailbox:
            mailbox.ensure_folder("Archivo")
            folder = sent.find_folder(mailbox)
            mailbox.reopen()
            names = sent.choices(mailbox)
            self.assertEqual(names, [folder, "Archivo"])

    def test_names_in_spanish(self):
        for name in ("Elementos enviados", "Correos enviados", "Enviados", "CORREO ENVIADO"):
            answer = EXCHANGE.replace("Elementos enviados", name)
            with self.subTest(name), scripted_imap({"LIST": answer}) as (_server, mailbox), mailbox:
                self.assertEqual(sent.find_folder(mailbox), name)


class TestSentWithPrefix(ImapCase):
    knobs = {"separator": ".", "prefix": "INBOX."}

    def test_folder_of_a_hosting_server(self):
        with self.mailbox() as mailbox:
            folder = sent.find_folder(mailbox)
            self.assertTrue(folder.startswith("INBOX."))
            self.assertTrue(sent.keep(mailbox, folder, mail(1), ID))
