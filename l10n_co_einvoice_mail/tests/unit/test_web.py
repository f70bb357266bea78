import contextlib
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from ...mailbox import transport, web
from ...mailbox.errors import AddressRefused, ConnectionFailed, MailboxError

LIMIT = 1000


class Handler(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self):
        answer = {
            "/file": lambda: self.answer(200, b"content"),
            "/moved": lambda: self.answer(302, b"", "/file"),
            "/circle": lambda: self.answer(302, b"", "/circle"),
            "/elsewhere": lambda: self.answer(302, b"", "http://169.254.169.254/latest"),
            "/local-file": lambda: self.answer(302, b"", "file:///etc/passwd"),
            "/empty": lambda: self.answer(200, b""),
            "/long": lambda: self.answer(200, b"x" * (LIMIT + 1)),
            "/drips": self.drip,
        }.get(self.path)
        answer() if answer else self.answer(404, b"not here")

    def answer(self, status, content, onward=None):
        self.send_response(status)
        if onward:
            self.send_header("Location", onward)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Length", str(LIMIT))
        self.end_headers()
        with contextlib.suppress(OSError):
            for _piece in range(LIMIT):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, *_arguments):
        pass


class TestDownload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.server.daemon_threads = True
        cls.addClassCleanup(cls.server.server_close)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)

    def download(self, path, **options):
        url = f"http://127.0.0.1:{self.server.server_port}{path}"
        return web.download(url, limit=LIMIT, **{"allow_internal": True, **options})

    def test_a_file_is_read(self):
        self.assertEqual(self.download("/file"), b"content")

    def test_one_that_moved_is_read_where_it_lies_now(self):
        self.assertEqual(self.download("/moved"), b"content")

    def test_a_circle_ends(self):
        with self.assertRaises(ConnectionFailed):
            self.download("/circle")

    def test_what_is_missing_empty_or_too_long_is_refused(self):
        for path in ("/missing", "/empty", "/long"):
            with self.subTest(path), self.assertRaises(ConnectionFailed) as caught:
                self.download(path)
            self.assertEqual(caught.exception.code, "web_refused")

    def test_a_server_that_drips_is_left_when_the_time_is_over(self):
        start = time.monotonic()
        with self.assertRaises(ConnectionFailed):
            self.download("/drips", seconds=0.5)
        self.assertLess(time.monotonic() - start, 20)

    def test_no_internal_server_is_asked(self):
        with self.assertRaises(AddressRefused):
            self.download("/file", allow_internal=False)

    def test_a_redirection_to_an_internal_server_is_not_followed(self):
        here = transport.resolve

        def public_at_first(endpoint, allow_internal=False, ports=transport.MAIL_PORTS):
            return here(endpoint, endpoint.host == "127.0.0.1", ports)

        with (
            mock.patch.object(transport, "resolve", public_at_first),
            self.assertRaises(AddressRefused),
        ):
            self.download("/elsewhere", allow_internal=False)

    def test_an_encrypted_way_does_not_lead_to_one_in_clear(self):
        moved = (302, "http://x.co/config", b"")
        with mock.patch.object(web, "_get", side_effect=[moved, (200, None, b"mine")]) as get:
            with self.assertRaises(ConnectionFailed):
                web.download("https://x.co/config", limit=LIMIT)
            self.assertEqual(get.call_count, 1)

    def test_only_the_web_is_asked(self):
        for url in (
            "ldap://x.co/a",
            "file:///etc/passwd",
            "x",
            "http://",
            "http://x.co:99999/",
            "http://x\r\n.co/",
        ):
            with self.subTest(url), self.assertRaises(MailboxError):
                web.download(url, limit=LIMIT)
        with self.assertRaises(MailboxError):
            self.download("/local-file")
