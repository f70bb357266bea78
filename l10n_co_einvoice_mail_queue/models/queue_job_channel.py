import math
import re

from odoo import api, models

MAILBOXES = "root.l10n_co_mail"
BOOKING = "root.l10n_co_book"
# Of jobs at once, in the line for Odoo's configuration that the settings show.
CAPACITIES = {MAILBOXES: 8, BOOKING: 4}
SECONDS = 60
# Some hundred thousand jobs a day, of which nobody wants to know.
KEPT_DAYS = 1


class QueueJobChannel(models.Model):
    """A channel for each mail provider, which takes on its limits, and one for bills.

    The runner reads capacities from Odoo's configuration alone; a channel that is not named there shares its parent's.
    """

    _inherit = "queue.job.channel"

    @api.model
    def _l10n_co_name(self, provider):
        """:param provider: l10n_co.mail.provider, may be none
        :return: complete name of the channel for its mailboxes
        """
        code = re.sub(r"\W", "_", provider.code or "other")
        return f"{MAILBOXES}.{code}"

    @api.model
    def _l10n_co_of_providers(self):
        """:return: the channels that providers were given"""
        return self.sudo().search([("complete_name", "=like", f"{MAILBOXES}.%")])

    @api.model
    def _l10n_co_make(self, mailboxes):
        """Let the channels of these mailboxes be known to the queue: it keeps jobs of unknown ones for a month."""
        parent = self.env.ref("l10n_co_einvoice_mail_queue.channel_mail")
        names = {self._l10n_co_name(mailbox.l10n_co_provider_id) for mailbox in mailboxes}
        names -= set(self._l10n_co_of_providers().mapped("complete_name"))
        self.sudo().create(
            [
                {
                    "name": name.rpartition(".")[2],
                    "parent_id": parent.id,
                    "removal_interval": KEPT_DAYS,
                }
                for name in sorted(names)
            ]
        )

    @api.model
    def _l10n_co_line(self):
        """:return: what Odoo's configuration has to say of our channels, with the limits of the providers in use"""
        capacities = {"root": sum(CAPACITIES.values()), **CAPACITIES}
        parts = [f"{name}:{capacity}" for name, capacity in capacities.items()]
        servers = self.env["fetchmail.server"]
        for provider in servers.search(servers._l10n_co_confirmed_domain()).l10n_co_provider_id:
            if limits := _limits(provider):
                parts.append(f"{self._l10n_co_name(provider)}:{limits}")
        return ",".join(parts)


def _limits(provider):
    """:return: a provider's limits in the words of the runner's configuration; "" where it tells none"""
    capacity, logins = provider.session_count, provider.logins_per_minute
    if not (capacity or logins):
        return ""
    throttle = f":throttle={math.ceil(SECONDS / logins)}" if logins else ""
    return f"{capacity or CAPACITIES[MAILBOXES]}{throttle}"
