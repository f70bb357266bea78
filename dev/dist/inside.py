"""What the checks do and look at in Odoo's shell: each function gets `env`, and commits what it does.

They use the names that integrations rely on, so that they work on every version of the addon. `facts` are what
`scenes` knows of mailboxes: `address`, `password`, `imaps`, `smtps`, `anchors`, `dian_signer`.
"""

import importlib

MODULE = "l10n_co_einvoice_mail"
PARAMETER = f"{MODULE}.allow_internal_servers"
# Of core's own accounts.
CORE_PASSWORD = "clave-de-core"  # noqa: S105 - of a mailbox on loopback
SENDER = "avisos@nucleo.example.com"
PERSONAL = "persona@nucleo.example.com"


def play(env, steps):
    """Call functions one after the other.

    :param steps: list of (module, name of the function, *its arguments)
    """
    for module, name, *arguments in steps:
        getattr(importlib.import_module(module), name)(env, *arguments)


def _check(condition, sentence):
    if not condition:
        raise AssertionError(sentence)


def settle(env):
    """The main company is in Colombia: Odoo gives it the country's chart of accounts."""
    env.ref("base.main_company").country_id = env.ref("base.co")
    env.cr.commit()


def add_company(env, name, nit, with_chart):
    """A Colombian company more, which the administrator may enter."""
    companies = env["res.company"].with_context(chart_template_load=not with_chart)
    country = env.ref("base.co")
    company = companies.create({"name": name, "country_id": country.id, "vat": nit})
    env.ref("base.user_admin").company_ids += company
    env.cr.commit()


def identify(env, nit, xmlid="base.main_company"):
    """The company that the suppliers' documents are made out to."""
    company = env.ref(xmlid)
    company.write({"country_id": env.ref("base.co").id, "vat": nit})
    env.ref("base.user_admin").company_ids += company
    env.cr.commit()


def trust(env, facts):
    """The made-up authorities, and DIAN's made-up signer."""
    env["ir.config_parameter"].set_param(PARAMETER, "True")
    usages = [("anchor", pem) for pem in facts["anchors"]] + [("dian_signer", facts["dian_signer"])]
    env["l10n_co.trusted.certificate"].create(
        [{"pem": pem, "usage": usage, "state": "confirmed"} for usage, pem in usages]
    )
    env.cr.commit()


def open_mailbox(env, nit, facts):
    """A reception mailbox for the company with this NIT, confirmed."""
    mailbox = env["fetchmail.server"].create(
        {
            "name": facts["address"],
            "server_type": "imap",
            "server": "localhost",
            "port": facts["imaps"],
            "l10n_co_encryption": "ssl",
            "user": facts["address"],
            "password": facts["password"],
            "l10n_co_company_id": _company(env, nit).id,
        }
    )
    mailbox.button_confirm_login()
    env.cr.commit()


def receive(env, facts):
    """Press «Fetch now» on the mailbox."""
    mailbox = _mailbox(env, facts)
    mailbox.port = facts["imaps"]
    env.cr.commit()
    mailbox.l10n_co_fetch()
    env.cr.commit()
    env.invalidate_all()  # a run works in transactions of its own


def see_documents(env, nit, facts, expected, with_bills):
    """The mailbox' mails have become these documents, with bills or with the reason why there are none.

    :param dict expected: how many documents of the company are in each state
    """
    company = _company(env, nit)
    mails = env["l10n_co.received.mail"].search([("server_id", "=", _mailbox(env, facts).id)])
    _check(
        set(mails.mapped("state")) <= {"processed", "failed"}, "Mails of the mailbox were not read."
    )
    documents = env["l10n_co.received.document"].search([("company_id", "=", company.id)])
    states = documents.mapped("state")
    found = {state: states.count(state) for state in set(states)}
    _check(found == expected, f"{company.name}: documents {found}, expected {expected}.")
    to_book = documents.filtered(lambda d: d.state == "accepted" and d.document_type != "96")
    if with_bills:
        without = to_book.filtered(lambda document: not document.move_id)
        _check(not without, f"Without a bill: {without.mapped('display_name')}.")
        _check(set(to_book.move_id.mapped("state")) == {"draft"}, "A bill is no draft.")
        return
    reasons = set(to_book.mapped("reason_code"))
    _check(reasons == {"bill_no_journal"}, f"Without a chart of accounts: {reasons}.")
    _check(company.name in to_book[0].reason, to_book[0].reason)


def see_nothing_of_others(env, nit, facts):
    """Documents of a company came through its own mailbox only, and its people see no others."""
    company = _company(env, nit)
    user = env["res.users"].create(
        {
            "name": "Auxiliar",
            "login": f"auxiliar@{facts['address']}",
            "company_id": company.id,
            "company_ids": company.ids,
            "group_ids": env.ref("account.group_account_invoice").ids,
        }
    )
    for model in ("l10n_co.received.mail", "l10n_co.received.document", "fetchmail.server"):
        seen = env[model].with_user(user).search([])
        companies = seen.sudo().mapped(
            "l10n_co_company_id" if model == "fetchmail.server" else "company_id"
        )
        _check(companies == company, f"{model}: {company.name} sees {companies.mapped('name')}.")


def read_originals_again(env):
    """The stored mails are what was received."""
    for mail in env["l10n_co.received.mail"].search([]):
        _check(mail.raw_attachment_id.raw, f"The original of mail {mail.id} is gone.")
    before = env["l10n_co.received.document"].search_count([])
    env["l10n_co.received.mail"].search([("state", "=", "processed")]).action_reprocess()
    env.cr.commit()
    after = env["l10n_co.received.document"].search_count([])
    _check(after == before, f"Reading the mails again made {after} documents of {before}.")


def see_drafts_noted(env):
    """Whether a bill differs from its document is stored of the bills that were there before it was."""
    drafts = env["account.move"].search(
        [("state", "=", "draft"), ("l10n_co_received_document_id", "!=", False)]
    )
    noted = drafts.filtered("l10n_co_needs_review")
    env.add_to_compute(drafts._fields["l10n_co_needs_review"], drafts)
    _check(noted and noted == drafts.filtered("l10n_co_needs_review"), "Differences of bills are not noted.")


# ---- core's own accounts -----------------------------------------------------------------------------


def add_core_accounts(env, facts):
    """A mailbox and a server of core's, and a user's personal one."""
    admin = env.ref("base.user_admin")
    admin.email = PERSONAL
    env["fetchmail.server"].create(
        {
            "name": "Core's mailbox",
            "server_type": "imap",
            "server": "localhost",
            "port": facts["imaps"],
            "is_ssl": True,
            "user": facts["address"],
            "password": facts["password"],
        }
    )
    common = {
        "smtp_host": "localhost",
        "smtp_port": facts["smtps"],
        "smtp_encryption": "ssl",
        "smtp_authentication": "login",
        "smtp_pass": CORE_PASSWORD,
    }
    owners = {SENDER: False, PERSONAL: admin.id}
    env["ir.mail_server"].create(
        [
            {**common, "name": a, "smtp_user": a, "from_filter": a, "owner_user_id": owner}
            for a, owner in owners.items()
        ]
    )
    env.cr.commit()


def add_company_sender(env, nit, facts):
    """A company's sending account, which has the company's documents for itself."""
    company = _company(env, nit)
    server = env["ir.mail_server"].create(
        {
            "name": "facturas@nucleo.example.com",
            "smtp_host": "localhost",
            "smtp_port": facts["smtps"],
            "smtp_encryption": "ssl",
            "smtp_user": "facturas@nucleo.example.com",
            "smtp_pass": CORE_PASSWORD,
            "from_filter": "facturas@nucleo.example.com",
            "l10n_co_company_id": company.id,
        }
    )
    company.l10n_co_emission_server_id = server
    env.cr.commit()


def open_dian_service(env, nit):
    """A company's access to DIAN's service, with what it makes and what is set for it."""
    account = env["l10n_co.radian.account"].create(
        {"company_id": _company(env, nit).id, "software_id": "x", "new_secret_pin": "1"}
    )
    account.sudo()._l10n_co_keep_activity(["The certificate expires."])
    env["ir.config_parameter"].set_param(f"{MODULE}_radian.test_address", "https://localhost/x")
    env.cr.commit()


def use_core_accounts(env):
    """They work without the addon: log in, send; and what was a company's is used for nothing."""
    mailbox = env["fetchmail.server"].search([("name", "=", "Core's mailbox")])
    mailbox._connect__().logout()
    for address in (SENDER, PERSONAL):
        server = env["ir.mail_server"].search([("smtp_user", "=", address)])
        server._connect__(mail_server_id=server.id, smtp_from=address).quit()
    receiving = env["fetchmail.server"].search([("state", "=", "done")])
    _check(not receiving, f"Core would receive from {receiving.mapped('name')}.")
    server, _sender = env["ir.mail_server"]._find_mail_server("otra@nucleo.example.com")
    _check(server.smtp_user == SENDER, f"Other mail would leave through {server.smtp_user}.")


def _company(env, nit):
    return env["res.company"].search([("vat", "=", nit)])


def _mailbox(env, facts):
    return env["fetchmail.server"].search(
        [("user", "=", facts["address"]), ("l10n_co_company_id", "!=", False)]
    )
