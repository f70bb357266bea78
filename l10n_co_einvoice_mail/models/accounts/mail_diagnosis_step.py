from odoo import fields, models

DATA = [
    ("server", "Server"),
    ("port", "Port"),
    ("encryption", "Encryption"),
    ("certificate", "Certificate"),
    ("auth", "Sign-in"),
    ("login", "User"),
    ("password", "Password"),
    ("sender", "Sender"),
    ("recipient", "Recipient"),
    ("folder", "Folder"),
    ("provider", "Provider"),
]
STEP_STATES = [("ok", "OK"), ("failed", "Failed"), ("skipped", "Not tried")]


class MailDiagnosisStep(models.TransientModel):
    """One step of a diagnosis, in the words of whoever ran it."""

    _name = "l10n_co.mail.diagnosis.step"
    _description = "Step of a diagnosis"
    _order = "sequence, id"

    diagnosis_id = fields.Many2one(
        "l10n_co.mail.diagnosis", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    key = fields.Char()
    name = fields.Char(string="Step")
    state = fields.Selection(STEP_STATES, string="Result")
    milliseconds = fields.Integer(string="ms")
    detail = fields.Char()
    code = fields.Char()
    datum = fields.Selection(DATA, string="What to change")
    is_temporary = fields.Boolean()
    cause = fields.Text()
    remedy = fields.Text(string="What to do")
    server_answer = fields.Text(string="The server's own words")
