from odoo import api, models

from .recorder import Recorder


class ReceivedDocument(models.Model):
    """What judging a document once more changes, and what others do when it does."""

    _inherit = "l10n_co.received.document"

    def _judge_again(self):
        """Judge these documents anew, as the trust in certificates and the companies are now, and what can be
        booked of them. The mails they came in are read again, so that they end as their documents do.
        """
        Recorder(self.env).record_again(self._uploaded())
        self.mail_ids._read_again()
        self.exists()._follow_up()

    def _uploaded(self):
        """:return: those of which no mail brought what they say"""
        return self.filtered(lambda d: d.source_attachment_id not in d.mail_ids.raw_attachment_id)

    def _take_verdict(self, values):
        """Take over what judging this very document came to, be it better or worse than before.

        What a person accepted stays accepted; that the checks say otherwise now is shown.

        :param dict values: of the record, as the recorder makes them
        """
        if self.accepted_by_id and values["state"] != "accepted":
            values = {**values, "state": self.state, **self._contradiction(values)}
        self._replace_values(values)

    def _contradiction(self, values):
        """:return: values of the reason: none where the person knew it"""
        code = values["reason_code"]
        is_told = code == self.accepted_despite
        if is_told or (values["state"] == "review" and not self.accepted_despite):
            return {"reason_code": False, "reason_data": False}
        if self.state == "accepted" and code != self.reason_code:
            happened, _next_step = self._describe(code, values["reason_data"])
            self.message_post(
                body=self.env._(
                    "Judged again: %(reason)s It stays accepted, as %(person)s decided.",
                    reason=happened,
                    person=self.accepted_by_id.name,
                )
            )
        return {}

    def _is_contradicted(self):
        """:return: whether a person accepted it, and the checks say otherwise since"""
        return bool(self.state == "accepted" and self.accepted_by_id and self.reason_code)

    def _note_rejected_copy(self, code, data):
        """Tell on the document that a copy of it came that was rejected; the document itself stands."""
        happened, _next_step = self._describe(code, data)
        self.message_post(body=self.env._("A copy of this document was rejected: %s", happened))

    def _replace_evidence(self, values):
        """Take over a further copy of this document of which more is proven."""
        self.message_post(
            body=self.env._("A better copy of this document has arrived and was taken over.")
        )
        self._replace_values(values)

    def _replace_values(self, values):
        self.write(values)

    # ---- what others extend ----------------------------------------------------------------------

    @api.model
    def _values_when_recorded(self, values):
        """:param dict values: of a document as it was judged
        :return: dict, what else is kept of it
        """
        return {}

    def _follow_up(self):
        """Do what comes of these documents where they are accepted."""

    def _goods_received(self):
        """Do what comes of it that the goods of these documents have arrived in the warehouse."""

    def _is_to_be_read(self):
        """:return: whether what is in it is asked for once more in the run that recorded it"""
        return False

    def _as_copy(self, edocument):
        """:return: values of a copy that says what this document says; `edocument` is what is in it"""
        return {
            "source_attachment_id": self.source_attachment_id.id,
            "content_key": str(edocument.content),
            "supplier_name": self.supplier_name,
            "issue_date": self.issue_date,
            "currency_id": self.currency_id.id,
            "amount_total": self.amount_total,
            "state": self.verdict or self.state,
            "reason_code": self.reason_code or self.accepted_despite,
            "reason_data": self.reason_data,
        }

    def _is_used(self):
        """:return: whether something was made of what it says"""
        return False

    def _is_left_over(self):
        """:return: whether it was rejected, and nothing leads to it any more"""
        return self.state == "rejected" and not self.mail_ids
