"""What an engine must be able to do for the rest of the data layer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Executable, FromClause, Select
from sqlalchemy.ext.asyncio import AsyncEngine

from tui.db.address import Address
from tui.db.options import Options
from tui.db.schema import Catalog, Column, Table, TableName
from tui.db.values import Value

Fetch: TypeAlias = Callable[[Executable], Awaitable[Sequence[tuple[Any, ...]]]]
"""Runs one reading statement and returns its rows."""

Limited: TypeAlias = Callable[[FromClause], Select[Any]]
"""Given a source of child rows, those of one parent in their order, as a correlated select."""


@dataclass(frozen=True)
class Engines:
    """The engines of one database."""

    reader: AsyncEngine
    """Its connections are held read-only by the database engine itself."""
    writer: AsyncEngine
    control: AsyncEngine | None = None
    """Without a pool, for stopping statements of other connections; None where that needs none."""

    def all(self) -> list[AsyncEngine]:
        """Every engine there is."""
        return [engine for engine in (self.reader, self.writer, self.control) if engine is not None]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A driver's error in plain words."""

    sentence: str
    column: str | None = None
    """The column that the engine names as the cause."""
    is_missing: bool = False
    """Whether a table or column is gone."""
    is_lost: bool = False
    """Whether the connection is gone."""
    is_busy: bool = False
    """Whether somebody else's lock was in the way."""
    is_refused: bool = False
    """Whether it is the values that are refused, by a constraint or by a column's type."""
    is_damaged: bool = False
    """Whether what is stored is damaged: writing could make it worse."""
    said: str = ""
    """The engine's own words, where they are not in the sentence as they are."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Parents joined with their first children."""

    source: FromClause
    parent: FromClause
    """What gives the parents' columns."""
    child: FromClause
    """What gives the children's columns."""


@dataclass(frozen=True)
class Witness:
    """How a server tells what became of a transaction whose connection broke."""

    ticket: Select[Any]
    """To be asked in the transaction: a text that names it."""
    standing: Callable[[str], Select[Any]]
    """Asks how the transaction of a ticket ended: `committed`, `aborted`, or another word where only the
    rows can tell."""


@dataclass(frozen=True)
class Spelling:
    """How an engine's SQL is told apart: what is quoted, what is a comment."""

    quotes: Mapping[str, str]
    """What ends a quoted text, by what begins it."""
    comments: tuple[str, ...]
    """What a comment begins with."""
    markers: str = ""
    """Characters that stand for a value which the driver fills in."""
    escapes: str = ""
    """The quotes in which a backslash takes the next character with it."""
    escaping: str = ""
    """Letters that make a backslash do so in the `'…'` that they stand before."""


class Part(Enum):
    """Where in a value a text is looked for."""

    ANY = "any"
    START = "start"
    END = "end"
    SPREAD = "spread"
    """Its characters in their order, others between them, in a value of `FUZZY_LONGEST` characters."""


Ways: TypeAlias = Mapping[Part, Callable[..., ColumnElement[bool]]]
"""How an expression looks for a text in each part of its value."""


class Dialect(Protocol):
    """One engine's ways. Statements are built, never run, but for the two that read the catalogue."""

    nulls_first: bool
    """Whether NULLs come first in an ascending order."""
    places_nulls: bool
    """Whether the engine knows NULLS FIRST and NULLS LAST."""
    is_row_range: bool
    """Whether a comparison of row values is one range of an index."""
    holds_anything: bool
    """Whether a column may hold any value, whatever its type says."""
    spelling: Spelling
    clock: Select[Any]
    """Asks for the present moment as the engine shows it: `2026-11-27 12:00:00`, without a zone."""
    """What may be typed as a condition."""
    witness: Witness | None
    """None where only the rows can tell how a transaction ended."""
    driver_errors: tuple[type[Exception], ...]
    """What the driver raises besides SQLAlchemy's own errors."""

    def __hash__(self) -> int:
        """A dialect is one object: statements that were built for it are kept."""
        ...

    def engines(self, address: Address, options: Options) -> Engines:
        """The engines of a database; nothing is connected yet."""
        ...

    async def version(self, fetch: Fetch) -> str:
        """The engine's name and version; the first statement: it fails where the database can't be used."""
        ...

    async def catalog(self, fetch: Fetch) -> Catalog:
        """All tables and foreign keys, in a fixed number of statements."""
        ...

    async def describe(
        self, fetch: Fetch, names: Sequence[TableName], catalog: Catalog
    ) -> dict[TableName, Table]:
        """Some tables in detail; a table that is gone is left out."""
        ...

    def read(self, column: Column, source: ColumnElement[Any], *, cut: bool) -> ColumnElement[Any]:
        """A column's values in canonical form; cut: not more than PREVIEW + 1 characters of each."""
        ...

    def bind(self, column: Column, value: Value) -> ColumnElement[Any]:
        """A value as the column's own type, to compare with it or to write into it."""
        ...

    def literal(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The same, written out in the statement's text for people to read."""
        ...

    def default(self, column: Column) -> str:
        """What makes an UPDATE write a column's default, in SQL."""
        ...

    def order(self, column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
        """What a column's values are ordered by, and compared by where that is meant to follow the order."""
        ...

    def bind_order(self, column: Column, value: Value) -> ColumnElement[Any]:
        """A value as `order` has it."""
        ...

    def holds(self, column: Column, source: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
        """Whether a column still holds what was seen, to the last bit."""
        ...

    def contains(
        self, column: Column, source: ColumnElement[Any], text: str, part: Part = Part.ANY
    ) -> ColumnElement[bool]:
        """Whether a column's text contains a text, at its start or end if need be, in upper or lower case."""
        ...

    def among(
        self,
        columns: Sequence[Column],
        sources: Sequence[ColumnElement[Any]],
        keys: Sequence[Sequence[Value]],
    ) -> ColumnElement[bool]:
        """Whether the columns hold one of the keys; the statement's text does not depend on how many."""
        ...

    def once(self, rows: Select[Any], name: str) -> FromClause:
        """Rows that the statement around them computes once."""
        ...

    def numbered(self, rows: Select[Any], ordering: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """Rows with a last column `number`, counted from 0 in an order; without one, as they are read."""
        ...

    def count_up_to(self, rows: Select[Any], near: FromClause, limit: int) -> ColumnElement[int]:
        """How many rows there are for each row of the near source, counted up to a limit."""
        ...

    def first_of_each(self, parent: FromClause, child: Table, limited: Limited, limit: int) -> Joined:
        """The parents joined with the first children of each."""
        ...

    def parse(self, column: Column, text: str, seen: Value) -> Value:
        """What the user typed as a value of the column; ValueRefusedError where it can't hold it."""
        ...

    def check(self, column: Column, value: Value) -> Select[Any] | None:
        """A statement that gives the value as the column would store it, None where nothing is to ask."""
        ...

    stop_interval: float
    """Seconds to wait for a statement's end before it is stopped again."""

    def stopper(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[None]]:
        """What makes the server drop the statement that runs on a driver's connection; may be repeated."""
        ...

    def ender(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[bool]]:
        """What makes the server end the session of a lost connection; it tells whether that is over."""
        ...

    def explain(self, error: BaseException) -> Explanation | None:
        """A driver's error in plain words; None where it is not one of the engine's."""
        ...
