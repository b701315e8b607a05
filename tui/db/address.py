"""What the user typed to name a database, understood without opening it."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from tui.db.dialects import FILE_ENGINE, PLACE_OPTIONS, PLACE_VARIABLES, SCHEMES, TITLES
from tui.db.errors import AddressError

MEMORY = ":memory:"
"""The file name of a database that lives in memory only."""

FORMS = "Write a file's name, sqlite:///FILE, postgresql://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE."

SMALLEST = 512
"""Bytes of the smallest database file; an empty file is a database too, without tables."""


@dataclass(frozen=True)
class Address:
    """Where a database is. Its repr holds no secret."""

    engine: str
    label: str
    """How the database is called on the screen."""
    path: Path | None = None
    """The file, for an engine of files; None for a database in memory."""
    url: str = field(default="", repr=False)
    """The whole URL for an engine with servers; it may hold a password."""
    read_only: bool = False
    """Whether the address itself asks for reading only (`?mode=ro`)."""

    @property
    def place(self) -> str:
        """What tells the database from all others; it holds no secret. Empty for one in memory."""
        if not self.url:
            return str(self.path or "")
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        given = sorted(parse_qsl(parts.query))
        options = (f"{name}={value}" for name, value in given if name in PLACE_OPTIONS)
        variables = (f"{name}={os.environ.get(name, '')}" for name in PLACE_VARIABLES.get(self.engine, ()))
        return " ".join([f"{self.engine}://{parts.username or ''}@{host}{parts.path}", *options, *variables])

    def matches(self, patterns: Iterable[str]) -> bool:
        """Whether a pattern, as in a shell, fits the host, `host/database`, or the file's whole path."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        names = [host, f"{host}{parts.path}"] if self.url else [str((self.path or Path()).absolute())]
        return any(fnmatchcase(name.lower(), pattern.lower()) for name in names for pattern in patterns)

    @property
    def title(self) -> str:
        """Name and engine, for titles."""
        return f"{self.label} · {TITLES[self.engine]}"

    def with_password(self, password: str) -> "Address":
        """The same address with a password, which replaces one that stands in the URL."""
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        login = f"{user.partition(':')[0]}:{quote(password, safe='')}"
        return replace(self, url=parts._replace(netloc=f"{login}@{host}").geturl())

    def without_secrets(self, text: str) -> str:
        """A text in which the URL's passwords are blotted out, however they are spelled."""
        parts = urlsplit(self.url)
        options = (option.partition("=") for option in parts.query.split("&"))
        written = [parts.password or "", *(value for name, _, value in options if "password" in name)]
        for secret in filter(None, [self.url, *written, *map(unquote, written)]):
            text = text.replace(secret, "•••")
        return text


def parse_address(text: str) -> Address:
    """Understand a path or URL.

    Raises AddressError: the sentence says what is wrong and never repeats a password.
    """
    if not text.strip():
        raise AddressError(f"No database was named. {FORMS}")
    scheme, separator, _ = text.partition("://")
    if not separator:
        return _file_address(text)
    engine = SCHEMES.get(scheme.lower())
    if engine is None:
        *names, last = TITLES.values()
        known = f"{', '.join(names)} and {last}"
        raise AddressError(
            f"{scheme[:40]!r} is no kind of database that tui opens: it opens {known}. {FORMS}"
        )
    if engine == FILE_ENGINE:
        return _file_address_of_url(text)
    return _server_address(engine, text)


def _file_address_of_url(text: str) -> Address:
    rest, _, query = text.partition("://")[2].partition("?")
    if rest and not rest.startswith("/"):
        raise AddressError(f"A file's URL has three slashes: sqlite:///{rest}")
    name = rest[1:]
    if name and name != MEMORY and not Path(name).exists() and Path(unquote(name)).exists():
        name = unquote(name)
    return _file_address(name or MEMORY, read_only="mode=ro" in query.split("&"))


def _file_address(name: str, *, read_only: bool = False) -> Address:
    if name == MEMORY:
        return Address(FILE_ENGINE, "in memory", read_only=read_only)
    path = Path(name).expanduser()
    if ":" in name.partition("@")[0] and "@" in name and not path.exists():
        raise AddressError(f"This is neither a file nor a URL that tui knows. {FORMS}")
    check_file(path)
    return Address(FILE_ENGINE, path.name, path.resolve(), read_only=read_only)


def check_file(path: Path) -> None:
    """Raise AddressError unless there is a regular file: opening anything else could hang or create one."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise AddressError(f"There is no file {str(path)!r}. {FORMS}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can have such a name"
        raise AddressError(f"{str(path)!r} can't be opened: {reason}.") from None
    if stat.S_ISDIR(status.st_mode):
        raise AddressError(f"{str(path)!r} is a directory. Name the database file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise AddressError(f"{str(path)!r} is no regular file, so it can't be a database.")
    if 0 < status.st_size < SMALLEST:
        raise AddressError(f"{str(path)!r} is no database: it is too short for one.")


def _server_address(engine: str, text: str) -> Address:
    parts = _split(f"{engine}://{text.partition('://')[2]}")
    if parts is None:
        raise AddressError(
            "The URL can't be read: check the port, and write special characters of the password "
            "as %XX (@ is %40, / is %2F, # is %23)."
        )
    return Address(engine, _server_label(parts), url=parts.geturl())


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None where they can't be told apart: an @ behind the host ends a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return None if "@" in f"{parts.path}{parts.query}{parts.fragment}" else parts


def _server_label(parts: SplitResult) -> str:
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    database = unquote(parts.path.lstrip("/"))
    return f"{database}@{host}{port}".lstrip("@") if host else database or TITLES[parts.scheme]
