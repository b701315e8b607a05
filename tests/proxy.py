"""A way to a server that can be cut, as a network can: whoever is connected loses it at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Proxy:
    """Passes on what comes over TCP to a server's socket, unless it is cut."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._clients: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.is_cut = False

    def cut(self) -> None:
        """End every connection to a client, and take no new one; the server hears nothing of it."""
        self.is_cut = True
        for client in self._clients:
            client.transport.abort()
        self._clients.clear()

    def mend(self) -> None:
        """Let clients in again."""
        self.is_cut = False

    async def serve(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Pass on one connection both ways."""
        if self.is_cut:
            client.transport.abort()
            return
        answers, server = await asyncio.open_unix_connection(self._socket)
        self._clients.add(client)
        self._servers.add(server)
        for source, target in ((reader, server), (answers, client)):
            self._tasks.add(asyncio.create_task(_pass_on(source, target)))

    async def end(self) -> None:
        """Give up both sides of every connection."""
        for writer in (*self._clients, *self._servers):
            writer.transport.abort()
        await asyncio.gather(*self._tasks)


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what comes, and the end of it."""
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def proxy_to(socket: Path) -> AsyncIterator[Proxy]:
    """A proxy at a port of its own, before a server's socket."""
    proxy = Proxy(socket)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
        await server.wait_closed()
