from datetime import timedelta

from odoo import api, fields, models

#: Minutes until DIAN is asked again, where it did not answer; then a person has to.
PAUSES = (5, 15, 60, 240)


class RadianErrandMixin(models.AbstractModel):
    """What DIAN's service is asked about a record: in the background, again where it does not answer, and what went
    wrong is said on the record.
    """

    _name = "l10n_co.radian.errand.mixin"
    _description = "Record that DIAN is asked about (Colombia)"

    radian_try_on = fields.Datetime(
        string="DIAN is asked on", readonly=True, copy=False, index="btree_not_null"
    )
    radian_tries = fields.Integer(readonly=True, copy=False)
    radian_failure = fields.Json(readonly=True, copy=False)

    def _radian_ask(self, account, identity):
        """Ask, and note the answer.

        :param account: l10n_co.radian.account
        :raise ServiceError: there is none
        """
        raise NotImplementedError

    def _radian_order(self):
        """Let DIAN be asked about these records; the caller has asked whether the user may."""
        self.sudo().write(
            {"radian_try_on": fields.Datetime.now(), "radian_tries": 0, "radian_failure": False}
        )
        self.env["l10n_co.radian.account"]._trigger()

    @api.model
    def _radian_due(self, company, limit):
        """:return: the records of a company that DIAN is asked about now"""
        return self.search(
            [("company_id", "=", company.id), ("radian_try_on", "<=", fields.Datetime.now())],
            order="radian_try_on, id",
            limit=limit,
        )

    def _radian_work(self, account, identity):
        """:raise ServiceError: see `_radian_ask`"""
        self._radian_ask(account, identity)
        self.write({"radian_try_on": False, "radian_failure": False})

    def _radian_failed(self, code, data, is_passing=False):
        """:param is_passing: whether another try may succeed"""
        is_tried = is_passing and self.radian_tries < len(PAUSES)
        pause = is_tried and timedelta(minutes=PAUSES[self.radian_tries])
        self.write(
            {
                "radian_try_on": is_tried and fields.Datetime.now() + pause,
                "radian_tries": self.radian_tries + 1,
                "radian_failure": {"code": code, "data": data},
            }
        )
