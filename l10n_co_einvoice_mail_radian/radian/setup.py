"""The test of a company's set-up, step by step, each with what is wrong and what to do."""

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from odoo.addons.l10n_co_einvoice_mail.dian.nit import normalise
from odoo.addons.l10n_co_einvoice_mail.vocabulary.reason import _

from .client import Client, NotProcessed, ServiceError
from .identity import Identity, SetupError, open_pfx

#: Requests hold five minutes; a clock that is further away will soon be wrong.
CLOCK_SECONDS = 120
#: What no document has: a question that harms nobody.
NO_DOCUMENT = "0" * 96

#: name: (what is checked, what is told when it is well)
STEPS = {
    "data": (_("Data present"), ""),
    "certificate": (_("Certificate readable"), "%(subject)s"),
    "validity": (_("Certificate not expired"), _("Until %(end)s, %(days)s days left")),
    "owner": (_("Certificate of the company"), "NIT %(nit)s"),
    "connection": (_("DIAN's service answers"), "%(address)s"),
    "clock": (_("Clock"), _("%(seconds)s seconds away from DIAN's")),
    "understood": (_("Signature understood"), "%(answer)s"),
}


@dataclass(frozen=True)
class Step:
    """One rung: `state` is ok, failed or skipped."""

    name: str
    state: str
    milliseconds: int = 0
    code: str = ""
    data: dict = field(default_factory=dict)


@dataclass
class Setup:
    """What is tested.

    :param missing: names of data that are not there
    :param connect: gives the client of an Identity
    """

    missing: tuple[str, ...]
    pfx: bytes = field(repr=False)
    password: str = field(repr=False)
    nit: str
    clock: Callable[[], datetime.datetime]
    connect: Callable[[Identity], Client]
    identity: Identity | None = None
    client: Client | None = None
    _fault: ServiceError | None = None
    _answer: str = ""

    def climb(self) -> Iterator[Step]:
        """The steps, each as it is done; after one that failed the others are not tried."""
        has_failed = False
        for name in STEPS:
            step = Step(name, "skipped") if has_failed else self._step(name)
            has_failed = has_failed or step.state == "failed"
            yield step

    def _step(self, name):
        started = time.monotonic()
        state, code, data = "ok", "", {}
        try:
            data = getattr(self, f"_check_{name}")()
        except (SetupError, ServiceError) as error:
            state, code, data = "failed", error.code, error.data
        spent = round((time.monotonic() - started) * 1000)
        return Step(name, state, spent, code, data or {})

    def _check_data(self):
        if self.missing:
            raise SetupError("data_missing", what=", ".join(self.missing))
        if not normalise(self.nit).number:
            raise SetupError("company_nit")

    def _check_certificate(self):
        self.identity = open_pfx(self.pfx, self.password)
        names = (*self.identity.holder.names[:1], "?")
        return {"subject": names[0]}

    def _check_validity(self):
        now = self.clock()
        self.identity.check_validity(now)
        end = self.identity.valid_to
        return {"end": f"{end:%Y-%m-%d}", "days": str((end - now).days)}

    def _check_owner(self):
        self.identity.check_owner(self.nit)
        return {"nit": normalise(self.nit).number}

    def _check_connection(self):
        self.client = self.connect(self.identity)
        try:
            self._answer = self.client.status(NO_DOCUMENT).text
        except NotProcessed as error:
            if error.code == "unreachable":
                raise
            self._fault = error
        return {"address": self.client.address}

    def _check_clock(self):
        shown = self.client.server_time
        if shown is None:
            return {"seconds": "?"}
        seconds = round(abs((shown - self.clock()).total_seconds()))
        if seconds > CLOCK_SECONDS:
            raise SetupError("clock", seconds=str(seconds))
        return {"seconds": str(seconds)}

    def _check_understood(self):
        if self._fault:
            raise self._fault
        return {"answer": self._answer}
