"""A way to a server that fails as networks do: it is slow, goes silent, forgets, is cut at a bad moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias

Target: TypeAlias = Path | int
"""A server's socket, or its port on this machine."""


class _Link:
    """One connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client = client
        self.server = server
        self.is_cut = False
        self.passes = asyncio.Event()
        """Cleared while nothing gets through."""

    def cut(self) -> None:
        """End it for the client; the server hears nothing of it."""
        self.is_cut = True
        self.client.transport.abort()


class Proxy:
    """Passes on what comes over TCP to a server, unless it is told to fail."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._links: list[_Link] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.is_cut = False
        self.is_silent = False
        self.delay = 0.0
        """Seconds that everything takes, each way."""
        self.answer_limit: int | None = None
        """Bytes of answers after which the connection is cut."""
        self._last_words: bytes | None = None
        self._are_last_words_passed_on = False

    def cut(self) -> None:
        """End every connection to a client, and take no new one; the server hears nothing of it."""
        self.is_cut = True
        self.cut_all()

    def cut_all(self) -> None:
        """End every connection to a client; new ones are taken."""
        for link in self._links:
            link.cut()

    def mend(self) -> None:
        """Let everything through again."""
        self.is_cut = self.is_silent = False
        self.answer_limit = self._last_words = None
        self.delay = 0.0
        for link in self._links:
            link.passes.set()

    def go_silent(self) -> None:
        """Pass nothing on, not even on new connections; nobody is told."""
        self.is_silent = True
        self.forget()

    def forget(self) -> None:
        """Pass nothing on for the connections there are, as a firewall does after a while."""
        for link in self._links:
            link.passes.clear()

    def cut_at(self, words: bytes, *, is_passed_on: bool) -> None:
        """Cut when a client says this: before the server hears it, or before the client hears the answer."""
        self._last_words, self._are_last_words_passed_on = words, is_passed_on

    async def serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass on one connection both ways; where the server is away it ends at once."""
        try:
            answers, server = await self._connect()
        except OSError:
            client.transport.abort()
            return
        if self.is_cut:
            client.transport.abort()
            server.transport.abort()
            return
        link = _Link(client, server)
        if not self.is_silent:
            link.passes.set()
        self._links.append(link)
        self._tasks.add(asyncio.create_task(self._pass_on(link, reader, server)))
        self._tasks.add(asyncio.create_task(self._pass_on(link, answers, client)))

    async def end(self) -> None:
        """Give up both sides of every connection."""
        self.mend()
        for link in self._links:
            link.client.transport.abort()
            link.server.transport.abort()
        await asyncio.gather(*self._tasks)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection("127.0.0.1", self._target)

    async def _pass_on(self, link: _Link, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Pass on what comes, and the end of it."""
        with suppress(OSError):
            while data := await source.read(65536):
                await link.passes.wait()
                await asyncio.sleep(self.delay)
                self._fail(link, data, is_answer=target is link.client)
                if not link.is_cut:
                    target.write(data)
                    await target.drain()
        if not link.is_cut:
            target.close()

    def _fail(self, link: _Link, data: bytes, *, is_answer: bool) -> None:
        """Cut the connection if this is the moment."""
        if not is_answer and self._last_words is not None and self._last_words in data:
            self._last_words = None
            if self._are_last_words_passed_on:
                link.server.write(data)
            link.cut()
        if is_answer and self.answer_limit is not None:
            self.answer_limit -= len(data)
            if self.answer_limit < 0:
                link.client.write(data[: self.answer_limit])
                link.client.close()
                link.is_cut = True
                self.answer_limit = None


@asynccontextmanager
async def proxy_to(target: Target) -> AsyncIterator[Proxy]:
    """A proxy at a port of its own, before a server."""
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
        await server.wait_closed()
