"""A provider of sign-ins on loopback: its token server, and what a mail server asks about a token (RFC 7662)."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode
from urllib.request import urlopen

LOOPBACK = "127.0.0.1"


def holder_of(introspection_url, token):
    """Return whose token it is, as a mail server asks; None when it holds no more."""
    form = urlencode({"token": token}).encode()
    with urlopen(introspection_url, form, timeout=10) as answer:  # noqa: S310 - a test's own address
        return json.load(answer).get("username")


class OauthProvider(ThreadingHTTPServer):
    """One user's permission, which is another one after each use, as at Microsoft; a context manager. While `is_down`
    it knows its tokens, and gives no new ones.
    """

    daemon_threads = True

    def __init__(self, user):
        """:param str user: whose sign-in it is; may be set later"""
        super().__init__((LOOPBACK, 0), _Handler)
        self.user = user
        self.permission = "refresh-1"
        self.tokens = set()  # that hold
        self.given = 0
        self.is_down = False
        root = f"http://{LOOPBACK}:{self.server_port}"
        self.token_url, self.introspection_url = f"{root}/token", f"{root}/introspect"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self.shutdown()
        self.server_close()

    def expire(self):
        """Let all access tokens end."""
        self.tokens.clear()

    def revoke(self):
        """Take the permission back, and the access tokens with it."""
        self.permission = None
        self.expire()

    def answer(self, path, form):
        """:return: (status, what is sent as JSON)"""
        if path == "/introspect":
            holds = form.get("token") in self.tokens
            return 200, {"active": True, "username": self.user} if holds else {"active": False}
        if self.is_down:
            return 503, {}
        if form.get("refresh_token") != self.permission:
            return 400, {"error": "invalid_grant"}
        self.given += 1
        token, self.permission = f"access-{self.given}", f"refresh-{self.given + 1}"
        self.tokens.add(token)
        return 200, {"access_token": token, "refresh_token": self.permission, "expires_in": 3600}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, answer = self.server.answer(self.path, dict(parse_qsl(body)))
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """The test's own output stays readable."""
