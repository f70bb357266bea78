"""A proxy between Odoo and a mail server that cuts the connection, or answers in the server's place.

It understands lines: the conversation is in clear, and Odoo sends no literals.
"""

import contextlib
import socket
import threading

# What a rule may say instead of an answer's bytes.
PASS = None
CUT = "cut"  # hang up instead of passing the command on
CUT_ANSWER = "cut answer"  # pass the command on, hang up when the answer comes
HALF_ANSWER = "half answer"  # pass the command on, hang up in the middle of the answer


class Proxy:
    """Listens on a free loopback port while the `with` block lasts.

    `rule(number, line)` is asked for every command (1, 2, ... and its bytes); it returns one of the words above, or
    the bytes to answer with; answers that begin with `* BYE` end the connection.
    """

    def __init__(self, port):
        """:param int port: where the mail server listens on loopback"""
        self._upstream = port
        self.rule = lambda number, line: PASS
        self.alter = None  # function of the last command and an answer's bytes, which gives others
        self.commands = 0
        self.acted = 0  # how often the rule said something
        self._sockets = set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        _close(self._socket)
        for connection in list(self._sockets):
            _close(connection)
        self._thread.join(5)

    def obey(self, rule):
        """Follow another rule from now on, counting commands from one."""
        self.rule, self.commands, self.acted = rule, 0, 0

    def _accept(self):
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:  # closed by __exit__
                return
            server = socket.create_connection(("127.0.0.1", self._upstream))
            self._sockets |= {client, server}
            _Conversation(self, client, server).start()

    def ask(self, line):
        """What the rule says of the next command."""
        self.commands += 1
        verdict = self.rule(self.commands, line)
        self.acted += verdict is not PASS
        return verdict


class _Conversation:
    """One connection: a thread for each direction."""

    def __init__(self, proxy, client, server):
        self._proxy = proxy
        self._client, self._server = client, server
        self._ending = None  # how the next answer ends the conversation
        self._command = b""

    def start(self):
        for work in (self._commands, self._answers):
            threading.Thread(target=self._until_closed, args=(work,), daemon=True).start()

    def _until_closed(self, work):
        try:
            work()
        except OSError:  # one side has hung up: the other one is told by closing
            self._ending = self._ending or CUT
        finally:
            self._hang_up()

    def _commands(self):
        with self._client.makefile("rb") as lines:
            for line in lines:
                verdict = self._proxy.ask(line)
                if isinstance(verdict, bytes):
                    self._client.sendall(verdict)
                    if verdict.startswith((b"* BYE", b"-ERR [SYS/TEMP]")):
                        return
                    continue
                if verdict == CUT:
                    return
                self._ending, self._command = verdict, line
                self._server.sendall(line)

    def _answers(self):
        while answer := self._server.recv(65536):
            if self._ending == HALF_ANSWER:
                self._client.sendall(answer[: len(answer) // 2])
            if self._ending:
                return
            alter = self._proxy.alter
            self._client.sendall(alter(self._command, answer) if alter else answer)

    def _hang_up(self):
        _close(self._client)
        _close(self._server)


def _close(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
