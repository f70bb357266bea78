from odoo import api, fields, models

from ..shared import rights

MODULE = "l10n_co_einvoice_mail"


class Home(models.AbstractModel):
    """What stands above the list of what is to do and above the board of mailboxes: how the mailboxes are and,
    before the first mail was fetched, the three steps that lead there.
    """

    _name = "l10n_co.home"
    _description = "Home page (Colombian e-invoice mail)"

    @api.model
    def look(self):
        """:return: dict for the panel: `steps`, empty when all are done; `mailboxes` of the chosen companies"""
        rights.check_user(self.env)
        mailboxes = self._mailboxes()
        return {
            "steps": self._steps(mailboxes),
            "mailboxes": [self._told(mailbox) for mailbox in mailboxes],
        }

    @api.model
    def go(self, name):
        """Do a step.

        :param str name: of a step that `look` told
        :return: action
        :raise AccessError: only a mail administrator sets mailboxes up
        """
        rights.check_user(self.env)
        mailboxes = self._mailboxes()
        if name == "account":
            return self._new_mailbox()
        if name == "test":
            draft = mailboxes.filtered(lambda mailbox: mailbox.state == "draft")[:1]
            return {**draft.l10n_co_action_diagnose(), "views": [(False, "form")]}
        return mailboxes.filtered(lambda mailbox: mailbox.state == "done").l10n_co_fetch()

    def _mailboxes(self):
        return self.env["fetchmail.server"].search(
            [
                ("l10n_co_company_id", "in", self.env.companies.ids),
                ("l10n_co_append_only", "=", False),
            ]
        )

    def _new_mailbox(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"{MODULE}.mailbox_action")
        view = self.env.ref(f"{MODULE}.mailbox_view_form")
        return {**action, "view_mode": "form", "views": [(view.id, "form")]}

    def _steps(self, mailboxes):
        """:return: list of dicts; none when something was fetched already"""
        done = [
            bool(mailboxes),
            "done" in mailboxes.mapped("state"),
            any(mailboxes.mapped("l10n_co_last_success")),
        ]
        if all(done):
            return []
        is_admin = self.env.user.has_group(rights.MAIL_ADMIN)
        current = done.index(False)
        steps = self._step_texts()
        for place, step in enumerate(steps):
            step["state"] = "done" if done[place] else "now" if place == current else "later"
            step["can_do"] = is_admin or step["name"] == "fetch"
        return steps

    def _step_texts(self):
        return [
            {
                "name": "account",
                "title": self.env._("1. The mailbox"),
                "text": self.env._(
                    "Type the address that you registered at DIAN, and its password."
                ),
                "button": self.env._("Set the mailbox up"),
            },
            {
                "name": "test",
                "title": self.env._("2. The test"),
                "text": self.env._(
                    "Every step of the connection is tried. When all is well, the mailbox is active."
                ),
                "button": self.env._("Test and activate"),
            },
            {
                "name": "fetch",
                "title": self.env._("3. The first mails"),
                "text": self.env._("The invoices are read, and become draft bills."),
                "button": self.env._("Fetch now"),
            },
        ]

    def _told(self, mailbox):
        read = mailbox.l10n_co_last_success
        return {
            "id": mailbox.id,
            "name": mailbox.name,
            "state": mailbox.state,
            "health": mailbox.l10n_co_health,
            "label": dict(mailbox._fields["l10n_co_health"]._description_selection(self.env))[
                mailbox.l10n_co_health
            ],
            "problem": mailbox.l10n_co_problem or "",
            "last_read": read and fields.Datetime.to_string(read),
            "today": mailbox.l10n_co_today_count,
        }
