"""What the tests of mail accounts share: a provider whose servers are the bed's, and people with different rights."""

from odoo.fields import Command

from .common import ReceptionCase


class MailAccountCase(ReceptionCase):
    """`self.provider` is the preset of the bed's own domain; `self.admin` is a mail administrator and nothing more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["l10n_co.mail.provider"].create(
            {
                "name": "Bed",
                "code": "bed",
                "sequence": 1,
                "domains": "comprador.example.com",
                **cls.servers_of("imap", cls.bed.imaps),
                **cls.servers_of("pop", cls.bed.pop3s),
                **cls.servers_of("smtp", cls.bed.smtps),
            }
        )
        cls.admin = cls.create_user("correo", "l10n_co_einvoice_mail.group_mail_admin")
        cls.bookkeeper = cls.create_user("auxiliar", "account.group_account_invoice")
        cls.employee = cls.create_user("empleado", "base.group_user")

    @staticmethod
    def servers_of(protocol, port):
        return {
            f"{protocol}_host": "localhost",
            f"{protocol}_port": port,
            f"{protocol}_encryption": "ssl_strict",
        }

    @classmethod
    def create_user(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "lang": "en_US",
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
                "group_ids": [Command.set(cls.env.ref(group).ids)],
            }
        )

    def diagnose(self, account, **values):
        """Run a diagnosis as the mail administrator does."""
        action = account.with_user(self.admin).l10n_co_action_diagnose()
        diagnosis = self.env[action["res_model"]].with_user(self.admin).browse(action["res_id"])
        diagnosis.write(values)
        diagnosis.run()
        return diagnosis
