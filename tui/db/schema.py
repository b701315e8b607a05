"""What a database is made of: tables, columns, keys and relations, as values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Protocol, TypeAlias

from tui.db.page import RowId
from tui.db.values import Kind, Value

NUMBERED = "next number"
"""Stands for the default of a column that the database counts up."""


class TableKind(StrEnum):
    """What sort of table it is; the value is the word on the screen."""

    TABLE = "table"
    VIEW = "database view"
    MATERIALIZED = "materialised view"
    FOREIGN = "foreign table"
    VIRTUAL = "virtual table"


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table's full name."""

    schema: str
    name: str
    is_default: bool = field(default=True, compare=False)
    """Whether the schema is the one that unqualified names mean."""

    @property
    def label(self) -> str:
        """The name as it is shown: with its schema only where that is needed."""
        return self.name if self.is_default else f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A line in the list of tables."""

    name: TableName
    kind: TableKind = TableKind.TABLE
    estimate: int | None = None
    """Rows as the catalogue estimates them; None where it does not know."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    """The type as the engine spells it, e.g. `numeric(10,2)`; it may be empty on SQLite."""
    kind: Kind
    nullable: bool = True
    default: str | None = None
    """The default's expression, None where there is none."""
    locked: str | None = None
    """Why the column can't be written, None where it can."""
    max_length: int | None = None
    """Characters that a text may have, None where there is no limit."""
    folds: bool = False
    """Whether its keys may be equal although they are spelt otherwise: `bob` and `BOB`."""
    choices: tuple[str, ...] = ()
    """The values that it takes, or usually holds, where those are few."""
    takes_several: bool = False
    """Whether a value is several of its choices, with commas between them."""
    is_limited: bool = False
    """Whether the type's name tells which numbers it can hold."""
    underlying: str = ""
    """The engine's own type below one that users made of it, as its catalogue calls it; empty: not told."""


Stretch: TypeAlias = tuple[Value, Value]
"""A run of row addresses: from the first one up to, without it, the second; None: no bound."""


class Stretches(Protocol):
    """The way through a table whose engine sorts all rows within bounds of their address for a page."""

    def __call__(self, start: RowId | None, *, backward: bool) -> Iterator[Stretch]:
        """Stretches that go on where the ones before end, from a row's place or an end to the other end."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """What names one row of a table: columns, or else the engine's own row address."""

    columns: tuple[str, ...] = ()
    """The columns of the primary key, or of a unique key without NULLs."""
    address: tuple[Column, ...] = ()
    """The engine's row address, where there is no such key. It is no column of the table."""
    reason: str = ""
    """Why no row can be named, and so none be changed."""
    stretches: Stretches | None = field(default=None, compare=False)
    """How rows are read in the order of their address, None where the engine just does it."""

    @property
    def exists(self) -> bool:
        """Whether rows can be named at all."""
        return bool(self.columns or self.address)


class OnDelete(StrEnum):
    """What becomes of children when their parent is deleted; the value is SQL's word for it."""

    BLOCK = "NO ACTION"
    """The parent can't be deleted: RESTRICT too, which only differs in when that is noticed."""
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"

    @classmethod
    def _missing_(cls, value: object) -> "OnDelete":
        return cls.BLOCK


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a child table that name a row of a parent table."""

    child: TableName
    columns: tuple[str, ...]
    parent: TableName
    parent_columns: tuple[str, ...]
    indexed: bool = True
    """Whether the children of a row can be found without reading the whole child table."""
    on_delete: OnDelete = OnDelete.BLOCK


class Direction(StrEnum):
    """From which end a foreign key is seen."""

    PARENT = "parent"
    CHILDREN = "children"
    THROUGH = "through"
    """Many to many: over a link table to the rows at its other end."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key seen from one of its ends, or two of them through a link table."""

    direction: Direction
    key: ForeignKey
    onward: ForeignKey | None = None
    """The link table's other foreign key; only with `Direction.THROUGH`."""

    @property
    def target(self) -> TableName:
        """The table whose rows are related."""
        if self.onward is not None:
            return self.onward.parent
        return self.key.parent if self.direction is Direction.PARENT else self.key.child

    @property
    def near_columns(self) -> tuple[str, ...]:
        """The columns on this side of the relation."""
        return self.key.columns if self.direction is Direction.PARENT else self.key.parent_columns

    @property
    def label(self) -> str:
        """How a tab names the relation: the table, and by which column or link."""
        if self.onward is not None:
            return f"{self.target.label} via {self.key.child.label}"
        return f"{self.target.label} ({', '.join(self.key.columns)})"


@dataclass(frozen=True)
class Table:
    """One table in detail, as far as showing and changing its rows goes."""

    name: TableName
    kind: TableKind
    columns: tuple[Column, ...]
    identity: Identity
    relations: tuple[Relation, ...] = ()
    """The parents first, then what is reached through link tables, then the children."""
    unique_keys: tuple[tuple[str, ...], ...] = ()
    """The columns of every unique key, as far as the engine tells: who frees a value is written first."""
    indexed: frozenset[str] = frozenset()
    """The columns by whose value rows are found without reading the whole table."""

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each column stands in a row's values."""
        return {column.name: index for index, column in enumerate(self.columns)}

    @cached_property
    def identity_columns(self) -> tuple[Column, ...]:
        """The parts of the identity, as columns; empty where rows have none."""
        return self.identity.address or tuple(self.column(name) for name in self.identity.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        return self.columns[self.positions[name]]

    def can_default(self, column: Column) -> bool:
        """Whether a row that is there can be given the column's default; a key would not be known then."""
        is_key = column.name in self.identity.columns
        return column.default not in (None, NUMBERED) and column.locked is None and not is_key

    def relation_from(self, column: str) -> Relation | None:
        """The parent relation that a column takes part in, if any."""
        parents = (r for r in self.relations if r.direction is Direction.PARENT)
        return next((r for r in parents if column in r.key.columns), None)


@dataclass(frozen=True)
class Catalog:
    """All tables of a database and the foreign keys between them, read at once."""

    entries: tuple[TableEntry, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    links: frozenset[TableName] = frozenset()
    """The link tables: nothing but two foreign keys makes up their primary key."""

    def entry(self, label: str) -> TableEntry | None:
        """The table that a user means by a name, with or without its schema."""
        full = (e for e in self.entries if f"{e.name.schema}.{e.name.name}" == label)
        return next((e for e in self.entries if e.name.label == label), next(full, None))

    def find(self, name: TableName) -> TableEntry | None:
        """The entry of a table; None where it is gone or not visible."""
        return next((entry for entry in self.entries if entry.name == name), None)


def relations_of(table: TableName, catalog: Catalog) -> tuple[Relation, ...]:
    """Every relation of a table: its parents, the far ends of its link tables, its children."""
    keys = catalog.foreign_keys
    parents = [Relation(Direction.PARENT, key) for key in keys if key.child == table]
    children = [Relation(Direction.CHILDREN, key) for key in keys if key.parent == table]
    through = [
        Relation(Direction.THROUGH, relation.key, onward)
        for relation in children
        if relation.key.child in catalog.links
        for onward in keys
        if onward.child == relation.key.child and onward != relation.key
    ]
    return (*parents, *through, *children)
