"""What the demo database is made of. Runs in Odoo's shell, on behalf of dev/run.py, with Odoo's `env`."""

TIME_ZONE = "America/Bogota"


def prepare(env, facts):
    """Let the demo company receive the mails that lie in its mailbox, and commit.

    :param dict facts: `port`, `user`, `password` of the mailbox on 127.0.0.1; PEM texts `anchors` and `dian_signer`;
        `language`
    """
    company = env.ref("base.demo_company_co")
    _speak(env, facts["language"], company)
    _trust(env, facts)
    mailbox = _mailbox(env, company, facts)
    env.cr.commit()
    outcome = mailbox.l10n_co_fetch()
    env.cr.commit()
    print(outcome["params"]["message"])


def _speak(env, language, company):
    """The administrator sees the demo company, in Spanish."""
    admin = env.ref("base.user_admin")
    admin.write({"lang": language, "tz": TIME_ZONE, "company_id": company.id})
    env["ir.default"].set("res.partner", "lang", language)
    company.l10n_co_bill_policy = "draft"


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
