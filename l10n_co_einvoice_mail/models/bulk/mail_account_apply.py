from collections import Counter

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formataddr, is_html_empty

from ..letters.letter_html import LetterHtml

# The page where a user connects his own account.
PREFERENCES = "/odoo/my-mail"
PROVIDERS = {"gmail": "Google", "outlook": "Microsoft"}
TODO = "mail.mail_activity_data_todo"


class MailAccountApply(models.AbstractModel):
    """The accounts of a list written onto their users: those that are ready, and of them what has changed."""

    _name = "l10n_co.mail.account.apply.mixin"
    _inherit = "l10n_co.mail.text.mixin"
    _description = "Mail accounts of many users, applied"

    header = LetterHtml(help="Above the text of everybody's mails; empty leaves what they have.")
    signature = LetterHtml(help="Below the text of everybody's mails; empty leaves what they have.")
    footer = LetterHtml(
        help="Below the signature of everybody's mails; empty leaves what they have."
    )

    @api.constrains("header", "signature", "footer")
    def _check_frame(self):
        for wizard in self:
            for text in (wizard.header, wizard.signature, wizard.footer):
                wizard._l10n_co_check_html(text)

    def action_apply(self):
        """Set the accounts up that are ready; of the others the list says what is missing."""
        self.ensure_one()
        self._check_admin()
        applied = self.line_ids.filtered(lambda line: line.state == "ready")._apply()
        framed = self.line_ids.filtered(lambda line: line.state == "done")._apply_frame()
        self.notice = self._apply_notice(len(applied), len(framed))
        return True

    def _apply_notice(self, count, framed):
        """:param int count: how many accounts were set up
        :param int framed: how many users got another header, signature or footer
        :return: the outcome in words
        """
        states = dict(self.line_ids._fields["state"]._description_selection(self.env))
        left = Counter(line.state for line in self.line_ids if line.state != "done")
        notice = self.env._("Set up: %s.", count)
        if framed:
            notice += " " + self.env._("Header, signature or footer changed: %s.", framed)
        if left:
            notice += "\n" + self.env._(
                "Not set up: %s. The reason stands beside each user.",
                ", ".join(f"{states[state]} {number}" for state, number in left.items()),
            )
        return notice


class MailAccountLineApply(models.AbstractModel):
    """Lines of such a list written onto their users."""

    _name = "l10n_co.mail.account.line.apply.mixin"
    _description = "Mail account of a list, applied"

    def _apply(self):
        """Set these accounts up, each on its own: what is refused keeps nobody else from his account.

        :return: the lines that were applied
        """
        present = self._accounts().keys()
        applied = self._set_up_all()
        applied._log({line: line._log_entry(line.user_id not in present) for line in applied})
        applied.filtered(lambda line: line._oauth_type())._invite()
        applied.sudo().write({"password": False, "is_finishing": True})
        applied.sudo()._compute_state()
        if applied:
            self.env.ref("l10n_co_einvoice_mail.cron_test_accounts").sudo()._trigger()
        return applied

    def _set_up_all(self):
        """All at once, which is much faster; one by one where somebody's account is refused.

        :return: the lines that were set up
        """
        try:
            with self.env.cr.savepoint():
                self._set_up()
        except UserError as refused:
            if len(self) > 1:
                middle = len(self) // 2
                return self[:middle]._set_up_all() + self[middle:]._set_up_all()
            self.sudo().write({"state": "failed", "refusal": str(refused)})
            return self.browse()
        return self

    def _set_up(self):
        """Write what has changed onto the users' own accounts, with the rights of whoever does it.

        :raise UserError: a user cannot have this account; it says why
        """
        self._check_user()  # who was one of the company's when the list was made may have left it
        for line in self:
            values = line._account_values()
            if line.password:
                values["l10n_co_new_password"] = line.password
            user = line.user_id.with_context(l10n_co_sent_folder_later=True)
            account = user._l10n_co_save_account(values)
            if not line._oauth_type():
                account._l10n_co_confirm()

    # ---- what takes its time, in the background ----------------------------------------------------

    is_finishing = fields.Boolean(readonly=True)

    def _finish(self):
        """Give the users who have no address the account's, and look for the Sent folders; each is committed."""
        accounts = self._accounts()
        for line in self:
            line.is_finishing = False
            user = line.user_id.with_context(tracking_disable=True)
            if account := accounts.get(user):
                if line._may_get_address():
                    user.email = account.l10n_co_address
                account._l10n_co_set_up_sent()
            if not line._commit(1):
                return

    def _may_get_address(self):
        """Whether the account's address becomes that of its user, to which the link for a new password is sent.

        :return: False for who has one, and for an administrator whose list another one than an administrator made
        """
        is_administrator = self.user_id.has_group("base.group_erp_manager")
        return not self.user_id.email and (
            not is_administrator or self.create_uid.has_group("base.group_erp_manager")
        )

    def _log_entry(self, is_new):
        """:return: what the user's log says of it; no password, no token"""
        values = {"address": self.email, "server": f"{self.smtp_host}:{self.smtp_port}"}
        if is_new:
            return self.env._("Mail account set up: %(address)s, %(server)s.", **values)
        return self.env._("Mail account changed: %(address)s, %(server)s.", **values)

    def _log(self, entries):
        """:param entries: {line: text} for the users' contacts, where the log of a user is kept"""
        partners = self.user_id.partner_id.sudo()
        partners._message_log_batch(
            {line.user_id.partner_id.id: text for line, text in entries.items()}
        )

    # ---- header, signature, footer -----------------------------------------------------------------

    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("user_id", "wizard_id.header", "wizard_id.signature", "wizard_id.footer")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for line in self:
            user, company, wizard = line.user_id, line.wizard_id.company_id, line.wizard_id
            header, footer = user._l10n_co_frame(company)
            line.preview = user._l10n_co_letter(
                user._l10n_co_fill(wizard.header, company) or header,
                user._l10n_co_example_body(),
                line._signature() or user.sudo().signature,
                user._l10n_co_fill(wizard.footer, company) or footer,
            )

    def action_preview(self):
        """:return: action that shows a mail of this user with the header, signature and footer of the list"""
        self.ensure_one()
        self.wizard_id._check_admin()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mail of %s", self.user_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _signature(self):
        """:return: the list's signature with what its variables say of this user; Odoo's own has no variables"""
        return self.user_id._l10n_co_fill(self.wizard_id.signature, self.wizard_id.company_id)

    def _apply_frame(self):
        """Give these users the list's header, signature and footer, where there is one and theirs is another.

        :return: the lines whose users got something
        """
        self._check_user()
        changed = self.browse()
        for line in self:
            user = line.user_id.sudo()
            wanted = {
                "l10n_co_mail_header": line.wizard_id.header,
                "signature": line._signature(),
                "l10n_co_mail_footer": line.wizard_id.footer,
            }
            changes = {
                name: html
                for name, html in wanted.items()
                if not is_html_empty(html) and html != user[name]
            }
            if changes:
                user.write(changes)
                changed += line
        changed._log(
            dict.fromkeys(changed, self.env._("Header, signature or footer of mails changed."))
        )
        return changed

    # ---- sign-in at the provider -----------------------------------------------------------------

    def _invite(self):
        """Ask the users to sign in: nobody else can give this permission. A mail and a to-do carry the link."""
        for line in self:
            user = line.user_id.sudo()
            in_his_words = line.with_context(lang=user.lang or self.env.lang)
            in_his_words._send_invitation(user)
            in_his_words._schedule_invitation(user)

    def _send_invitation(self, user):
        link = f"{self.get_base_url()}{PREFERENCES}"
        button = Markup('<p><a href="%s">%s</a></p>') % (
            link,
            self.env._("Connect my mail account"),
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._("Connect your mail account with Odoo"),
                "body_html": Markup("<p>%s</p>%s") % (self._invitation(), button),
                "email_to": formataddr((user.name, self.email)),
                "auto_delete": True,
            }
        )

    def _schedule_invitation(self, user):
        """One to-do, however often he is invited."""
        partner = user.partner_id
        summary = self.env._("Connect your mail account")
        if not partner.activity_ids.filtered(lambda a: a.user_id == user and a.summary == summary):
            # The mail tells it already.
            partner.with_context(mail_activity_quick_update=True).activity_schedule(
                TODO,
                summary=summary,
                note=Markup("<p>%s</p><p><a href='%s'>%s</a></p>")
                % (self._invitation(), PREFERENCES, self.env._("Connect my mail account")),
                user_id=user.id,
            )

    def _invitation(self):
        return self.env._(
            "So that your mails leave Odoo from %(address)s, sign in once at %(provider)s. "
            "No password is typed in Odoo.",
            address=self.email,
            provider=PROVIDERS[self._oauth_type()],
        )
