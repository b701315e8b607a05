"""A server that speaks MariaDB's protocol and means ill: what it answers is what a test says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CAPABILITIES = 0x81FFF7FF & ~0x800
"""What such a server usually offers, but for encryption."""

OK = b"\0\0\0\2\0\0\0"
"""Done: no row touched, no id, autocommit, no warning."""

GREETING = (
    b"\x0a5.5.5-10.11.0-MariaDB\0\1\0\0\0saltsalt\0"
    + (CAPABILITIES & 0xFFFF).to_bytes(2, "little")
    + b"\x2d\2\0"
    + (CAPABILITIES >> 16).to_bytes(2, "little")
    + b"\x15"
    + b"\0" * 10
    + b"saltsaltsalt\0mysql_native_password\0"
)


@dataclass
class Fake:
    """The server as it runs."""

    port: int = 0
    heard: bytearray = field(default_factory=bytearray)
    """All that clients have sent."""

    @property
    def url(self) -> str:
        """What leads to it, with a password."""
        return f"mysql://u:S3cr3t@127.0.0.1:{self.port}/d"


def packet(number: int, content: bytes) -> bytes:
    """A packet of the protocol."""
    return len(content).to_bytes(3, "little") + bytes([number]) + content


@asynccontextmanager
async def answering(
    answers: Sequence[bytes], *, greeting: bytes = packet(0, GREETING)
) -> AsyncIterator[Fake]:
    """A server that greets, and then answers what it is told in turn, its last answer for ever."""
    fake, writers = Fake(), []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(OSError):
            writer.write(greeting)
            for turn in range(1000):
                heard = await reader.read(65536)
                fake.heard += heard
                if not heard:
                    return
                writer.write(answers[min(turn, len(answers) - 1)])

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
