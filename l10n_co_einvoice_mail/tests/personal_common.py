"""What the tests of users' own accounts share: María, whose address is the test's mailbox."""

from .account_common import MailAccountCase
from .common import PASSWORD


class PersonalAccountCase(MailAccountCase):
    def setUp(self):
        super().setUp()
        self.maria = self.create_user(f"maria.{self._testMethodName}", "base.group_user")
        self.maria.write({"email": self.address, "tz": "America/Bogota"})

    def as_maria(self):
        return self.maria.with_user(self.maria)

    def set_up(self, **values):
        """Two values are typed, the address and the password.

        :return: the account
        """
        typed = {"l10n_co_mail_address": self.address, "l10n_co_mail_password": PASSWORD, **values}
        self.as_maria().write(typed)
        return self.maria._l10n_co_accounts()

    def run_test(self, **values):
        """:return: the diagnosis, as María runs it"""
        action = self.as_maria().l10n_co_action_test_mail()
        diagnosis = self.env[action["res_model"]].with_user(self.maria).browse(action["res_id"])
        diagnosis.write(values)
        diagnosis.run()
        return diagnosis

    def confirm(self, **values):
        """:return: the account, set up and tested"""
        account = self.set_up(**values)
        diagnosis = self.run_test()
        self.assertTrue(diagnosis.is_sound, diagnosis.cause)
        return account
