"""Edits of vendor bills."""

from .. import Edit

EDITS = (
    Edit(
        "models/bills",
        "(line.company_id, *(line[name]._ids for name in names)): line.id for line in self",
        "line.company_id: line.id for line in self",
        "test_bill_complete: company",
    ),
    Edit(
        "models/bills",
        "vals.keys() >= TOLD and not self._move(vals).company_id.account_storno",
        "vals.keys() >= TOLD",
        "test_bill_complete: what_odoo_makes",
    ),
    Edit(
        "models/bills",
        '"amount_residual": vals["balance"],',
        '"amount_residual": 0.0,',
        "test_bill_complete: odoo",
    ),
    Edit(
        "models/bills",
        '"debit": max(balance, 0.0)',
        '"debit": abs(balance)',
        "test_bill_complete: odoo",
    ),
    Edit(
        "models/bills",
        "if origin.commercial_partner_id != note.commercial_partner_id:",
        "if False:",
        "test_bill_link: note",
    ),
    Edit(
        "models/bills",
        "self.move_type, invoice_date, has_tax)",
        "self.move_type, has_tax)",
        "test_bill_complete: batch",
    ),
    Edit(
        "models/bills",
        "return carried(env, TOGETHER, cls)",
        "return env.context.get(TOGETHER)",
        "test_bill_complete: batch",
    ),
    Edit(
        "models/bills",
        '("l10n_co_cufe", "in", wanted),\n                ("company_id", "=", self.env.company.id),',
        '("l10n_co_cufe", "in", wanted),',
        "test_bill_link: company",
    ),
    Edit(
        "models/bills",
        "AND move.company_id = %(company)s\n                   AND move.move_type IN",
        "AND %(company)s > 0\n                   AND move.move_type IN",
        "test_bill_link: company",
    ),
    Edit(
        "models/bills",
        "AND move.state != 'cancel'\n",
        "\n",
        "test_bill_link: cancelled",
    ),
    Edit(
        "models/bills",
        "if not origin or (cufe and origin.l10n_co_cufe not in (False, cufe)):",
        "if not origin:",
        "test_bill_link: note",
    ),
    Edit(
        "models/bills",
        '("l10n_co_id_key", "in", list(numbers)),\n'
        '                ("company_id", "in", (False, company.id)),',
        '("l10n_co_id_key", "in", list(numbers)),',
        "test_bill_supplier",
    ),
    Edit(
        "models/bills",
        'if self.state != "draft":\n'
        '            raise UserError(self.env._("Only a draft can be rebuilt."))',
        "pass",
        "test_import_hooks: rebuil",
    ),
    Edit(
        "models/bills",
        'values["l10n_co_facts"] = {**values["l10n_co_facts"], "lines": None}',
        "",
        "test_bill_link: typed",
    ),
    Edit(
        "models/bills",
        "if Attachment._compute_checksum(content) not in present:",
        "if True:",
        "test_import_hooks, test_bill_link",
    ),
    Edit(
        "models/bills",
        'remembered and remembered.active and remembered.type == "purchase"',
        "remembered",
        "test_bill_link: journal_of_the_last",
    ),
    Edit(
        "models/bills",
        'and own.code == f"{USERS_CODE}{code}"',
        "",
        "test_mail_frame",
    ),
    Edit(
        "models/bills",
        "and own.company_id in (company, company.browse())",
        "",
        "test_mail_frame",
    ),
    # What comes by an alias: a mail is taken for another one by its Message-ID alone.
    Edit(
        "models/bills/received_mail_alias.py",
        "        rights.check_user(self.env)\n",
        "",
        "test_received_by_alias: hands none over",
    ),
    Edit(
        "models/bills/received_mail_alias.py",
        "if same := self._delivered_before(journal, raw):",
        "if same := self.search([('journal_id', '=', journal.id), ('message_id', '!=', False)], limit=1):",
        "test_received_by_alias: message_id",
    ),
    # What Odoo's gateway passes over is lost.
    Edit(
        "models/bills/mail_thread.py",
        "if not handed.is_routed:",
        "if False:",
        "test_received_by_alias: known_to_odoo or stumbles",
    ),
    # An answer on a bill is taken for a supplier's mail.
    Edit(
        "models/bills/mail_thread.py",
        "handed.is_routed = bool(routes)",
        "pass",
        "test_received_by_alias: answer",
    ),
    # An alias opens the books of every company.
    Edit(
        "models/ledger/received_mail.py",
        "companies=companies.get(mail.server_id, mail.company_id),",
        "companies=companies.get(mail.server_id, self.env['res.company'].search([])),",
        "test_received_by_alias: another_company",
    ),
    # Work in the background is done with the program's rights.
    Edit(
        "models/ledger/work.py",
        "asked = documents.with_user(user).with_context(**companies)",
        "asked = documents",
        "test_work: many_accepted",
    ),
)
