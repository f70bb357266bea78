"""What the tests of many users' accounts share: a list of them, and its background test."""

from .account_common import MailAccountCase
from .common import PASSWORD

DOMAIN = "comprador.example.com"


class BulkCase(MailAccountCase):
    """`self.people` are users without an address; the bed knows the mailboxes of all but the last two."""

    COUNT = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.domains = DOMAIN
        cls.people = cls.env["res.users"].union(
            *(cls.create_person(f"Persona Número{number}") for number in range(cls.COUNT))
        )
        cls.Wizard = (
            cls.env["l10n_co.mail.account.wizard"].with_user(cls.admin).with_company(cls.company)
        )

    @classmethod
    def create_person(cls, name):
        user = cls.create_user(name.lower().replace(" ", "."), "base.group_user")
        user.name = name
        return user

    @classmethod
    def create_list(cls, users=None, **values):
        """:return: a list of `users` that the provider of the bed serves"""
        wizard = cls.Wizard.create(
            {
                "user_ids": (users or cls.people).ids,
                "domain": DOMAIN,
                "provider_id": cls.provider.id,
                "smtp_host": "localhost",
                "smtp_port": cls.bed.smtps,
                "smtp_encryption": "ssl_strict",
                **values,
            }
        )
        wizard.action_load_users()
        return wizard

    @classmethod
    def type_passwords(cls, lines):
        """Give the mailboxes of `lines` to the bed, and type their passwords."""
        for line in lines:
            cls.bed.sink.users[line.email] = PASSWORD
        lines.write({"password": PASSWORD})

    def run_tests(self, wizard):
        """Press «Test all», and let the scheduler work."""
        wizard.action_test()
        self.work_off(wizard)

    def work_off(self, wizard):
        """Let the scheduler do what waits."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            wizard.with_env(self.env(cr=cr, su=True))._cron_test()
        self.env.invalidate_all()

    def line_of(self, wizard, user):
        return wizard.line_ids.filtered(lambda line: line.user_id == user)

    def states(self, wizard):
        return wizard.line_ids.mapped("state")
