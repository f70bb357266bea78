"""What a child of the nursery does, with Odoo's environment: the addon is called as its users call it."""

from odoo.fields import Command
from odoo.service.model import retrying

COMPANY = "base.demo_company_co"
SENDER = "facturacion@comprador.example.com"


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


def create_account(env, port):
    """The account that the company sends with from now on.

    :param int port: where its server listens on loopback, in clear
    """
    company = env.ref(COMPANY)
    env.ref("base.user_admin").company_ids = [Command.link(company.id)]
    account = env["ir.mail_server"].create(
        {
            "name": SENDER,
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
            "smtp_user": SENDER,
            "smtp_pass": "s3cret",
            "from_filter": SENDER,
            "l10n_co_address": SENDER,
            "l10n_co_company_id": company.id,
            "l10n_co_save_sent": "never",
        }
    )
    account.l10n_co_state = "done"
    company.l10n_co_emission_server_id = account
    env.cr.commit()


def write_mail(env, addresses):
    """A mail about an invoice, in the queue.

    :return: ids of mail.mail
    """
    env = env(user=env.ref("base.user_admin"), su=True)
    company = env.ref(COMPANY)
    partners = env["res.partner"].create([{"name": a, "email": a} for a in addresses])
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partners[0].id,
            "company_id": company.id,
            "invoice_line_ids": [
                Command.create({"name": "x", "quantity": 1, "price_unit": 1000, "tax_ids": []})
            ],
        }
    )
    message = invoice.with_context(mail_notify_force_send=False).message_post(
        body="Buenos días",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=partners.ids,
        mail_auto_delete=False,
    )
    mails = env["mail.mail"].search([("mail_message_id", "=", message.id)])
    env.cr.commit()
    return mails.ids


def send(env, mails):
    """What the scheduled action does with these mails of the queue."""
    env["mail.mail"].process_email_queue(mails)
    env.cr.commit()


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
