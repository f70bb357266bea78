"""Conversations with DIAN's service: each is bounded, and what is not known of its outcome is said.

A question may be asked again at once. An event is handed over once: whoever does not learn what became of it has to
ask before it is handed over again.
"""

import base64
import datetime
import email.utils
import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from odoo.addons.l10n_co_einvoice_mail.mailbox import web
from odoo.addons.l10n_co_einvoice_mail.mailbox.errors import ConnectionLost, MailboxError

from . import answers, soap
from .identity import Identity

#: Of a list of events or a document with its PDF inside; DIAN takes 500 kB.
ANSWER_BYTES = 16 * 1024 * 1024
SECONDS = 60
TRIES = 3
PAUSE = 1.0


class ServiceError(Exception):
    """The service did not do it.

    :param code: of `reasons.REASONS`
    :param data: texts for the placeholders of its sentences
    """

    def __init__(self, code: str, **data: str):
        super().__init__(code)
        self.code = code
        self.data = data

    @property
    def is_passing(self) -> bool:
        """May another try succeed?"""
        return False


class NotProcessed(ServiceError):
    """Nothing was done: it never left, or was not understood."""

    @property
    def is_passing(self) -> bool:
        return self.code == "unreachable"


class Uncertain(ServiceError):
    """It may have been done."""

    is_passing = True


@dataclass(frozen=True)
class Exchange:
    """A request and what came of it, to be kept. There is no key and no PIN in it."""

    operation: str
    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    milliseconds: int
    #: What is wrong, "" where an answer of the service came
    failure: str = ""


@dataclass
class Client:
    """Speaks for one company.

    :param address: of the service
    :param keep: called with each Exchange
    :param clock: gives the present (aware) time
    :ivar server_time: what the service's clock showed in its last answer, aware; None where it did not say
    """

    address: str
    identity: Identity
    keep: Callable[[Exchange], None]
    clock: Callable[[], datetime.datetime]
    allow_internal: bool = False
    seconds: float = SECONDS
    server_time: datetime.datetime | None = None

    def send_event(self, xml: bytes, cude: str) -> answers.Status:
        """Hand an event over, once (SendEventUpdateStatus).

        :raises NotProcessed, Uncertain: see there
        """
        content = base64.b64encode(zipped(xml, f"ar_{cude}.xml")).decode()
        return self._status("SendEventUpdateStatus", {"contentFile": content}, is_question=False)

    def status(self, key: str) -> answers.Status:
        """What became of a document or an event (GetStatus)."""
        return self._status("GetStatus", {"trackId": key})

    def events(self, cufe: str) -> tuple[answers.Recorded, ...]:
        """The events that DIAN has of an invoice (GetStatusEvent).

        :raises ServiceError: it does not say
        """
        status = self._status("GetStatusEvent", {"trackId": cufe})
        try:
            return answers.recorded_events(status)
        except answers.StrangeAnswer as error:
            raise Uncertain("strange", answer=str(error)) from None

    def document(self, cufe: str) -> answers.HandedOut:
        """The XML of a document of ours, as issuer or receiver (GetXmlByDocumentKey)."""
        return self._asked("GetXmlByDocumentKey", {"trackId": cufe}, answers.handed_out, True)

    def _status(self, operation, parameters, is_question=True):
        return self._asked(operation, parameters, answers.status_of, is_question)

    def _asked(self, operation, parameters, read, is_question):
        """:param read: callable that makes a value of the answer's result"""
        attempt = 1
        while True:
            try:
                return self._exchange(operation, parameters, read)
            except (NotProcessed, Uncertain) as error:
                may_be_done = isinstance(error, Uncertain) and not is_question
                if not error.is_passing or may_be_done or attempt == TRIES:
                    raise (_of_question(error) if is_question else error) from None
            time.sleep(PAUSE * attempt)
            attempt += 1

    def _exchange(self, operation, parameters, read):
        now = self.clock()
        request = soap.request(operation, parameters, self.address, self.identity, now)
        started = time.monotonic()
        content, failure = b"", ""
        try:
            content = self._post(request)
            return read(answers.result(content, operation))
        except ServiceError as error:
            failure = error.code
            raise
        except answers.Fault as fault:
            failure = str(fault)
            kind = NotProcessed if fault.is_ours else Uncertain
            raise kind("fault", answer=str(fault)) from None
        except answers.StrangeAnswer as strange:
            failure = str(strange)
            raise Uncertain("strange", answer=str(strange)) from None
        finally:
            spent = round((time.monotonic() - started) * 1000)
            self.keep(Exchange(operation, request.content, content, spent, failure))

    def _post(self, request):
        try:
            posted = web.post(
                self.address,
                request.content,
                {"Content-Type": request.content_type},
                limit=ANSWER_BYTES,
                seconds=self.seconds,
                allow_internal=self.allow_internal,
            )
        except ConnectionLost:
            raise Uncertain("uncertain") from None
        except MailboxError:
            raise NotProcessed("unreachable") from None
        self.server_time = _moment(posted.date)
        return posted.content


def _of_question(error):
    """:return: the same of a question: nothing can have come of it"""
    return Uncertain("cut_off") if error.code == "uncertain" else error


def zipped(xml: bytes, name: str) -> bytes:
    """A ZIP of one file, as the service wants it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return buffer.getvalue()


def _moment(text):
    try:
        return email.utils.parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
