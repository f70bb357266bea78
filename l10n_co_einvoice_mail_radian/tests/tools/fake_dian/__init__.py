"""A DIAN on loopback: its service of customers, as annex FE 1.9 and public implementations describe it.

    with FakeDian(folder) as dian:
        dian.know(package)          # an invoice that DIAN has, with its own answer about it
        dian.moods.append("cut")    # what becomes of the next request
        dian.address                # of the service

It checks WS-Security, the signature of an event, its CUDE and security code, who may send it and in which order. It
says nothing of what DIAN's own service does beyond that.
"""

import contextlib
import datetime
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.addons.l10n_co_einvoice_mail.tests.tools import builder, tls

from . import security, wording
from .rules import Books

LOOPBACK = "127.0.0.1"
PATH = "/WcfDianCustomerServices.svc"
#: What a request may meet, once each, in `FakeDian.moods`.
MOODS = ("fault", "busy", "garbage", "slow", "cut", "cut before", "huge")


class FakeDian(ThreadingHTTPServer):
    """The service; a context manager.

    :ivar moods: what becomes of the next requests, one each; then all is well
    :ivar asked: list of (operation, parameters) that were understood
    """

    daemon_threads = True

    def __init__(self, folder, pin="12345"):
        """:param folder: Path for the server's certificate, see `tls.trusting`
        :param str pin: of every software
        """
        super().__init__((LOOPBACK, 0), _Handler)
        tls.write_certificate(folder)
        self.socket = tls.server_context(folder).wrap_socket(self.socket, server_side=True)
        self.address = f"https://localhost:{self.server_port}{PATH}"
        self.books = Books(pin)
        self.moods, self.asked = [], []
        self.seconds = 3
        self.clock_ahead = datetime.timedelta()
        self.lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.shutdown()
        self.server_close()

    def handle_error(self, _request, _client_address):
        """A client that goes away is no news."""

    def know(self, package, is_validated=True):
        """Have an invoice.

        :param builder.Package package: its document and DIAN's answer
        :param bool is_validated: whether the answer is kept too
        """
        answers = package.answers if is_validated else ()
        self.books.documents[package.facts.cufe] = (package.document, *answers[:1])

    def invoice(self, number, **facts):
        """:return: builder.Package of an invoice on credit that DIAN has"""
        defaults = {"number": number, "payment_form": "2", "environment": "2"}
        package = builder.Package(builder.Document(**{**defaults, **facts}))
        self.know(package)
        return package

    def now(self):
        """What the service's clock shows."""
        return datetime.datetime.now(datetime.timezone.utc) + self.clock_ahead

    def answer(self, content, content_type):
        """:return: (HTTP status, bytes)"""
        try:
            request = security.opened(content, content_type, self.address, self.now())
        except security.Refused as refused:
            return 500, wording.fault("Sender", "InvalidSecurity", str(refused))
        with self.lock:
            self.asked.append((request.operation, request.parameters))
            return 200, self._result(request)

    def _result(self, request):
        key = request.parameters.get("trackId", "").lower()
        if request.operation == "SendEventUpdateStatus":
            outcome = self.books.take(request.parameters["contentFile"], request.nit)
            return wording.status(request.operation, **outcome)
        if request.operation == "GetStatusEvent":
            return wording.status(request.operation, **self.books.events_of(key))
        if request.operation == "GetXmlByDocumentKey":
            return wording.handed_out(*self.books.hand_out(key, request.nit))
        return wording.status(request.operation, **self.books.status_of(key))


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        dian = self.server
        mood = dian.moods.pop(0) if dian.moods else ""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if mood == "cut before":
            return
        status, answer = self._moody(mood) or dian.answer(content, self.headers["Content-Type"])
        if mood == "cut":
            return
        if mood == "slow":
            time.sleep(dian.seconds)
        with contextlib.suppress(OSError):
            self._send(status, answer)

    def _moody(self, mood):
        return {
            "fault": (500, wording.fault("Sender", "InvalidSecurity", "An error occurred")),
            "busy": (500, wording.fault("Receiver", "ServiceUnavailable", "Busy")),
            "garbage": (503, b"<html><body>Mantenimiento</body></html>"),
            "huge": (200, b"x" * (17 * 1024 * 1024)),
        }.get(mood)

    def _send(self, status, answer):
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def date_time_string(self, timestamp=None):
        """The Date of an answer: the service's clock."""
        return super().date_time_string(timestamp or self.server.now().timestamp())

    def log_message(self, *_arguments):
        """The test's own output stays readable."""
