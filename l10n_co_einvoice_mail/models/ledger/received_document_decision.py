from odoo import api, fields, models
from odoo.exceptions import UserError

from ...dian import rules
from ..shared import rights
from . import ways


class ReceivedDocument(models.Model):
    """What a person decides about a document."""

    _inherit = "l10n_co.received.document"

    way = fields.Selection(
        [
            ("certificate", "Look and confirm"),
            ("accept", "Accept"),
            ("dian", "See at DIAN"),
            ("write", "Write to the supplier"),
            ("done", "Nothing more to do"),
        ],
        string="Best next step",
        compute="_compute_way",
    )

    @api.depends("state", "reason_code", "dian_certificate_id.state")
    def _compute_way(self):
        for document in self:
            document.way = document._way()

    def _way(self):
        """:return: the button that fits its reason, False where nothing waits"""
        if self.state == "accepted":
            return False
        if self.state == "review":
            waits = self.reason_code == "dian_signer_unconfirmed"
            return "certificate" if waits and self.dian_certificate_id else "accept"
        if self.reason_code in ways.LOOK_AT_DIAN and self.cufe:
            return "dian"
        return "done" if self.reason_code in ways.DONE else "write"

    def action_way(self):
        """Do what fits its reason best.

        :return: what the action that fits answers
        """
        self.ensure_one()
        actions = {
            "certificate": self.action_open_certificate,
            "accept": self.action_accept,
            "dian": self.action_open_dian,
            "write": self.action_write_to_supplier,
            "done": self.action_set_done,
        }
        return actions.get(self.way, self._open)()

    def action_open_certificate(self):
        """:return: action on the certificate of DIAN's that waits to be confirmed"""
        return self.dian_certificate_id._get_records_action()

    def action_accept(self):
        """A person takes responsibility for documents that the checks leave to a person; their bills are drafted.

        They are judged again first: what counts is the present verdict. Many are done in the background.

        :return: True, or an action that tells which of them are rejected now, or how far it is
        :raise UserError: none of them may be accepted by the user
        """
        rights.check_user(self.env)
        self.check_access("read")
        waiting = self.filtered(lambda document: document._may_be_accepted())
        if not waiting:
            raise UserError(self.env._("Only a document that is to be reviewed can be accepted."))
        name = self.env._("Documents are accepted")
        return self.env["l10n_co.work"]._later(waiting, "accept", name) or waiting._accept_now()

    def _accept_now(self):
        """:return: as `action_accept`"""
        self.sudo()._judge_again()
        waiting = self.exists()
        chosen = waiting.filtered(lambda document: document._may_be_accepted())
        chosen.sudo()._accept()
        waiting.sudo()._follow_up()
        rejected = (waiting - chosen).filtered(lambda document: document.state == "rejected")
        return rejected._tell_rejected() if rejected else True

    def _may_be_accepted(self):
        """:return: whether the user may accept it in spite of the checks: what is to be reviewed; what was rejected
        for its form, as a manager
        """
        if self.state != "rejected":
            return self.state == "review"
        codes_found = [self.reason_code, *(item["code"] for item in self.warning_data or [])]
        return rules.may_be_overridden(codes_found) and rights.has(self.env, rights.MANAGER)

    def action_accept_and_know(self):
        """Accept documents, and know their signers for their suppliers from now on: a manager's decision."""
        self.check_access("read")
        return self._accept_the_rest(self.signer_id.action_know())

    def action_accept_and_know_for_all(self):
        """Accept documents, and know their signers as providers for many from now on: a manager's decision."""
        self.check_access("read")
        return self._accept_the_rest(self.signer_id.action_know_for_all())

    def _accept_the_rest(self, action):
        """:param action: what tells the person how far the other documents of these signers are"""
        waiting = self.exists().filtered(lambda document: document.state == "review")
        rejected = waiting.action_accept() if waiting else True
        return action if rejected is True else rejected

    def _accept(self):
        for document in self:
            document.message_post(
                body=self.env._(
                    "Accepted by a person in spite of: %(reason)s", reason=document.reason
                )
            )
            document.write(
                {
                    "state": "accepted",
                    "accepted_by_id": self.env.uid,
                    "accepted_on": fields.Datetime.now(),
                    "accepted_despite": document.reason_code,
                    "reason_code": False,
                    "reason_data": False,
                }
            )
        self._know_signers()
        self.mail_ids.filtered(lambda mail: mail.state == "failed")._read_again()

    def _know_signers(self):
        """Where no authority is loaded, a certificate is known for its supplier from the first accepted document on."""
        new = self.signer_id.filtered(lambda signer: signer.state == "new")
        if new and not self.env["l10n_co.trusted.certificate"]._trust_store().anchors:
            new._decide("known")

    def _tell_rejected(self):
        reasons = [
            self.env._(
                "%(document)s is rejected now: %(reason)s",
                document=document.display_name,
                reason=document.reason,
            )
            for document in self
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger",
                "sticky": True,
                "message": "\n".join(reasons),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
