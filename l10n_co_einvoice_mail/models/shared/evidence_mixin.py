from odoo import api, models


class EvidenceMixin(models.AbstractModel):
    """A model with fields that only the program writes: what was received, checked and decided.

    Such a field is declared with `evidence=True`; `_is_all_evidence` declares all of a model's. No user writes one,
    whatever his rights: not by write, create or copy, not by import, a line of another record or a default of the
    context. Actions do, as superuser, after they have asked for the right to the action.
    """

    _name = "l10n_co.evidence.mixin"
    _description = "Record with evidence (Colombian e-invoice mail)"

    _is_all_evidence = False

    def _valid_field_parameter(self, field, name):
        # EXTENDS base
        return name == "evidence" or super()._valid_field_parameter(field, name)

    def _is_evidence(self, field):
        """:return: whether only the program writes this field"""
        return self._is_all_evidence or getattr(field, "evidence", False)

    def _has_field_access(self, field, operation):
        # EXTENDS base
        if operation == "write" and not self.env.su and self._is_evidence(field):
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def default_get(self, fields):
        # EXTENDS base: nor does the context of whoever makes the program create a record
        context = {
            key: value
            for key, value in self.env.context.items()
            if not (
                key.startswith("default_")
                and (field := self._fields.get(key.removeprefix("default_")))
                and self._is_evidence(field)
            )
        }
        if len(context) == len(self.env.context):
            return super().default_get(fields)
        clean = self.with_context(context)  # pylint: disable=context-overridden
        return super(EvidenceMixin, clean).default_get(fields)
