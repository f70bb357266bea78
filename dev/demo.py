"""What the demo database is made of. Runs in Odoo's shell, on behalf of dev/run.py, with Odoo's `env`."""

TIME_ZONE = "America/Bogota"
PEOPLE = (
    ("Laura Pardo", "Ventas"),
    ("Camilo Rojas", "Ventas"),
    ("Marcela Duarte", "Contabilidad"),
)


def prepare(env, facts):
    """Let the demo company receive the mails that lie in its mailbox, and commit.

    :param dict facts: `port`, `user`, `password` of the mailbox on 127.0.0.1; PEM texts `anchors` and `dian_signer`;
        `language`
    """
    company = env.ref("base.demo_company_co")
    _speak(env, facts["language"], company)
    _trust(env, facts)
    _people(env, company)
    mailbox = _mailbox(env, company, facts)
    env.cr.commit()
    outcome = mailbox.l10n_co_fetch()
    env.cr.commit()
    print(outcome["params"]["message"])


def _speak(env, language, company):
    """The administrator sees the demo company, in Spanish; English can be chosen."""
    env["res.lang"]._activate_lang("en_US")
    admin = env.ref("base.user_admin")
    admin.write({"lang": language, "tz": TIME_ZONE, "company_id": company.id})
    env["ir.default"].set("res.partner", "lang", language)
    company.l10n_co_bill_policy = "draft"


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


def _mailbox(env, company, facts):
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    mailbox = env["fetchmail.server"].create(
        {
            "name": "Facturas de proveedores",
            "server_type": "imap",
            "server": "127.0.0.1",
            "port": facts["port"],
            "user": facts["user"],
            "password": facts["password"],
            # The certificate of the demo's server is made anew in each run.
            "l10n_co_encryption": "ssl",
            "l10n_co_company_id": company.id,
        }
    )
    mailbox.button_confirm_login()
    return mailbox
