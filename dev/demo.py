"""What the demo database is made of. Runs in Odoo's shell, on behalf of dev/run.py, with Odoo's `env`."""

import base64

from . import demo_coding

LOGIN = "admin"  # and password
TIME_ZONE = "America/Bogota"
HOST = "127.0.0.1"
# The certificate of the demo's server is made anew in each run.
ENCRYPTION = "ssl"
# Parameter: the DIAN on loopback, in place of the test environment's address.
DIAN_ADDRESS = "l10n_co_einvoice_mail_radian.test_address"
PEOPLE = (
    ("Laura Pardo", "Ventas"),
    ("Camilo Rojas", "Ventas"),
    ("Marcela Duarte", "Contabilidad"),
)


def prepare(env, facts):
    """Let the demo company send, and receive the mails that lie in its mailbox; commit.

    :param dict facts: of the mail server on 127.0.0.1 the ports `imaps` and `smtps`, the addresses `receiver` and
        `sender`, their `password`; PEM texts `anchors` and `dian_signer`; `language`; of the `dian` on loopback its
        `address`, and what `fakedian.stock` tells
    """
    company = env.ref("base.demo_company_co")
    _speak(env, facts["language"], company)
    _trust(env, facts)
    _people(env, company)
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    mailbox = _mailbox(env, company, facts["receiver"], facts)
    mailbox.button_confirm_login()
    sending_account(env, company, facts)
    _texts(env, company)
    env.cr.commit()
    outcome = mailbox.l10n_co_fetch()
    env.cr.commit()
    _know_the_provider(env, company)
    compare_with_dian(env, company, facts["dian"]["never_came"])
    speak_with_dian(env, company, facts["dian"])
    prove(env, company)
    demo_coding.code_bills(env, company)
    env.cr.commit()
    print(outcome["params"]["message"])


def prepare_empty(env, facts):
    """Give the administrator a company that has nothing, a mail provider that is known, and authorities that are
    trusted; commit.

    :param dict facts: as in `prepare`; besides the mail `domain` of the provider and the `name` of the company
    """
    company = env["res.company"].create({"name": facts["name"]})
    env["res.lang"]._activate_lang(facts["language"])
    admin = env.ref("base.user_admin")
    admin.write(
        {
            "lang": facts["language"],
            "tz": TIME_ZONE,
            "company_ids": company.ids,
            "company_id": company.id,
        }
    )
    _trust(env, facts)
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    env["l10n_co.mail.provider"].create(
        {
            "name": "Hosting",
            "code": "first_bill",
            "domains": facts["domain"],
            "imap_host": "localhost",
            "imap_port": facts["imaps"],
            "imap_encryption": "ssl_strict",
        }
    )
    env.cr.commit()


def _speak(env, language, company):
    """The administrator sees the demo company, in Spanish; English can be chosen."""
    env["res.lang"]._activate_lang("en_US")
    admin = env.ref("base.user_admin")
    admin.write({"lang": language, "tz": TIME_ZONE, "company_id": company.id})
    env["ir.default"].set("res.partner", "lang", language)
    company.l10n_co_bill_policy = "draft"
    # Odoo asks for it before the first invoice is sent.
    company.external_report_layout_id = env.ref("web.external_layout_standard")


def _people(env, company):
    """Users of the demo company, in departments: whose mail accounts can be set up together."""
    departments = {
        name: env["hr.department"].create({"name": name, "company_id": company.id})
        for name in sorted({department for _name, department in PEOPLE})
    }
    for name, department in PEOPLE:
        user = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": name,
                    "login": ".".join(name.lower().split()),
                    "company_id": company.id,
                    "company_ids": company.ids,
                    "lang": env.ref("base.user_admin").lang,
                    "tz": TIME_ZONE,
                    "group_ids": env.ref("account.group_account_invoice").ids,
                }
            )
        )
        values = {"user_id": user.id, "department_id": departments[department].id}
        env["hr.employee"].create({"name": name, "company_id": company.id, **values})


def _trust(env, facts):
    """The made-up authorities' certificates, and DIAN's made-up signer, confirmed."""
    usages = [("anchor", pem) for pem in facts["anchors"]] + [("dian_signer", facts["dian_signer"])]
    env["l10n_co.trusted.certificate"].create(
        [{"pem": pem, "usage": usage, "state": "confirmed"} for usage, pem in usages]
    )


def _know_the_provider(env, company):
    """One of the two signers that are not their suppliers is known, as a provider for many; the other one waits."""
    signers = env["l10n_co.known.signer"].search([("company_id", "=", company.id)])
    signers.filtered(lambda signer: "FÁCIL" in (signer.name or "")).action_know_for_all()


def _mailbox(env, company, address, facts, **values):
    return env["fetchmail.server"].create(
        {
            "name": "Facturas de proveedores",
            "server_type": "imap",
            "server": HOST,
            "port": facts["imaps"],
            "user": address,
            "password": facts["password"],
            "l10n_co_encryption": ENCRYPTION,
            "l10n_co_company_id": company.id,
            **values,
        }
    )


def sending_account(env, company, facts):
    """The account that the company's documents leave from, tested; its copies go into its own Sent folder.

    :return: ir.mail_server
    """
    address = facts["sender"]
    copies = _mailbox(env, company, address, facts, name=address, l10n_co_append_only=True)
    account = env["ir.mail_server"].create(
        {
            "name": address,
            "l10n_co_address": address,
            "l10n_co_company_id": company.id,
            "l10n_co_display_name": company.name,
            "l10n_co_sent_server_id": copies.id,
            "smtp_host": HOST,
            "smtp_port": facts["smtps"],
            "smtp_encryption": ENCRYPTION,
            "smtp_user": address,
            "smtp_pass": facts["password"],
        }
    )
    action = account.l10n_co_action_diagnose()
    test = env[action["res_model"]].browse(action["res_id"])
    if not test.run():
        raise RuntimeError(f"The demo's sending account: {test.cause}")
    folders = account.l10n_co_action_sent_folder()
    env[folders["res_model"]].browse(folders["res_id"]).line_ids.filtered("is_likely").action_use()
    return account


def _texts(env, company):
    """What the company's mails say, as it is proposed for each kind of document."""
    admin = env.ref("base.user_admin")
    texts = env["l10n_co.mail.default"].with_user(admin).with_company(company)
    texts.with_context(lang=admin.lang).action_propose_all()


def prove(env, company):
    """A pack of the year's evidence; its scheduled action makes it."""
    year = env["l10n_co.received.document"].search(
        [("company_id", "=", company.id), ("issue_date", "!=", False)], limit=1
    )
    first = year.issue_date.replace(month=1, day=1)
    admin = env.ref("base.user_admin")
    pack = (
        env["l10n_co.proof.pack"]
        .with_user(admin)
        .create(
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": first.replace(month=12, day=31),
            }
        )
    )
    pack.action_make()
    while pack.state == "waiting":
        pack.sudo()._cron_make()


def compare_with_dian(env, company, never_came):
    """A month's list as DIAN's portal gives it, with a document in every place that one can have.

    :param dict never_came: {name: cells of the list} of documents that DIAN has and no mail brought
    """
    from odoo.addons.l10n_co_einvoice_mail.dian.nit import normalise
    from odoo.addons.l10n_co_einvoice_mail.tests.tools import dian_lists

    nit = normalise(company.vat).number
    received = env["l10n_co.received.document"].search(
        [
            ("company_id", "=", company.id),
            ("issue_date", "!=", False),
            ("document_type", "!=", "96"),
        ]
    )
    last = max(received.mapped("issue_date")).strftime("%d-%m-%Y")
    # The newest one is not at DIAN yet.
    others = received[1:]
    rows = [_listed(dian_lists, nit, document, **_changed(document, others)) for document in others]
    rows += [dian_lists.row(nit, **cells) for cells in never_came.values()]
    rows.append(_rejected(dian_lists, nit, last))
    rows += _of_ours(env, dian_lists, nit, company, last)
    content = dian_lists.sheet(dian_lists.TITLES, *rows)
    upload = env["l10n_co.dian.list.upload"].create(
        {
            "company_id": company.id,
            "content": base64.b64encode(content),
            "file_name": f"Rp_Doc_{last}.xlsx",
        }
    )
    upload.action_read()


def _changed(document, others):
    """:return: cells of the list that make it differ from what was received: two are booked; the value of another one
    differs
    """
    drafts = [one for one in others if one.document_type == "01" and one.move_id]
    what = drafts.index(document) if document in drafts else None
    if what in (0, 1):
        document.move_id.action_post()
    return {"Total": "1"} if what == 2 else {}


def _rejected(dian_lists, nit, day):
    cells = {
        "CUFE/CUDE": "a4" * 48,
        "Folio": "4420",
        "Fecha Emisión": day,
        "NIT Emisor": "900482137",
        "Nombre Emisor": "Ferretería La Tuerca SAS",
        "Total": "77000",
        "Estado": "Rechazado",
    }
    return dian_lists.row(nit, **cells)


def speak_with_dian(env, company, facts):
    """The company's access to a DIAN on loopback, tested; what never came is fetched there but for one invoice. Events:
    both receipts of a booked one are approved, one was sent at the portal already, and one is refused.

    :param dict facts: see `prepare`
    """
    _open_access(env, company, facts)
    lines = env["l10n_co.dian.list.line"]
    never_came = {
        what: lines.search([("cufe", "=", cells["CUFE/CUDE"])])
        for what, cells in facts["never_came"].items()
    }
    for what in ("taken_back", "note", "fetched"):
        never_came[what].action_fetch()
    _work(env)
    on_credit = lines.search([("place", "=", "events_missing")], order="id").document_id
    refused = on_credit.filtered(lambda document: document.supplier_nit == facts["not_there"])
    _send(env, (on_credit - refused)[:1], "receipts")
    _send(env, never_came["fetched"].document_id + refused, "030")
    _work(env)


def _open_access(env, company, facts):
    env["ir.config_parameter"].set_param(DIAN_ADDRESS, facts["address"])
    account = env["l10n_co.radian.account"].create(
        {
            "company_id": company.id,
            "software_id": facts["software"],
            "new_secret_pfx": facts["pfx"],
            "new_secret_password": facts["password"],
            "new_secret_pin": facts["pin"],
        }
    )
    action = account.action_check()
    check = env[action["res_model"]].browse(action["res_id"])
    if not check.is_sound:
        raise RuntimeError(f"The demo's access to DIAN: {check.cause}")
    env["l10n_co.radian.person"].create(
        {
            "company_id": company.id,
            "first_name": "Marcela",
            "family_name": "Duarte",
            "id_number": "52123456",
            "job_title": "Auxiliar contable",
        }
    )


def _send(env, documents, kind):
    action = documents.action_radian_send()
    send = env[action["res_model"]].browse(action["res_id"])
    send.kind = kind
    send.action_send()


def _work(env):
    """Let the scheduled action do what waits, and what waited for that."""
    env.cr.commit()
    for _time in range(2):
        env["l10n_co.radian.account"].sudo()._cron_work()
        env["l10n_co.radian.event"].sudo().search([("state", "=", "waiting")]).try_on = "2020-01-01"
        env.cr.commit()


def _of_ours(env, dian_lists, nit, company, day):
    """What the company issued itself: payroll, an invoice that is in its books, and one that is not."""
    invoice = env["account.move"].search(
        [
            ("company_id", "=", company.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
        ],
        limit=1,
    )
    facts = {"NIT Emisor": nit, "Nombre Emisor": company.name, "Grupo": "Emitido", "Prefijo": ""}
    told = (
        ("Nomina Individual", "NI7", "a3", "2150000"),
        ("Factura electrónica", invoice.name, "a5", str(invoice.amount_total)),
        ("Factura electrónica", "SETT981", "a6", "540000"),
    )
    return [
        dian_lists.row(
            "52123456",
            **facts,
            Folio=number,
            Total=total,
            **{"Tipo de documento": kind, "CUFE/CUDE": code * 48, "Fecha Emisión": day},
        )
        for kind, number, code, total in told
    ]


def _listed(dian_lists, nit, document, **cells):
    kinds = {"91": "Nota de crédito electrónica", "92": "Nota de débito electrónica"}
    kinds["60"] = "Documento equivalente - Servicios públicos"
    return dian_lists.row(
        nit,
        **{
            "Tipo de documento": kinds.get(document.document_type, "Factura electrónica"),
            "CUFE/CUDE": document.cufe or "",
            "Folio": document.number or "",
            "Prefijo": "",
            "Divisa": document.currency_id.name,
            "Fecha Emisión": document.issue_date.strftime("%d-%m-%Y"),
            "NIT Emisor": document.supplier_nit or "",
            "Nombre Emisor": document.supplier_name or "",
            "IVA": str(document.amount_tax),
            "Total": str(document.amount_total),
            "Estado": "Rechazado" if document.dian_status == "rejected" else "Aprobado",
            **cells,
        },
    )
