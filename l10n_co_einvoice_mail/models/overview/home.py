from odoo import api, fields, models
from odoo.exceptions import UserError

from ...dian.nit import check_digit, normalise
from ..shared import rights
from . import company_state

MODULE = "l10n_co_einvoice_mail"
# Reason of documents that are made out to nobody here.
STRANGER = "receiver_unknown"


class Home(models.AbstractModel):
    """What stands above the list of what is to do and above the board of mailboxes: how the mailboxes are and,
    before the first mail was fetched, the steps that lead there.
    """

    _name = "l10n_co.home"
    _description = "Home page (Colombian e-invoice mail)"

    @api.model
    def look(self):
        """:return: dict for the panel: `steps`, empty when all are done; `mailboxes` of the chosen companies;
        `stranger`, the NIT that all documents are made out to, when it is nobody's here, else False; `works`, what
        the user has going on in the background
        """
        rights.check_user(self.env)
        mailboxes = self._mailboxes()
        return {
            "steps": self._steps(mailboxes),
            "mailboxes": [self._told(mailbox) for mailbox in mailboxes],
            "stranger": self._stranger(),
            "works": self.env["l10n_co.work"]._running(),
        }

    @api.model
    def go(self, name):
        """Do a step.

        :param str name: of a step that `look` told
        :return: action
        :raise AccessError: only a mail administrator sets mailboxes up, a settings administrator the company
        """
        rights.check_user(self.env)
        if name == "company":
            return self._set_company_up()
        mailboxes = self._mailboxes()
        if name == "account":
            return self._new_mailbox()
        if name == "test":
            draft = mailboxes.filtered(lambda mailbox: mailbox.state == "draft")[:1]
            return {**draft.l10n_co_action_diagnose(), "views": [(False, "form")]}
        return mailboxes.filtered(lambda mailbox: mailbox.state == "done").l10n_co_fetch()

    @api.model
    def take_nit(self, nit):
        """The NIT that all documents are made out to is this company's: it gets it, and the mails are read again.

        :param str nit: the one that `look` told
        :return: action that tells what became of the mails, or shows how far it is
        :raise AccessError: only a settings administrator may
        """
        rights.check_user(self.env)
        stranger = self._stranger()
        if not stranger or stranger["nit"] != nit:
            raise UserError(
                self.env._("The documents have changed meanwhile. Look at the page again.")
            )
        mails = self._strangers(nit).mail_ids
        self.env["l10n_co.company.setup"]._set_nit(self.env.company, nit)
        name = self.env._("The documents of NIT %s are read again", nit)
        return self.env["l10n_co.work"]._read_again(mails, name)

    @api.model
    def add_company(self, nit):
        """:param str nit: of the company that the documents are made out to
        :return: action that opens the form of a new company with it
        """
        rights.check_settings(self.env)
        written = normalise(nit)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.company",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_vat": f"{written.number}-{check_digit(written.number)}",
                "default_country_id": self.env.ref("base.co").id,
            },
        }

    def _stranger(self):
        """:return: dict about the one NIT, of no company here, that every document of the chosen companies is made
        out to; False when there is none, or several
        """
        if self._documents([("reason_code", "!=", STRANGER)], limit=1):
            return False
        found = self.env["l10n_co.received.document"]._read_group(
            self._own([("receiver_nit", "!=", False)]), ["receiver_nit"], ["__count"], limit=2
        )
        if len(found) != 1 or not check_digit(normalise(found[0][0]).number or ""):
            return False
        [(nit, count)] = found
        number = normalise(nit).number
        return {
            "nit": nit,
            "count": count,
            "question": self.env._(
                "Documents that came: %(count)s. All are made out to NIT %(nit)s. Is that your company?",
                count=count,
                nit=f"{number}-{check_digit(number)}",
            ),
            "can_take": not company_state.of(self.env.company).has_nit and self._is_settings(),
            "can_add": self._is_settings(),
        }

    def _strangers(self, nit):
        return self._documents([("receiver_nit", "=", nit), ("reason_code", "=", STRANGER)])

    def _documents(self, domain, limit=None):
        # By id: of a large ledger, any one is found without sorting it all.
        documents = self.env["l10n_co.received.document"]
        return documents.search(self._own(domain), order="id", limit=limit)

    def _own(self, domain):
        return [("company_id", "in", self.env.companies.ids), *domain]

    def _is_settings(self):
        return rights.has(self.env, rights.SETTINGS_ADMIN)

    def _set_company_up(self):
        rights.check_settings(self.env)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your company"),
            "res_model": "l10n_co.company.setup",
            "views": [(False, "form")],
            "target": "new",
        }

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
        """:return: list of dicts; none when something was fetched, or came by a journal's alias, already"""
        comes = self._comes_by_alias()
        done = [
            company_state.of(self.env.company).is_ready,
            comes or bool(mailboxes),
            comes or "done" in mailboxes.mapped("state"),
            comes or any(mailboxes.mapped("l10n_co_last_success")),
        ]
        if all(done):
            return []
        may = {
            "company": self._is_settings(),
            "account": rights.has(self.env, rights.MAIL_ADMIN),
            "test": rights.has(self.env, rights.MAIL_ADMIN),
            "fetch": True,
        }
        current = done.index(False)
        steps = self._step_texts()
        for place, step in enumerate(steps):
            step["state"] = "done" if done[place] else "now" if place == current else "later"
            step["can_do"] = may[step["name"]]
        return steps

    def _comes_by_alias(self):
        """:return: whether a forwarding rule does what a mailbox would"""
        own = self._own([("journal_id", "!=", False)])
        return bool(self.env["l10n_co.received.mail"].search(own, order="id", limit=1))

    def _step_texts(self):
        return [
            {
                "name": "company",
                "title": self.env._("1. Your company"),
                "text": self._company_text(),
                "button": self.env._("Complete the company"),
            },
            {
                "name": "account",
                "title": self.env._("2. The mailbox"),
                "text": self.env._(
                    "Type the address that you registered at DIAN, and its password."
                ),
                "button": self.env._("Set the mailbox up"),
            },
            {
                "name": "test",
                "title": self.env._("3. The test"),
                "text": self.env._(
                    "Every step of the connection is tried. When all is well, the mailbox is active."
                ),
                "button": self.env._("Test and activate"),
            },
            {
                "name": "fetch",
                "title": self.env._("4. The first mails"),
                "text": self.env._("The invoices are read, and become draft bills."),
                "button": self.env._("Fetch now"),
            },
        ]

    def _company_text(self):
        """:return: what the company still lacks, in words"""
        state = company_state.of(self.env.company)
        missing = [
            name
            for name, is_there in (
                (self.env._("country"), state.has_country),
                (self.env._("NIT"), state.has_nit),
                (self.env._("chart of accounts"), state.has_chart),
            )
            if not is_there
        ]
        if not missing:
            return self.env._("It has country, NIT and chart of accounts.")
        return self.env._(
            "Invoices are recognised by the NIT. Still missing: %s.", ", ".join(missing)
        )

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
