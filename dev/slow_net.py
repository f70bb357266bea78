"""A network between this process and servers on this machine: it takes its time, and counts what passes.

Loopback only. Everything runs in one thread, so that a thousand connections cost no thousand threads.
"""

import asyncio
import contextlib
import threading

HOST = "127.0.0.1"
CHUNK = 65536


class SlowNet:
    """A context manager; ports are opened by :meth:`delayed`, :meth:`silent` and :meth:`busy`.

    :ivar dict connections: {port: how many were opened}
    :ivar int round_trips: how often a client spoke after it had been answered
    """

    def __init__(self, latency):
        """:param float latency: seconds of one round trip"""
        self.one_way = latency / 2
        self.connections, self.round_trips = {}, 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def delayed(self, port):
        """:return: port behind which a server on `port` is far away"""

        async def serve(reader, writer):
            await asyncio.sleep(2 * self.one_way)  # the handshake of TCP
            far_reader, far_writer = await asyncio.open_connection(HOST, port)
            talk = _Talk(self)
            await asyncio.gather(
                self._carry(reader, far_writer, talk.asked),
                self._carry(far_reader, writer, talk.answered),
            )

        return self._listen(serve)

    def silent(self, host):
        """:return: port of a server at an address of loopback that takes calls and says nothing"""

        async def serve(reader, _writer):
            await reader.read()

        return self._listen(serve, host)

    def busy(self, host, answer):
        """:return: port of a server that has no time

        :param str host: an address of loopback
        :param bytes answer: what it says to everybody
        """

        async def serve(_reader, writer):
            await asyncio.sleep(2 * self.one_way)
            writer.write(answer)
            await writer.drain()

        return self._listen(serve, host)

    def _listen(self, serve, host=HOST):
        async def counted(reader, writer):
            self.connections[writer.get_extra_info("sockname")[1]] += 1
            with contextlib.suppress(OSError):
                await serve(reader, writer)
            writer.close()

        async def listen():
            return await asyncio.start_server(counted, host, 0, backlog=1000)

        server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result()
        port = server.sockets[0].getsockname()[1]
        self.connections[port] = 0
        return port

    async def _carry(self, reader, writer, told):
        """Each piece arrives `one_way` later; pieces that follow each other do not add up."""
        queue = asyncio.Queue()

        async def deliver():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(due - self._loop.time())
                if not data:
                    break
                with contextlib.suppress(OSError):
                    writer.write(data)
                    await writer.drain()
            with contextlib.suppress(OSError):
                writer.write_eof()

        delivery = asyncio.ensure_future(deliver())
        while True:
            try:
                data = await reader.read(CHUNK)
            except OSError:
                data = b""
            told()
            queue.put_nowait((self._loop.time() + self.one_way, data))
            if not data:
                break
        await delivery


class _Talk:
    """Who spoke last on a connection."""

    def __init__(self, net):
        self.net, self.is_answered = net, True

    def asked(self):
        self.net.round_trips += self.is_answered
        self.is_answered = False

    def answered(self):
        self.is_answered = True
