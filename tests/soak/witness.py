"""The witness: triggers that note every write of a row, by whom it was, and what it held before and after."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from tests.outside import fetch
from tests.soak.data import COLUMNS, literal, quoted

SECOND = "second"
"""The name of the second program in the witness's log."""
TOKEN = "f3c1a7d2-soak"
"""What opens the gate of the log, where that needs a word; nobody can type it by chance."""
OPEN = f"INSERT INTO soak_gate VALUES ('{TOKEN}')"
SHUT = "DELETE FROM soak_gate"
_SIGNAL = "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the witness is not to be changed'"

Held: TypeAlias = Mapping[str, str | None]
"""A row: column -> the value in the engine's own text form."""


@dataclass(frozen=True)
class Write:
    """One row that somebody wrote."""

    number: int
    transaction: int
    writer: str
    table: str
    kind: str
    """INSERT, UPDATE or DELETE."""
    old: Held | None
    new: Held | None


class Witness:
    """The log of one database, and what its tables hold."""

    def __init__(self, url: str) -> None:
        self.url = url
        """Where everybody but the program finds the database."""
        self._ways = _WAYS[url.partition(":")[0]]

    def statements(self) -> list[str]:
        """What makes the log and its triggers."""
        made = list(self._ways.setup)
        for table, columns in COLUMNS.items():
            for kind in ("INSERT", "UPDATE", "DELETE"):
                made += self._ways.trigger(table, columns, kind)
        return made

    def as_second(self, *statements: str) -> list[str]:
        """Statements as the second program runs them: in one transaction, under its name."""
        return self._ways.as_second(*statements)

    def writes(self, after: int = 0) -> list[Write]:
        """What was noted, in its order; of one writer they are in the order of their transactions."""
        columns = "n, tx, writer, name, kind, old, new"
        sql = f"SELECT {columns} FROM soak_log WHERE n > {after} ORDER BY n"
        return [
            Write(n, tx, writer, name, kind, _held(old), _held(new))
            for n, tx, writer, name, kind, old, new in asyncio.run(fetch(self.url, sql))
        ]

    def contents(self) -> dict[str, Counter[str]]:
        """All rows of all tables, as the log writes them."""
        return {table: self._rows(table) for table in COLUMNS}

    def last(self) -> int:
        """The number of the last write of the program; 0 before the first."""
        sql = f"SELECT coalesce(max(n), 0) FROM soak_log WHERE writer <> '{SECOND}'"
        return int(asyncio.run(fetch(self.url, sql))[0][0])

    def form(self, value: Any) -> str | None:
        """A value of the program as the log writes it."""
        return self._ways.form(value)

    def _rows(self, table: str) -> Counter[str]:
        row = self._ways.row(COLUMNS[table], "")
        rows = asyncio.run(fetch(self.url, f"SELECT {row} FROM {quoted(table)}"))
        return Counter(as_text(json.loads(text)) for (text,) in rows)


class _Ways(Protocol):
    """How one engine notes writes."""

    @property
    def setup(self) -> tuple[str, ...]:
        """What makes the log, so that nobody but the triggers can write to it."""
        ...

    def trigger(self, table: str, columns: tuple[str, ...], kind: str) -> list[str]:
        """A trigger that notes one kind of write."""
        ...

    def as_second(self, *statements: str) -> list[str]:
        """Statements as the second program runs them, so that a trigger knows whose they are."""
        ...

    def row(self, columns: tuple[str, ...], prefix: str) -> str:
        """A row as JSON of texts; `prefix` is empty, OLD. or NEW."""
        ...

    def form(self, value: Any) -> str | None:
        """A value of the program as it stands in that JSON."""
        ...


def as_text(held: Held) -> str:
    """A row as one text, to compare it."""
    return json.dumps(held, sort_keys=True)


def _held(text: str | None) -> Held | None:
    held: Held | None = json.loads(text) if text else None
    return held


class _SQLite:
    """Writers take turns, so the second program says in the log when it begins and when it ends."""

    setup = (
        f"CREATE TABLE soak_gate (token text PRIMARY KEY CHECK (token = '{TOKEN}'))",
        "CREATE TABLE soak_writer (name text)",
        "CREATE TABLE soak_log (n integer PRIMARY KEY, tx integer, writer text, name text, kind text, "
        "old text, new text)",
        *(
            f"CREATE TRIGGER {table}_{kind} BEFORE {kind} ON {table} "
            f"WHEN NOT EXISTS (SELECT 1 FROM soak_gate) "
            "BEGIN SELECT RAISE(ABORT, 'the witness is not to be changed'); END"
            for table in ("soak_log", "soak_writer")
            for kind in ("INSERT", "UPDATE", "DELETE")
        ),
    )

    def trigger(self, table: str, columns: tuple[str, ...], kind: str) -> list[str]:
        """A trigger that notes one kind of write."""
        old = "NULL" if kind == "INSERT" else self.row(columns, "OLD.")
        new = "NULL" if kind == "DELETE" else self.row(columns, "NEW.")
        writer = "coalesce((SELECT name FROM soak_writer), 'tui')"
        note = (
            "INSERT INTO soak_log (tx, writer, name, kind, old, new) "
            f"VALUES (0, {writer}, {literal(table)}, '{kind}', {old}, {new})"
        )
        name = quoted(f"soak_{table}_{kind}")
        return [
            f"CREATE TRIGGER {name} AFTER {kind} ON {quoted(table)} BEGIN {OPEN}; {note}; {SHUT}; END",
        ]

    def as_second(self, *statements: str) -> list[str]:
        """Between two notes of who writes."""
        says = (OPEN, f"INSERT INTO soak_writer VALUES ('{SECOND}')", SHUT)
        ends = (OPEN, "DELETE FROM soak_writer", SHUT)
        return ["BEGIN IMMEDIATE", *says, *statements, *ends, "COMMIT"]

    def row(self, columns: tuple[str, ...], prefix: str) -> str:
        """A row as JSON of SQL literals."""
        parts = (f"{literal(name)}, quote({prefix}{quoted(name)})" for name in columns)
        return f"json_object({', '.join(parts)})"

    def form(self, value: Any) -> str | None:
        """As quote() writes it."""
        if value is None:
            return "NULL"
        if isinstance(value, str):
            return literal(value)
        return f"X'{value.hex().upper()}'" if isinstance(value, bytes) else repr(value)


class _PostgreSQL:
    """Sessions have names, and transactions have numbers."""

    setup: tuple[str, ...] = (
        "CREATE TABLE soak_log (n bigserial PRIMARY KEY, tx bigint, writer text, name text, kind text, "
        "old text, new text)",
        "CREATE FUNCTION soak_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'the witness is not to be changed'; END$$",
        "CREATE TRIGGER soak_refuse BEFORE INSERT OR UPDATE OR DELETE ON soak_log "
        "FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION soak_refuse()",
    )

    def trigger(self, table: str, columns: tuple[str, ...], kind: str) -> list[str]:
        """A trigger that notes one kind of write."""
        old = "NULL" if kind == "INSERT" else self.row(columns, "OLD.")
        new = "NULL" if kind == "DELETE" else self.row(columns, "NEW.")
        name = quoted(f"soak_{table}_{kind}")
        writer = "current_setting('application_name')"
        return [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $soak$BEGIN "
            "INSERT INTO soak_log (tx, writer, name, kind, old, new) VALUES "
            f"(txid_current(), {writer}, {literal(table)}, '{kind}', {old}, {new}); RETURN NULL; END$soak$",
            f"CREATE TRIGGER {name} AFTER {kind} ON {quoted(table)} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]

    def as_second(self, *statements: str) -> list[str]:
        """With its name."""
        return [f"SET application_name = '{SECOND}'", *statements]

    def row(self, columns: tuple[str, ...], prefix: str) -> str:
        """A row as JSON of texts."""
        parts = (f"{literal(name)}, {prefix}{quoted(name)}::text" for name in columns)
        return f"json_build_object({', '.join(parts)})::text"

    def form(self, value: Any) -> str | None:
        """As a cast to text writes it, which is how the program has it."""
        return value if value is None else str(value)


class _MariaDB:
    """Sessions have variables; the log itself, by its versions, knows the numbers of transactions."""

    setup: tuple[str, ...] = (
        "CREATE TABLE soak_log (n bigint AUTO_INCREMENT PRIMARY KEY, writer text, name text, kind text, "
        "old longtext, new longtext, token varchar(40), "
        "tx bigint unsigned GENERATED ALWAYS AS ROW START INVISIBLE, "
        "tx_end bigint unsigned GENERATED ALWAYS AS ROW END INVISIBLE, "
        "PERIOD FOR SYSTEM_TIME (tx, tx_end)) WITH SYSTEM VERSIONING",
        "CREATE TRIGGER soak_gate BEFORE INSERT ON soak_log FOR EACH ROW BEGIN "
        f"IF NOT NEW.token <=> '{TOKEN}' THEN {_SIGNAL}; END IF; SET NEW.token = NULL; END",
        f"CREATE TRIGGER soak_update BEFORE UPDATE ON soak_log FOR EACH ROW {_SIGNAL}",
        f"CREATE TRIGGER soak_delete BEFORE DELETE ON soak_log FOR EACH ROW {_SIGNAL}",
    )

    def trigger(self, table: str, columns: tuple[str, ...], kind: str) -> list[str]:
        """A trigger that notes one kind of write."""
        old = "NULL" if kind == "INSERT" else self.row(columns, "OLD.")
        new = "NULL" if kind == "DELETE" else self.row(columns, "NEW.")
        return [
            f"CREATE TRIGGER {quoted(f'soak_{table}_{kind}')} AFTER {kind} ON {quoted(table)} FOR EACH ROW "
            "INSERT INTO soak_log (writer, name, kind, old, new, token) VALUES "
            f"(coalesce(@soak_writer, 'tui'), {literal(table)}, '{kind}', {old}, {new}, '{TOKEN}')"
        ]

    def as_second(self, *statements: str) -> list[str]:
        """With its name in a variable of the session."""
        return [f"SET @soak_writer = '{SECOND}'", *statements]

    def row(self, columns: tuple[str, ...], prefix: str) -> str:
        """A row as JSON of texts."""
        parts = (f"{literal(name)}, CONVERT({prefix}{quoted(name)} USING utf8mb4)" for name in columns)
        return f"json_object({', '.join(parts)})"

    def form(self, value: Any) -> str | None:
        """As the server writes it, which is how the program has it."""
        return value if value is None else str(value)


_WAYS: dict[str, _Ways] = {"sqlite": _SQLite(), "postgresql": _PostgreSQL(), "mysql": _MariaDB()}
"""By the scheme of the URL."""
