"""A server that is far away: a proxy before it hands on everything late, and counts the round trips."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass
class Proxy:
    """Hands on what comes from either side after a while, however much is under way."""

    server: int
    """The server's port on this machine."""
    delay: float
    """Seconds that everything takes, each way."""
    port: int = 0
    round_trips: int = 0
    """How often a client waited for an answer so far, connections side by side counted each."""

    async def serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Connect a client to the server, which takes a round trip."""
        await asyncio.sleep(2 * self.delay)
        self.round_trips += 1
        answers, server = await asyncio.open_connection("127.0.0.1", self.server)
        link = _Link(self)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                link.pass_on(reader, server, is_answer=False), link.pass_on(answers, client, is_answer=True)
            )
        server.transport.abort()
        client.transport.abort()


@dataclass
class _Link:
    """One connection."""

    proxy: Proxy
    is_waiting: bool = False
    """Whether the client has asked something that is not answered."""

    async def pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while data := await source.read(65536):
                self.proxy.round_trips += is_answer and self.is_waiting
                self.is_waiting = not is_answer
                loop.call_later(self.proxy.delay, target.write, data)
        await asyncio.sleep(self.proxy.delay)
        target.close()


@contextmanager
def proxy_before(server: int, delay: float) -> Iterator[Proxy]:
    """A proxy before the server at a port, in a thread of its own."""
    proxy, ready, ended = Proxy(server, delay), Future[None](), threading.Event()

    async def run() -> None:
        listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = listening.sockets[0].getsockname()[1]
        ready.set_result(None)
        await asyncio.to_thread(ended.wait)
        listening.close()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    ready.result(10)
    try:
        yield proxy
    finally:
        ended.set()
        thread.join()
