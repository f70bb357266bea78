"""What a child of the nursery does, with Odoo's environment: the addon is called as its users call it."""

from odoo.fields import Command
from odoo.service.model import retrying

COMPANY = "base.demo_company_co"


def prepare(env, facts):
    """Set the company up that receives, and stop all crons.

    :param dict facts: `vat` of the company, PEM texts `anchors` and `dian_signer`; `smtp`: host, port, user, password
    """
    company = env.ref(COMPANY)
    company.write({"vat": facts["vat"], "l10n_co_bill_policy": "draft"})
    env["ir.config_parameter"].set_param("l10n_co_einvoice_mail.allow_internal_servers", "True")
    usages = [("anchor", pem) for pem in facts["anchors"]] + [("dian_signer", facts["dian_signer"])]
    env["l10n_co.trusted.certificate"].create(
        [{"pem": pem, "usage": usage, "state": "confirmed"} for usage, pem in usages]
    )
    env["ir.cron"].search([]).active = False
    env["ir.mail_server"].search([]).active = False
    smtp = facts["smtp"]
    env["ir.mail_server"].create(
        {
            "name": "Saliente",
            "smtp_host": smtp["host"],
            "smtp_port": smtp["port"],
            "smtp_encryption": "ssl",
            "smtp_user": smtp["user"],
            "smtp_pass": smtp["password"],
        }
    )
    env.cr.commit()
    return company.id


def create_mailbox(env, values):
    """A reception mailbox of the company.

    :param dict values: of the `fetchmail.server`
    :return: its id
    """
    company = env.ref(COMPANY)
    mailbox = env["fetchmail.server"].create(
        {
            "l10n_co_company_id": company.id,
            "l10n_co_served_company_ids": [Command.set(company.ids)],
            "state": "done",
            **values,
        }
    )
    env.cr.commit()
    return mailbox.id


def cron(env):
    """What the scheduled action does."""
    env["fetchmail.server"]._l10n_co_cron_receive()
    env.cr.commit()


def fetch(env, mailbox):
    """The button «Fetch now» of the mailbox with this id, as the web client's request does it.

    :return: what the user is told
    """

    def click():
        return env["fetchmail.server"].browse(mailbox).l10n_co_fetch()

    action = retrying(click, env)
    env.cr.commit()
    return action["params"]["message"]


def try_again(env, mailboxes):
    """What a bookkeeper does with mails and bills that were set aside because their process had ended too often.

    :return: how many they were
    """
    mails = env["l10n_co.received.mail"].search(
        [("server_id", "in", mailboxes), ("reason_code", "=", "too_many_attempts")]
    )
    if mails:
        mails.action_reprocess()
    documents = env["l10n_co.received.document"].search(
        [("mail_ids.server_id", "in", mailboxes), ("reason_code", "=", "bill_attempts")]
    )
    if documents:
        documents.action_create_bill()
    env.cr.commit()
    return len(mails) + len(documents)
