from odoo import models

from ..letters import documents
from ..shared.contexts import IS_DOCUMENT, Told
from .batch import each_that_can


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail(self, auto_commit=False):
        # EXTENDS mail: what a template makes of a record is the document itself
        if all(composer.template_id for composer in self):
            self = self.with_context(**{IS_DOCUMENT: Told(True)})
        return super()._action_send_mail(auto_commit=auto_commit)

    def _action_send_mail_comment(self, res_ids):
        # EXTENDS mail
        post = super()._action_send_mail_comment
        if not self._l10n_co_is_batch(res_ids):
            return post(res_ids)
        posted = self._l10n_co_each_that_can(res_ids, post, at_once=False)
        return self.env["mail.message"].union(*posted)

    def _prepare_mail_values(self, res_ids):
        # EXTENDS mail
        prepare = super()._prepare_mail_values
        if not self._l10n_co_is_batch(res_ids):
            return prepare(res_ids)
        parts = self._l10n_co_each_that_can(res_ids, prepare)
        return {res_id: values for part in parts for res_id, values in part.items()}

    def _l10n_co_is_batch(self, res_ids):
        return len(res_ids) > 1 and documents.is_sent(self.env, self.model)

    def _l10n_co_each_that_can(self, res_ids, work, **options):
        """Of several documents, the one whose mail cannot be made does not keep the others back.

        :param work: callable that takes ids
        :return: list of what it returned
        :raise Exception: it can be done with none of the composer's documents
        """
        failures = {}
        documents = self.env[self.model].browse(res_ids)
        done = each_that_can(
            documents, lambda some: work(some.ids), failures.__setitem__, **options
        )
        if (
            failures
            and not done
            and not self.res_domain
            and len(self._evaluate_res_ids()) == len(res_ids)
        ):
            raise next(iter(failures.values()))
        for document, error in failures.items():
            self.env["l10n_co.outgoing.mail"]._note_unmade(document, self.env.user, error)
        if failures:
            names = ", ".join(document.display_name for document in failures)
            text = self.env._("Not sent: %s. Each of them says why; the others were sent.", names)
            self.env.user._bus_send(
                "simple_notification", {"type": "danger", "message": text, "sticky": True}
            )
        return done
