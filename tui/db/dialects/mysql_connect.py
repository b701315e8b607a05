"""MariaDB and MySQL: from a URL and the environment to connections."""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from asyncmy import errors
from asyncmy.constants import CLIENT

from tui.db.dialects.mysql_connection import CLEAR_TEXT_REFUSED, Connection
from tui.db.errors import ConnectError
from tui.db.options import Options

SOCKETS = ("/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock")
"""Where servers of this machine usually listen: for a URL without a host, as in the engine's own tools."""

MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")
"""What `ssl-mode` may be (dev.mysql.com/doc: connection options)."""

TLS_OPTIONS = ("ssl-mode", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key")
SOCKET_OPTIONS = ("unix-socket", "socket")
IGNORED = ("charset", "collation", "use-unicode", "autocommit", "connect-timeout")
"""Options of other programs' URLs that mean nothing here, or what is done anyway."""

SQL_MODE = (
    "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,"
    "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO"
)
"""Nothing is cut or rounded in silence; but what a column already holds, such as a zero date, goes back."""

SETTINGS = (
    "SET SESSION sql_mode = '{mode}', innodb_lock_wait_timeout = {lock}, lock_wait_timeout = {lock}, "
    "max_sort_length = 8192 /*M!100300 , idle_transaction_timeout = 60 */{limit}"
)
"""Comments with `M!` count on MariaDB only; those with `!5` on MySQL only."""

LIMIT = " /*M!100101 , max_statement_time = {seconds} */ /*!50708 , max_execution_time = {milliseconds} */"

TRANSACTIONS = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, {access}"


NONSENSE = "The server says things that make no sense: is this a MariaDB or MySQL server?"


@dataclass(frozen=True)
class Target:
    """Where to connect, and how. Its repr holds no secret."""

    arguments: dict[str, Any] = field(repr=False)
    """For the driver."""
    tls: ssl.SSLContext | None
    """None where the connection is not to be encrypted."""
    is_tls_needed: bool = False
    """Whether a server without encryption is to be refused."""


def target_of(url: str) -> Target:
    """What a URL and the environment mean; ConnectError where an option is not understood."""
    parts = urlsplit(url)
    options = {name.lower().replace("_", "-"): value for name, value in parse_qsl(parts.query)}
    unknown = options.keys() - {*TLS_OPTIONS, *SOCKET_OPTIONS, *IGNORED}
    if unknown:
        raise ConnectError(
            f"The URL's option {min(unknown)[:40]!r} is not known: {', '.join(TLS_OPTIONS)} are."
        )
    password = unquote(parts.password) if parts.password is not None else os.environ.get("MYSQL_PWD", "")
    arguments: dict[str, Any] = {
        "user": unquote(parts.username or os.environ.get("USER", "")) or None,
        "password": password.encode(),
        "database": unquote(parts.path.lstrip("/")) or None,
        "charset": "utf8mb4",
        "client_flag": CLIENT.FOUND_ROWS,
    }
    socket = next((options[name] for name in SOCKET_OPTIONS if name in options), None)
    if socket or not parts.hostname:
        socket = socket or _usual_socket()
    if socket:
        return Target(arguments | {"unix_socket": socket}, None)
    port = parts.port or int(os.environ.get("MYSQL_TCP_PORT") or 3306)
    arguments |= {"host": parts.hostname or "localhost", "port": port}
    tls, is_tls_needed = _tls(options)
    if not is_tls_needed:
        arguments["auth_plugin_map"] = CLEAR_TEXT_REFUSED
    return Target(arguments, tls, is_tls_needed)


def _usual_socket() -> str | None:
    places = (os.environ.get("MYSQL_UNIX_PORT", ""), *SOCKETS)
    return next((place for place in places if place and Path(place).is_socket()), None)


def _tls(options: dict[str, str]) -> tuple[ssl.SSLContext | None, bool]:
    """The encryption that is asked for, and whether it must be."""
    usual = "VERIFY_CA" if "ssl-ca" in options or "ssl-capath" in options else "PREFERRED"
    mode = options.get("ssl-mode", usual).upper().replace("-", "_")
    if mode not in MODES:
        raise ConnectError(f"The URL's ssl-mode must be one of {', '.join(MODES)}.")
    if mode == "DISABLED":
        return None, False
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = mode == "VERIFY_IDENTITY"
        if "ssl-ca" in options or "ssl-capath" in options:
            context.load_verify_locations(options.get("ssl-ca"), options.get("ssl-capath"))
        elif mode.startswith("VERIFY"):  # reading the usual certificates takes long
            context.load_default_certs()
        if "ssl-cert" in options:
            context.load_cert_chain(options["ssl-cert"], options.get("ssl-key"))
    except (OSError, ssl.SSLError) as error:
        raise ConnectError(
            f"A certificate of the URL can't be read: {error.strerror or 'not understood'}."
        ) from None
    if not mode.startswith("VERIFY"):
        context.verify_mode = ssl.CERT_NONE
    return context, mode != "PREFERRED"


def creator(
    url: str, options: Options, *, autocommit: bool, writes: bool, is_limited: bool
) -> Callable[[], Awaitable[Any]]:
    """Opens connections whose session is as tui needs it: strict, exact, and read-only unless it writes."""
    settings = SETTINGS.format(
        mode=SQL_MODE,
        lock=max(1, round(options.lock_limit)),
        limit=_limit(options.statement_limit) if is_limited else "",
    )
    access = TRANSACTIONS.format(access="READ WRITE" if writes else "READ ONLY")

    async def connect() -> Any:
        async with asyncio.timeout(options.connect_limit):
            target = target_of(url)
            tls = target.tls if target.tls and await _offers_tls(target) else None
            connection: Any = Connection(**target.arguments, ssl=tls, autocommit=autocommit)
            connection.answer_limit = options.answer_limit
            try:
                await connection.connect()
                await connection.query(settings)
                await connection.query(access)
            except BaseException as error:
                connection.close()
                if isinstance(error, errors.InternalError):
                    raise ConnectError(NONSENSE) from None
                raise
            return connection

    return connect


def _limit(seconds: float) -> str:
    return LIMIT.format(seconds=seconds, milliseconds=round(seconds * 1000))


_TLS_OFFERED: dict[tuple[str, int], bool] = {}
"""Which servers offered encryption, so that each is asked once."""


async def _offers_tls(target: Target) -> bool:
    """Whether the server's greeting offers encryption: the driver would ask any server for it."""
    place = target.arguments["host"], target.arguments["port"]
    if place not in _TLS_OFFERED:
        _TLS_OFFERED[place] = await _greeting_offers_tls(*place)
    if target.is_tls_needed and not _TLS_OFFERED[place]:
        raise ConnectError("The server offers no encrypted connection, which ssl-mode asks for.")
    return _TLS_OFFERED[place]


async def _greeting_offers_tls(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        header = await reader.readexactly(4)
        if header[3] != 0:  # the number of the packet
            raise ConnectError(NONSENSE)
        greeting = await reader.readexactly(int.from_bytes(header[:3], "little"))
    except asyncio.IncompleteReadError:
        raise ConnectError("The server said nothing: is it MariaDB or MySQL?") from None
    finally:
        writer.close()
    version_end = greeting.find(b"\0")
    capabilities = int.from_bytes(greeting[version_end + 14 : version_end + 16], "little")
    return greeting[:1] != b"\x0a" or bool(capabilities & CLIENT.SSL)
