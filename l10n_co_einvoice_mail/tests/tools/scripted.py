"""A server that replays a transcript: the answers of providers that Dovecot cannot give.

with ScriptedServer(IMAP_LOGIN | {"LOGIN": "{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"}) as
server:
    ImapMailbox(Endpoint("127.0.0.1", server.port, "none"), credentials, allow_internal=True).open()
    server.received      # the lines the client sent
"""

import re
import socket
import threading

# Acts an answer can be instead of text.
CLOSE = object()
MUTE = object()

GREETING = "greeting"


class Half(bytes):
    """An answer in whose middle the server hangs up."""

    def __new__(cls, answer):
        return super().__new__(cls, answer if isinstance(answer, bytes) else str(answer).encode())


IMAP_LOGIN = {
    GREETING: "* OK ready",
    "CAPABILITY": "* CAPABILITY IMAP4rev1 UIDPLUS MOVE\r\n{tag} OK done",
    "LOGIN": "{tag} OK logged in",
    "LIST": '* LIST (\\HasNoChildren) "/" INBOX\r\n{tag} OK done',
    "SELECT": "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n{tag} OK [READ-WRITE] done",
    "LOGOUT": "* BYE bye\r\n{tag} OK done",
    "": "{tag} OK done",
}
POP_LOGIN = {
    GREETING: "+OK ready",
    "USER": "+OK",
    "PASS": "+OK logged in",
    "CAPA": "+OK\r\nUIDL\r\nUSER\r\n.",
    "UIDL": "+OK\r\n.",
    "LIST": "+OK\r\n.",
    "": "+OK",
}


class ScriptedServer:
    """Answers each line of a client with the first entry of `script` whose key (a regular expression) is found in the
    line.

    `{tag}` in an answer is the first word of the line, or of the last line that had several (a continuation has one).
    An answer may be a list: one after the other, the last one again and again. `CLOSE` hangs up, `MUTE` says nothing.
    The key "" answers what no other key does; without it such a line ends the connection.
    """

    def __init__(self, script, tls=None):
        """Listen on a free loopback port; `tls` is the context of a server that speaks TLS from the first byte."""
        self._script = {
            key: list(answer) if isinstance(answer, list) else answer
            for key, answer in script.items()
        }
        self._tls = tls
        self.received = []
        self.connections = 0
        self._open, self._talks = [], []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            connection.close()
        self._thread.join(5)

    def _serve(self):
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:  # closed by __exit__
                return
            self.connections += 1
            self._open.append(connection)
            talk = threading.Thread(target=self._converse, args=(connection,), daemon=True)
            self._talks.append(talk)
            talk.start()

    def wait(self):
        """Until everybody has hung up."""
        for talk in self._talks:
            talk.join(5)

    def _converse(self, connection):
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            if not self._say(connection, self._script.get(GREETING, MUTE), ""):
                return
            tag = ""
            for line in connection.makefile("rb"):
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                self.received.append(text)
                tag = text.partition(" ")[0] if " " in text else tag
                if not self._say(connection, self._answer(text), tag):
                    return
        except OSError:  # the client hung up, or the test is over
            return

    def _answer(self, line):
        for key, answer in self._script.items():
            if key and key != GREETING and re.search(key, line):
                if isinstance(answer, list):
                    return answer.pop(0) if len(answer) > 1 else answer[0]
                return answer
        return self._script.get("", CLOSE)

    def _say(self, connection, answer, tag):
        """Send an answer; False when the connection is to end with it."""
        if isinstance(answer, Half):
            connection.sendall(answer[: len(answer) // 2])
            answer = CLOSE
        if answer is CLOSE:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            return False
        if answer is not MUTE:
            text = answer if isinstance(answer, bytes) else answer.replace("{tag}", tag).encode()
            connection.sendall(text + b"\r\n")
        return True
