from odoo import api, fields, models
from odoo.exceptions import UserError

from ...bulk import testing
from ...mailbox.errors import ArgumentRefused, MailboxError
from ..accounts.mail_oauth import OAUTH_TYPES

CRON = "l10n_co_einvoice_mail.cron_test_accounts"
# The page where a user connects the own account.
PREFERENCES = "/odoo/my-mail"
TOKENS = [
    f"{prefix}_{name}"
    for prefix in OAUTH_TYPES.values()
    for name in ("refresh_token", "access_token", "access_token_expiration")
]
# What of an account its successor is, and gives it in the end.
TAKEN = (
    "l10n_co_address",
    "l10n_co_provider_id",
    "smtp_authentication",
    "smtp_host",
    "smtp_port",
    "smtp_encryption",
    "smtp_user",
)


class SucceededAccount(models.Model):
    """A user's account that goes on sending until what comes after it has passed its test.

    What comes after it is an account by itself, which belongs to nobody and sends nothing: its user signs in with it,
    at another mailbox maybe. Passed, its values and permissions are copied onto the account, and it goes.
    """

    _inherit = "ir.mail_server"

    l10n_co_succeeds_id = fields.Many2one(
        "ir.mail_server",
        string="Comes after",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The account whose place it takes when it has passed its test.",
    )
    l10n_co_successor_ids = fields.One2many(
        "ir.mail_server",
        "l10n_co_succeeds_id",
        string="What comes after it",
        context={"active_test": False},
    )

    def _l10n_co_may_wait(self, values):
        """:return: whether this account works, and would be another one, which nobody has tested, with `values`"""
        return self.l10n_co_state == "done" and self._l10n_co_is_untested(values)

    def _l10n_co_succeed(self, values):
        """Keep what the account is to become until its user has signed in.

        :param dict values: those of `TAKEN`
        :raise ValidationError: its user cannot have such an account; it says why
        """
        self.new({"owner_user_id": self.owner_user_id.id, **values})._l10n_co_check_personal()
        self.l10n_co_successor_ids.unlink()
        self.create({**values, "l10n_co_succeeds_id": self.id, "active": False})

    # ---- an account of its own ---------------------------------------------------------------------

    def _l10n_co_has_holder(self):
        # EXTENDS l10n_co.mail.account.mixin
        return super()._l10n_co_has_holder() or bool(self.sudo().l10n_co_succeeds_id)

    def _l10n_co_check_admin(self):
        # EXTENDS l10n_co.mail.account.mixin: who may set the account up
        succeeded = self.sudo().l10n_co_succeeds_id.sudo(False)
        return succeeded._l10n_co_check_admin() if succeeded else super()._l10n_co_check_admin()

    def _l10n_co_connected_url(self):
        # EXTENDS l10n_co.mail.account.mixin
        is_own = self.sudo().l10n_co_succeeds_id.owner_user_id == self.env.user
        return PREFERENCES if is_own else super()._l10n_co_connected_url()

    def _l10n_co_forget(self):
        # EXTENDS emission: who left signs in with nothing any more
        self.l10n_co_successor_ids.unlink()
        return super()._l10n_co_forget()

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(TOKENS) and self.sudo().l10n_co_succeeds_id:
            self.env.ref(CRON).sudo()._trigger()
        return result

    # ---- the test --------------------------------------------------------------------------------

    @api.model
    def _l10n_co_test_successors(self):
        """Test those whose users have signed in; what passes takes its account's place."""
        waiting = [("l10n_co_succeeds_id", "!=", False), ("l10n_co_failure_code", "=", False)]
        successors = self.with_context(active_test=False).search(waiting)
        tested = {}
        for successor in successors.filtered(lambda account: account._l10n_co_is_connected()):
            try:
                successor._l10n_co_renew_first()
                tested[successor.id] = successor._l10n_co_diagnosed()
            except MailboxError as error:
                successor._l10n_co_note_failure(error, {})
        self.env["ir.cron"]._commit_progress(0)  # no transaction waits for mail servers
        for successor_id, verdict in testing.verdicts(tested):
            successor = self.browse(successor_id).exists()
            if verdict.error:
                successor._l10n_co_note_failure(verdict.error, {})
            else:
                successor._l10n_co_take_place()
            self.env["ir.cron"]._commit_progress(0)

    def _l10n_co_take_place(self):
        """Give the account what passed the test, and go."""
        for successor in self:
            present, tokens = (
                successor.l10n_co_succeeds_id,
                {name: successor[name] for name in TOKENS},
            )
            values = {
                name: successor._fields[name].convert_to_write(successor[name], successor)
                for name in TAKEN
            }
            try:
                with self.env.cr.savepoint():
                    present.write({**values, **tokens})
                    present.with_context(l10n_co_sent_folder_later=True)._l10n_co_confirm()
                    successor.unlink()
            except UserError as refused:  # what its user may send from has changed meanwhile
                words = {"words": str(refused)}
                successor._l10n_co_note_failure(ArgumentRefused("account_refused", data=words), {})

    def _l10n_co_tell_successor(self):
        """:return: what the user still has to do, in words; False for nothing"""
        successor = self.sudo().l10n_co_successor_ids
        if not successor:
            return False
        if successor._l10n_co_is_connected() and not successor.l10n_co_failure:
            return self.env._(
                "You have signed in: that is being tested. Until then your mails leave as before."
            )
        text = self.env._(
            "Sign in once as %s: from then on your mails leave with this sign-in, until then as before.",
            successor.l10n_co_address,
        )
        return " ".join(filter(None, [text, successor.l10n_co_failure]))
