"""Documents of apps that the addon has texts for without depending on them, and a batch of invoices that wkhtmltopdf
prints: sent in Odoo's shell by the functions that get `env`, and looked at where they arrived.
"""

import email
import email.policy
import io
import shutil
import zipfile

from ..paths import Problem

#: What the addon is installed beside.
APPS = ("project", "repair", "maintenance")
COMPANY = "base.demo_company_co"
SENDER = "documentos@nucleo.example.com"
NUMBER = "SETP990000101"
ACCOUNT = {
    "l10n_co_address": SENDER,
    "l10n_co_state": "done",
    "smtp_host": "localhost",
    "smtp_encryption": "ssl",
    "smtp_user": SENDER,
    "from_filter": SENDER,
}
# Who gets which document: the subject begins so, and this is attached.
ARRIVED = {
    "tarea": ("Parte de trabajo Instalar la bomba de CO Company", ()),
    "suelta": ("Parte de trabajo De nadie de CO Company", ()),
    "reparacion": ("Orden de reparación ", ("%PDF",)),
    "repair": ("Repair order ", ("%PDF",)),
    "mantenimiento": ("Solicitud de mantenimiento Cambiar el aceite de CO Company", ()),
    "uno": (f"7510164;CO Company;{NUMBER};01;CO Company", ("PK",)),
    "dos": ("Factura de venta ", ("%PDF",)),
    "tres": ("Factura de venta ", ("%PDF",)),
}


def prepare(env, facts):
    """The company sends from its account, and with our texts.

    :param dict facts: `smtps`, `password`
    """
    company, admin = env.ref(COMPANY), env.ref("base.user_admin")
    admin.write({"company_ids": [(4, company.id)], "company_id": company.id, "lang": "es_CO"})
    env["res.lang"]._activate_lang("en_US")
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    company.l10n_co_emission_server_id = env["ir.mail_server"].create(
        {
            **ACCOUNT,
            "name": SENDER,
            "smtp_port": facts["smtps"],
            "smtp_pass": facts["password"],
            "l10n_co_company_id": company.id,
        }
    )
    if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
        env["stock.warehouse"].create({"name": "W", "code": "W", "company_id": company.id})
    _as_person(env)["l10n_co.mail.default"].action_propose_all()
    env.cr.commit()


def _as_person(env):
    company = env.ref(COMPANY)
    context = {"allowed_company_ids": company.ids, "lang": "es_CO"}
    return env(user=env.ref("base.user_admin").id, su=True, context=context)


def _partner(env, name, lang="es_CO"):
    return env["res.partner"].create(
        {"name": name, "email": f"{name}@otra.example.com", "lang": lang}
    )


def send_documents(env):
    """A task of the company and one of nobody's, two repairs, a maintenance request: with our templates for them."""
    env = _as_person(env)
    company = env.company
    project = env["project.project"].create({"name": "Obra", "company_id": company.id})
    loose = env["project.project"].create({"name": "Libre", "company_id": False})
    team = env["maintenance.team"].create({"name": "Taller", "company_id": company.id})
    request = {"company_id": company.id, "maintenance_team_id": team.id}
    pump = {"product_id": env["product.product"].create({"name": "Bomba"}).id}
    documents = (
        ("tarea", "work_order", {"name": "Instalar la bomba", "project_id": project.id}),
        ("suelta", "work_order", {"name": "De nadie", "project_id": loose.id}),
        ("reparacion", "repair", {**pump, "company_id": company.id}),
        ("repair", "repair", {**pump, "company_id": company.id}),
        ("mantenimiento", "maintenance", {"name": "Cambiar el aceite", **request}),
    )
    for name, kind, values in documents:
        partner = _partner(env, name, "en_US" if name == "repair" else "es_CO")
        template = env.ref(f"l10n_co_einvoice_mail.mail_template_{kind}")
        model = env[template.model]
        of_partner = {"partner_id": partner.id} if "partner_id" in model._fields else {}
        _send(model.create({**values, **of_partner}), partner, template)
        env.cr.commit()


def _send(document, partner, template):
    """As «Send message», its full composer and our template do."""
    context = {
        "default_model": document._name,
        "default_res_ids": document.ids,
        "default_template_id": template.id,
        "default_composition_mode": "comment",
    }
    composer = document.env["mail.compose.message"].with_context(**context).create({})
    composer.partner_ids |= partner
    composer._action_send_mail()


def send_batch(env, container):
    """Three invoices that are printed together, one of them with its XML.

    :param bytes container: the AttachedDocument of the first one
    """
    env = _as_person(env)
    env.company.vat = "7510164-3"
    line = (0, 0, {"name": "x", "quantity": 1, "price_unit": 1000, "tax_ids": []})
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": _partner(env, name).id,
                "invoice_line_ids": [line] * count,
                **({"name": NUMBER} if name == "uno" else {}),
            }
            for name, count in (("uno", 1), ("dos", 60), ("tres", 1))
        ]
    )
    moves.action_post()
    env["ir.attachment"].create(
        {"res_model": moves._name, "res_id": moves[0].id, "name": "dian.xml", "raw": container}
    )
    env.cr.commit()
    wizard = env["account.move.send.batch.wizard"].create({"move_ids": moves.ids})
    wizard.action_send_and_print()
    env.cr.commit()
    root = env(user=env.ref("base.user_root").id, context={})
    while any(moves.mapped("sending_data")):
        root["account.move"]._cron_account_move_send()
    root["mail.mail"].process_email_queue()
    env.cr.commit()


def check_program():
    """:raise Problem: nothing is there that prints"""
    if not shutil.which("wkhtmltopdf"):
        raise Problem("wkhtmltopdf is not installed: `make setup` brings it on Debian.")


def check_arrived(messages):
    """:param messages: what the mail server took
    :raise Problem: something is missing, or another one than had to come
    """
    found = {}
    for sent in messages:
        if sent.login == SENDER:
            for address in sent.recipients:
                found.setdefault(address.partition("@")[0], []).append(_told(sent.raw))
    wrong = [f"{name}: {found.get(name)}" for name in ARRIVED if not _is_right(name, found)]
    if wrong:
        raise Problem("Not as it had to arrive:\n" + "\n".join(wrong))


def _told(raw):
    """:return: (subject, first bytes of each attachment; of an archive, of what is in it)"""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    files = [part.get_payload(decode=True) for part in message.iter_attachments()]
    return message["Subject"], tuple(map(_kind, files))


def _kind(content):
    if not content.startswith(b"PK"):
        return content[:4].decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        insides = sorted(archive.read(name)[:4] for name in archive.namelist())
    return "PK" if insides == [b"%PDF", b"<?xm"] else f"PK with {insides}"


def _is_right(name, found):
    subject, files = ARRIVED[name]
    mails = found.get(name, [])
    return len(mails) == 1 and mails[0][0].startswith(subject) and mails[0][1] == files
