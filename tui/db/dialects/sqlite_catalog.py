"""SQLite's catalogue: what tables, columns and keys a file has."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import TextClause, text

from tui.db.dialects.listed import checks_in, listed
from tui.db.dialects.protocol import Fetch
from tui.db.dialects.sqlite_values import affinity, kind_of
from tui.db.errors import QueryError, TimeLimitError
from tui.db.schema import (
    NUMBERED,
    Catalog,
    Column,
    ForeignKey,
    Identity,
    OnDelete,
    Table,
    TableEntry,
    TableKind,
    TableName,
    relations_of,
)
from tui.db.values import Kind

SCHEMA = "main"

TABLES = text(
    "SELECT name, type, wr FROM pragma_table_list "
    "WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
)

FOREIGN_KEYS = text(
    "WITH p (name) AS MATERIALIZED ("
    "SELECT name COLLATE NOCASE FROM sqlite_master WHERE type = 'table' AND rootpage > 0) "
    'SELECT m.name, f.id, f.seq, p.name, f."from", c.name, f."to" IS NOT NULL, '
    "f.on_delete "
    "FROM sqlite_master m CROSS JOIN pragma_foreign_key_list(m.name) f "
    'CROSS JOIN p ON p.name = f."table" COLLATE NOCASE '
    'LEFT JOIN pragma_table_info(p.name) c ON c.name = f."to" COLLATE NOCASE '
    "WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.name, f.id DESC, f.seq"
)
"""By the names that the parent itself has: a foreign key may spell them in other letters.

CROSS JOIN keeps the order of the tables: in another one each key is compared with all tables.
"""

KEY_COLUMNS = text(
    "SELECT m.name, c.name, c.pk FROM sqlite_master m, pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND m.rootpage > 0 AND c.pk > 0 ORDER BY m.name, c.pk"
)
"""Of tables with pages of their own: a virtual table's module may be unknown here."""

INDEX_COLUMNS = text(
    "SELECT m.name, l.name, i.name "
    "FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i "
    "WHERE m.type = 'table' AND m.rootpage > 0 AND l.partial = 0 ORDER BY m.name, l.name, i.seqno"
)

STATISTICS = text("SELECT tbl, max(CAST(stat AS integer)) FROM sqlite_stat1 GROUP BY tbl")

HAS_STATISTICS = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")

COLUMNS = text(
    'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(:name) '
    "WHERE hidden <> 1 ORDER BY cid"
)

MAKING = text(
    "SELECT wr, (SELECT sql FROM sqlite_master m WHERE m.type = 'table' AND m.name = :name) "
    "FROM pragma_table_list WHERE schema = 'main' AND name = :name"
)

INDEXES = text(
    'SELECT l.name, i.name, l.origin, i.coll, l."unique", i.seqno '
    "FROM pragma_index_list(:name) l, pragma_index_xinfo(l.name) i "
    "WHERE l.partial = 0 AND i.key ORDER BY l.origin, l.name, i.seqno"
)

KINDS = {"view": TableKind.VIEW, "virtual": TableKind.VIRTUAL}

EXACT = "BINARY"
"""The collation in which only the same text is equal."""

GENERATED = {2: "computed by the database", 3: "computed by the database"}
"""The values of `hidden` that mean a generated column."""


async def read_catalog(fetch: Fetch) -> Catalog:
    """All tables and the foreign keys between them."""
    tables = await fetch(TABLES)
    primary = _grouped(await fetch(KEY_COLUMNS))
    indexes = _index_columns(await fetch(INDEX_COLUMNS))
    keys = _foreign_keys(await fetch(FOREIGN_KEYS), primary, indexes)
    estimates = await _estimates(fetch, [name for name, kind, wr in tables if kind == "table" and not wr])
    entries = (
        TableEntry(_name(name), KINDS.get(kind, TableKind.TABLE), estimates.get(name))
        for name, kind, _ in tables
    )
    return Catalog(tuple(entries), tuple(keys), _links(keys, primary))


def _name(name: str) -> TableName:
    return TableName(SCHEMA, name)


def _grouped(rows: Sequence[Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for group, member, *_ in rows:
        grouped[group].append(member)
    return {group: tuple(members) for group, members in grouped.items()}


def _index_columns(rows: Sequence[Sequence[Any]]) -> dict[str, list[tuple[str, ...]]]:
    """The columns of every index, by table."""
    columns: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for table, index, column in rows:
        columns[table, index].append(column)
    by_table: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (table, _), members in columns.items():
        by_table[table].append(tuple(members))
    return by_table


def _foreign_keys(
    rows: Sequence[Sequence[Any]],
    primary: dict[str, tuple[str, ...]],
    indexes: dict[str, list[tuple[str, ...]]],
) -> list[ForeignKey]:
    """The foreign keys whose parent is there; a key without columns means the parent's primary key."""
    grouped: defaultdict[tuple[str, int, str, str], list[Sequence[Any]]] = defaultdict(list)
    for child, number, _, parent, *pair, rule in rows:
        grouped[child, number, parent, rule].append(pair)
    keys = []
    for (child, _, parent, rule), pairs in grouped.items():
        columns = tuple(column for column, _, _ in pairs)
        is_named = any(named for _, _, named in pairs)
        targets = tuple(target for _, target, _ in pairs if target) if is_named else primary.get(parent, ())
        if len(targets) == len(columns):
            indexed = _is_indexed(columns, [primary.get(child, ()), *indexes.get(child, [])])
            on_delete = OnDelete(rule)
            keys.append(ForeignKey(_name(child), columns, _name(parent), targets, indexed, on_delete))
    return keys


def _is_indexed(columns: tuple[str, ...], indexes: list[tuple[str, ...]]) -> bool:
    return any(set(index[: len(columns)]) == set(columns) for index in indexes)


def _links(keys: list[ForeignKey], primary: dict[str, tuple[str, ...]]) -> frozenset[TableName]:
    """The tables whose primary key is made up of exactly two foreign keys."""
    by_child: defaultdict[TableName, list[ForeignKey]] = defaultdict(list)
    for key in keys:
        by_child[key.child].append(key)
    return frozenset(
        child
        for child, own in by_child.items()
        if len(own) == 2 and {c for key in own for c in key.columns} == set(primary.get(child.name, ()))
    )


async def _estimates(fetch: Fetch, names: list[str]) -> dict[str, int]:
    """Rows as ANALYZE counted them, else the span of the row ids, which costs two look-ups a table."""
    if not names:
        return {}
    analyzed: dict[str, int] = {}
    if (await fetch(HAS_STATISTICS))[0][0]:
        analyzed = {table: int(count) for table, count in await fetch(STATISTICS) if count is not None}
    spans: dict[str, int] = {}
    for start in range(0, len(names), 200):
        spans |= await _read_spans(fetch, names[start : start + 200])
    return spans | analyzed


async def _read_spans(fetch: Fetch, names: list[str]) -> dict[str, int]:
    """The spans of tables; those that are damaged are left out."""
    try:
        return {names[number]: span or 0 for number, span in await fetch(_spans(names))}
    except TimeLimitError:
        raise
    except QueryError:
        middle = len(names) // 2
        halves = [names[:middle], names[middle:]] if middle else []
        spans = [await _read_spans(fetch, half) for half in halves]
        return {name: span for half in spans for name, span in half.items()}


def _spans(names: list[str]) -> TextClause:
    """The span of each table's row ids, by the table's place in the list.

    As a text: the same as an expression takes half a millisecond a table to build.
    """
    tables = (SCHEMA + '."' + name.replace('"', '""').replace(":", "\\:") + '"' for name in names)
    return text(
        " UNION ALL ".join(
            f"SELECT {number}, (SELECT max(_rowid_) FROM {table}) - (SELECT min(_rowid_) FROM {table}) + 1"
            for number, table in enumerate(tables)
        )
    )


async def describe(fetch: Fetch, names: Sequence[TableName], catalog: Catalog) -> dict[TableName, Table]:
    """Some tables in detail; a table that is gone is left out."""
    tables = {}
    for name in names:
        columns = await fetch(COLUMNS.bindparams(name=name.name))
        if columns:
            indexes = await fetch(INDEXES.bindparams(name=name.name))
            tables[name] = await _table(fetch, name, columns, indexes, catalog)
    return tables


async def _table(
    fetch: Fetch,
    name: TableName,
    rows: Sequence[Sequence[Any]],
    indexes: Sequence[Sequence[Any]],
    catalog: Catalog,
) -> Table:
    entry = catalog.find(name)
    kind = entry.kind if entry else TableKind.TABLE
    [(without_row_id, sql)] = await fetch(MAKING.bindparams(name=name.name))
    has_row_id = kind is TableKind.TABLE and not without_row_id
    unique = [index[:4] for index in indexes if index[4]]
    row_id = _row_id_column(rows, unique) if has_row_id else None
    folding = {column for _, column, _, collation in unique if collation.upper() != EXACT}
    choices = {column.lower(): found for column, found in filter(None, map(listed, checks_in(sql or "")))}
    made = (_column(row, has_row_id=has_row_id, is_row_id=row[0] == row_id) for row in rows)
    columns = tuple(
        replace(c, folds=c.name in folding, choices=choices.get(c.name.lower(), c.choices)) for c in made
    )
    unique_keys = list(_grouped(unique).values())
    identity = _identity(kind, columns, _primary_key(rows), unique_keys, has_row_id=has_row_id)
    leading = (index[1] for index in indexes if index[5] == 0 and index[3].upper() == EXACT)
    indexed = frozenset(filter(None, (row_id, *leading)))
    return Table(name, kind, columns, identity, relations_of(name, catalog), tuple(unique_keys), indexed)


def _primary_key(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    return tuple(row[0] for row in sorted((row for row in rows if row[4]), key=lambda row: int(row[4])))


def _row_id_column(rows: Sequence[Sequence[Any]], unique: Sequence[Sequence[Any]]) -> str | None:
    """The column that is another name of the row id: the only key column, INTEGER to the letter, no index."""
    key = _primary_key(rows)
    has_index = any(origin == "pk" for _, _, origin, _ in unique)
    is_integer = any(row[0] in key and row[1].upper() == "INTEGER" for row in rows)
    return key[0] if len(key) == 1 and is_integer and not has_index else None


def _column(row: Sequence[Any], *, has_row_id: bool, is_row_id: bool) -> Column:
    name, type_name, not_null, default, is_key, hidden = row
    length = re.search(r"\((\d+)\)", type_name) if affinity(type_name) == "TEXT" else None
    return Column(
        name,
        type_name,
        kind_of(type_name),
        nullable=not (not_null or is_row_id or (is_key and not has_row_id)),
        default=NUMBERED if is_row_id else default,
        locked=GENERATED.get(hidden),
        max_length=int(length[1]) if length else None,
        choices=("1", "0") if kind_of(type_name) is Kind.BOOLEAN else (),
    )


def _identity(
    kind: TableKind,
    columns: tuple[Column, ...],
    primary: tuple[str, ...],
    unique_keys: list[tuple[str, ...]],
    *,
    has_row_id: bool,
) -> Identity:
    if kind is not TableKind.TABLE:
        return Identity(reason=f"a {kind.value} has no key of its own, so its rows can't be changed here")
    never_null = {column.name for column in columns if not column.nullable}
    for key in [primary, *unique_keys]:
        if key and set(key) <= never_null:
            return Identity(key)
    names = {column.name.lower() for column in columns}
    alias = next((name for name in ("rowid", "_rowid_", "oid") if name not in names), None)
    if alias is None or not has_row_id:
        return Identity(
            reason="the table has no key and its columns hide the row id, so its rows can't be changed"
        )
    return Identity(address=(Column(alias, "INTEGER", Kind.NUMBER, nullable=False, locked="row id"),))
