"""The command line: arguments, friendly errors, exit codes."""

import gc
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import replace
from getpass import getpass
from pathlib import Path

from tui import __version__
from tui.db.address import Address, parse_address
from tui.db.errors import AddressError
from tui.db.options import JOURNAL_SIZE, Options, Start
from tui.settings import journal_file, production_patterns, settings_file

FORMS = """\
DATABASE_URL is one of
  sample.db  ./x.sqlite3  /path/to/file      a SQLite file
  sqlite:///x.db  sqlite+aiosqlite:///x.db   the same as a URL; :memory: is an empty database
  postgresql://user@host:5432/database       PostgreSQL; also postgres:// and postgresql+asyncpg://
                                             PGPASSWORD, ~/.pgpass and ?sslmode= work as in psql
  mysql://user@host:3306/database            MariaDB or MySQL; also mariadb://, mysql+asyncmy://
                                             and mysql+aiomysql://; MYSQL_PWD and ?ssl-mode= work
  -                                          the URL is the first line of standard input, or asked for
Without one, $DATABASE_URL is opened, else a private copy of a sample database.
A password in an argument can be seen in the list of processes: --password asks for it, and neither
$DATABASE_URL, PGPASSWORD, ~/.pgpass nor - show it.
"""

LIMITS = {
    "connect": "the database may take to answer at first",
    "statement": "a statement may take",
    "lock": "to wait for what somebody else has locked",
}
"""What a time limit is for; the names are those of the options."""

LEAST_SECONDS, MOST_SECONDS = 0.001, 1_000_000
"""Engines keep limits in milliseconds, in 32 bits."""

MOST_MEBIBYTES = 1_000_000


def parser() -> ArgumentParser:
    """The options of the command line."""
    made = ArgumentParser(
        prog="tui",
        description="Browse a database in the terminal and fix its records.",
        epilog=FORMS,
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("url", nargs="?", metavar="DATABASE_URL", help="the database to open")
    made.add_argument("-W", "--password", action="store_true", help="ask for the password first")
    made.add_argument("--table", metavar="NAME", help="the table to show first")
    made.add_argument("--where", metavar="SQL", default="", help="only its rows that fulfil a condition")
    made.add_argument(
        "--sort", metavar="COLUMNS", default="", help="its order: column,-column; downwards behind a -"
    )
    made.add_argument("--read-only", action="store_true", help="let the engine refuse every write")
    made.add_argument(
        "--echo", metavar="FILE", type=Path, help="append every statement and its time to a file"
    )
    made.add_argument(
        "--production", action="store_true", help="show that this is no playground, and ask before deletions"
    )
    _add_journal(made)
    _add_limits(made)
    made.add_argument("--version", action="version", version=f"tui {__version__}")
    return made


def _add_journal(made: ArgumentParser) -> None:
    made.add_argument("--journal", action="store_true", help="open the journal of what was saved, read-only")
    made.add_argument(
        "--no-journal",
        dest="journal_size",
        action="store_const",
        const=0,
        default=JOURNAL_SIZE,
        help="write nothing down of what is saved: it can't be taken back",
    )
    made.add_argument(
        "--journal-size",
        metavar="MIB",
        type=_mebibytes,
        default=JOURNAL_SIZE,
        help=f"the most that the journal takes; the oldest saves go first ({JOURNAL_SIZE})",
    )


def _add_limits(made: ArgumentParser) -> None:
    for name, what in LIMITS.items():
        usual = getattr(Options, f"{name}_limit")
        made.add_argument(
            f"--{name}-limit",
            metavar="SECONDS",
            type=_seconds,
            default=usual,
            help=f"how long {what} ({usual:g})",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program. Returns 0, 2 where the database can't be opened, 1 after a crash."""
    parsed = parser().parse_args(_whole(sys.argv[1:] if arguments is None else arguments))
    try:
        address = _journal() if parsed.journal else _address(parsed.url, asks_password=parsed.password)
    except AddressError as error:
        return _refuse(str(error))
    os.umask(0o077)
    limits = {f"{name}_limit": getattr(parsed, f"{name}_limit") for name in LIMITS}
    production = parsed.production or (address is not None and _is_production(address))
    options = Options(parsed.read_only, production, parsed.echo, **limits)
    start = Start(parsed.table, parsed.where, parsed.sort)
    gc.disable()  # until all is imported: that makes much, and next to no garbage
    from tui.app import Browser

    app = Browser(address, options, start=start, journal_size=parsed.journal_size)
    try:
        app.run()
    finally:
        gc.enable()
    gc.freeze()  # else Python looks for garbage before it ends, which takes a quarter of a second
    if app.failure is not None:
        return _refuse(app.failure)
    return app.return_code or 0


def _address(argument: str | None, *, asks_password: bool) -> Address | None:
    """What is to be opened, None for the sample. AddressError where it can't be told."""
    text = _standard_input() if argument == "-" else argument or os.environ.get("DATABASE_URL")
    address = parse_address(text) if text is not None and (text or argument) else None
    if not asks_password:
        return address
    if address is None or not address.url:
        raise AddressError("A password is for a database on a server: name its URL.")
    return address.with_password(_asked("Password: "))


def _whole(arguments: Sequence[str]) -> list[str]:
    """The arguments, with `--sort -column` in one: argparse would take the column for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined[-1:] == ["--sort"] and argument.startswith("-") and not argument.startswith("--"):
            joined[-1] = f"--sort={argument}"
        else:
            joined.append(argument)
    return joined


def _journal() -> Address:
    """The journal as a database. AddressError where there is none yet."""
    if not journal_file().exists():
        raise AddressError("There is no journal yet: it begins with the first save.")
    return replace(parse_address(str(journal_file())), label="journal", read_only=True)


def _is_production(address: Address) -> bool:
    """Whether the settings count it among the production databases; all are, while nobody can tell."""
    try:
        return address.matches(production_patterns())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        print(f"tui: {settings_file()} can't be read, so production is assumed: {reason}", file=sys.stderr)
        return True


def _standard_input() -> str:
    """A URL that nobody sees: the first line of standard input; the keys come from the terminal then."""
    if sys.stdin.isatty():
        return _asked("DATABASE_URL: ")
    text = sys.stdin.readline().strip()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise AddressError("There is no terminal to show the database in.") from None
    os.dup2(terminal, 0)
    os.close(terminal)
    return text


def _asked(question: str) -> str:
    """What the user types, unseen."""
    try:
        return getpass(question)
    except (EOFError, KeyboardInterrupt):
        raise AddressError("Nothing was typed, so nothing is opened.") from None


def _seconds(text: str) -> float:
    """A time limit as it was typed."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise ArgumentTypeError(
            f"{text!r} is no number of seconds from {LEAST_SECONDS} to {MOST_SECONDS}: write 30, or 0.5."
        )
    return seconds


def _mebibytes(text: str) -> int:
    """A size as it was typed."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_MEBIBYTES:
        raise ArgumentTypeError(f"{text!r} is no size from 1 to {MOST_MEBIBYTES:,} MiB: write 100.")
    return int(text)


def _refuse(sentence: str) -> int:
    from tui.widgets.cells import visible

    print(f"tui: {visible(sentence, 1000)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
