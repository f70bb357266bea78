import zlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# Of a host that says it has too much to do, and the longest; it doubles with each time in a row.
PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(minutes=30)
# A host that was left in peace and did not complain for so long is a new one.
FORGIVEN = timedelta(hours=2)
# One mailbox that is told to slow down may have its own reason; several have their host's.
COMPLAINTS = 2
COMPLAINTS_WITHIN = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
# Advisory locks of sessions: this, and a number for the host and the place.
LOCKS = zlib.crc32(b"l10n_co.mail.host") & 0x7FFFFFFF


class MailHost(models.Model):
    """A host of mail servers that asked for a pause: all mailboxes there are left in peace.

    Written by the runs alone.
    """

    _name = "l10n_co.mail.host"
    _description = "Host of mail servers"
    _order = "paused_until desc, name"

    name = fields.Char(required=True, readonly=True)
    paused_until = fields.Datetime(required=True, readonly=True)
    pause_count = fields.Integer(readonly=True, help="Pauses in a row.")

    _unique_name = models.Constraint("UNIQUE(name)", "This host is known already.")

    @api.model
    def _paused(self):
        """:return: {name of a host: until when (UTC) it is left in peace}"""
        hosts = self.sudo().search([("paused_until", ">", fields.Datetime.now())])
        return {host.name: host.paused_until for host in hosts}

    @api.model
    def _note_complaint(self, server, error, is_greeting):
        """Leave the whole host in peace, where it throttles more than one mailbox: it says so before a login, or to
        several mailboxes.

        :param server: fetchmail.server whose run has just been noted
        :param Throttled error: of that run
        :param bool is_greeting: it came before anybody logged in
        """
        now = fields.Datetime.now()
        complaints = self.env["fetchmail.server"].search_count(
            [
                ("server", "=", server.server),
                ("l10n_co_failure_code", "=", error.code),
                ("date", ">=", now - COMPLAINTS_WITHIN),
            ]
        )
        if not is_greeting and complaints < COMPLAINTS:
            return
        host = self.sudo().search([("name", "=", server.server)])
        count = host.pause_count if host and host.paused_until > now - FORGIVEN else 0
        pause = min(PAUSE * 2 ** min(count, 10), LONGEST_PAUSE)
        values = {"paused_until": now + pause, "pause_count": count + 1}
        if host:
            host.write(values)
        else:
            host.create({"name": server.server, **values})

    @api.model
    def _admits(self, server):
        """May another session with the host of `server` begin now? Its place is kept until this transaction ends.

        :param server: one fetchmail.server
        """
        provider = server.l10n_co_provider_id
        if provider.logins_per_minute:
            just_now = Domain("date", ">=", fields.Datetime.now() - MINUTE)
            logins = server.search_count(Domain("server", "=", server.server) & just_now)
            if logins >= provider.logins_per_minute:
                return False
        if not provider.session_count:
            return True
        return any(
            self._take_place(server.server, number) for number in range(provider.session_count)
        )

    def _take_place(self, host, number):
        key = zlib.crc32(f"{host} {number}".encode()) & 0x7FFFFFFF
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, key])
        return self.env.cr.fetchone()[0]
