"""MariaDB's and MySQL's catalogue: what tables, columns and keys a database, or all of a server's, have."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sqlalchemy import Select, bindparam, literal_column, select, text
from sqlalchemy import table as make_table

from tui.db.dialects.listed import listed
from tui.db.dialects.mysql_types import kind_of
from tui.db.dialects.protocol import Fetch
from tui.db.dialects.source import quoted
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

OWN = "('information_schema', 'mysql', 'performance_schema', 'sys')"
WANTED = (
    f"(CASE WHEN DATABASE() IS NULL THEN t.TABLE_SCHEMA NOT IN {OWN} ELSE t.TABLE_SCHEMA = DATABASE() END)"
)
"""The URL's database, or all of the users' where it names none."""

TABLES = text(f"""
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, t.TABLE_ROWS, t.TABLE_SCHEMA = DATABASE()
FROM information_schema.TABLES t WHERE {WANTED} AND t.TABLE_TYPE <> 'SEQUENCE'
""")

KEYS = text(f"""
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, t.COLUMN_NAME,
  t.REFERENCED_TABLE_SCHEMA, t.REFERENCED_TABLE_NAME, t.REFERENCED_COLUMN_NAME, DATABASE()
FROM information_schema.KEY_COLUMN_USAGE t
WHERE {WANTED} AND (t.REFERENCED_TABLE_NAME IS NOT NULL OR t.CONSTRAINT_NAME = 'PRIMARY')
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, t.ORDINAL_POSITION
""")

DELETE_RULES = text(f"""
SELECT t.CONSTRAINT_SCHEMA, t.TABLE_NAME, t.CONSTRAINT_NAME, t.DELETE_RULE
FROM information_schema.REFERENTIAL_CONSTRAINTS t
WHERE {WANTED.replace("TABLE_SCHEMA", "CONSTRAINT_SCHEMA")} AND t.DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION')
""")

NAMES = "(TABLE_SCHEMA, TABLE_NAME) IN :names"

KINDS_OF = f"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE {NAMES}"

COLUMNS = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE,
  IS_NULLABLE = 'YES', COLUMN_DEFAULT, EXTRA,
  CASE WHEN DATA_TYPE IN ('char', 'varchar') THEN CHARACTER_MAXIMUM_LENGTH END,
  COLLATION_NAME IS NOT NULL AND COLLATION_NAME NOT LIKE '%\\_bin'
FROM information_schema.COLUMNS WHERE {NAMES} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
"""

# A column that tells the sort of an index would make the server open each table and count its keys anew.
INDEXES = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE = 0
FROM information_schema.STATISTICS WHERE {NAMES}
ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX
"""

CHECKS = f"""
SELECT TABLE_SCHEMA, TABLE_NAME, CHECK_CLAUSE FROM (
  /*M!100202 SELECT CONSTRAINT_SCHEMA AS TABLE_SCHEMA, TABLE_NAME, CHECK_CLAUSE
  FROM information_schema.CHECK_CONSTRAINTS
  WHERE (CONSTRAINT_SCHEMA, TABLE_NAME) IN :names
    AND (CHECK_CLAUSE LIKE 'json_valid(%' OR CHECK_CLAUSE LIKE '`% in (%') */
  /*!50700 SELECT '' AS TABLE_SCHEMA, '' AS TABLE_NAME, '' AS CHECK_CLAUSE */
) AS k WHERE {NAMES}
"""
"""A JSON column is a text with a check on MariaDB, where `/*M! */` counts; `/*!5 */` counts on MySQL only."""

ByTable: TypeAlias = dict[tuple[str, str], list[Sequence[Any]]]

KINDS = {"VIEW": TableKind.VIEW, "SYSTEM VIEW": TableKind.VIEW}
STORAGE_WITH_TRANSACTIONS = ("InnoDB", "ROCKSDB", "TokuDB", "NDB", "ndbcluster", "SEQUENCE", None)


async def read_catalog(fetch: Fetch) -> Catalog:
    """All tables and the foreign keys between them."""
    entries = tuple(
        TableEntry(TableName(schema, name, bool(own)), KINDS.get(kind, TableKind.TABLE), estimate)
        for schema, name, kind, estimate, own in sorted(await fetch(TABLES), key=lambda row: row[:2])
    )
    rows = await fetch(KEYS)
    rules = {(schema, table, name): OnDelete(rule) for schema, table, name, rule in await fetch(DELETE_RULES)}
    keys = _leading(_foreign_keys((row for row in rows if row[5] is not None), rules), entries)
    primary: defaultdict[TableName, set[str]] = defaultdict(set)
    for row in rows:
        if row[2] == "PRIMARY":
            primary[TableName(row[0], row[1])].add(row[3])
    return Catalog(entries, keys, _links(keys, primary))


def _foreign_keys(
    rows: Iterable[Sequence[Any]], rules: Mapping[tuple[str, str, str], OnDelete]
) -> tuple[ForeignKey, ...]:
    """The storage engine itself makes an index for each."""
    grouped: defaultdict[tuple[TableName, str, TableName], list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        child = TableName(row[0], row[1], row[0] == row[7])
        grouped[child, row[2], TableName(row[4], row[5], row[4] == row[7])].append(row)
    return tuple(
        ForeignKey(
            child,
            tuple(row[3] for row in pairs),
            parent,
            tuple(row[6] for row in pairs),
            on_delete=rules.get((child.schema, child.name, name), OnDelete.BLOCK),
        )
        for (child, name, parent), pairs in grouped.items()
    )


def _leading(keys: Iterable[ForeignKey], entries: Iterable[TableEntry]) -> tuple[ForeignKey, ...]:
    """The foreign keys whose parent is there; in a database that is not listed it is taken to be."""
    there = {(entry.name.schema, entry.name.name.lower()) for entry in entries}
    listed = {schema for schema, _ in there}
    return tuple(
        key
        for key in keys
        if key.parent.schema not in listed or (key.parent.schema, key.parent.name.lower()) in there
    )


def _links(keys: Sequence[ForeignKey], primary: dict[TableName, set[str]]) -> frozenset[TableName]:
    """The tables whose primary key is made up of exactly two foreign keys."""
    by_child: defaultdict[TableName, list[ForeignKey]] = defaultdict(list)
    for key in keys:
        by_child[key.child].append(key)
    return frozenset(
        child
        for child, own in by_child.items()
        if len(own) == 2 and {c for key in own for c in key.columns} == primary.get(child)
    )


async def describe(fetch: Fetch, names: Sequence[TableName], catalog: Catalog) -> dict[TableName, Table]:
    """Some tables in detail; a table that is gone is left out.

    Four statements for one table or many: a join of the server's catalogue tables opens every table.
    """
    found = [await _of_tables(fetch, sql, names) for sql in (COLUMNS, KINDS_OF, INDEXES, CHECKS)]
    columns, kinds, indexes, checks = found
    tables = {}
    for name in names:
        key = (name.schema, name.name)
        if key in kinds and key not in columns:
            await fetch(_glance(name))  # a database view that is broken says why
        if key in columns and key in kinds:
            made = _columns(columns[key], [row[2] for row in checks.get(key, [])])
            _, _, table_type, storage = kinds[key][0]
            keys, indexed = _keys(indexes.get(key, []), made)
            identity = _identity(table_type, storage, made, keys)
            kind = KINDS.get(table_type, TableKind.TABLE)
            tables[name] = Table(name, kind, made, identity, relations_of(name, catalog), keys, indexed)
    return tables


def _glance(name: TableName) -> Select[Any]:
    """A look at a table that reads nothing of it."""
    source = make_table(quoted(name.name), schema=quoted(name.schema))
    return select(literal_column("1")).select_from(source).limit(0)


async def _of_tables(fetch: Fetch, sql: str, names: Sequence[TableName]) -> ByTable:
    wanted = [(name.schema, name.name) for name in names]
    rows: ByTable = defaultdict(list)
    for row in await fetch(text(sql).bindparams(bindparam("names", wanted, expanding=True))):
        rows[row[0], row[1]].append(row)
    return rows


def _columns(rows: Sequence[Sequence[Any]], checks: Sequence[str]) -> tuple[Column, ...]:
    """A table's columns; its checks tell which are JSON, and which values some of them take."""
    json = {
        check.partition("`")[2].rpartition("`")[0].replace("``", "`")
        for check in checks
        if check.startswith("json_valid(")
    }
    choices = dict(filter(None, map(listed, checks)))
    made = (_column(row, is_json=row[2] in json or row[4] == "json") for row in rows)
    return tuple(replace(column, choices=choices.get(column.name, column.choices)) for column in made)


def _column(row: Sequence[Any], *, is_json: bool) -> Column:
    _, _, name, type_name, _, nullable, default, extra, length, folds = row
    is_computed = any(word in extra for word in ("VIRTUAL", "STORED", "PERSISTENT"))
    return Column(
        name,
        type_name,
        kind_of(type_name, is_json=is_json),
        nullable=bool(nullable),
        default=NUMBERED if "auto_increment" in extra else None if default == "NULL" else default,
        locked="computed by the database" if is_computed else None,
        max_length=length,
        folds=bool(folds),
        choices=_choices(type_name),
        takes_several=type_name.startswith("set("),
        is_limited=True,
    )


def _choices(type_name: str) -> tuple[str, ...]:
    """The values of an ENUM or SET, or of what stands for a boolean."""
    if type_name.startswith(("enum(", "set(")):
        return tuple(found.replace("''", "'") for found in re.findall(r"'((?:[^']|'')*)'", type_name))
    return ("1", "0") if type_name.startswith("tinyint(1)") else ()


def _keys(
    rows: Iterable[Sequence[Any]], columns: Iterable[Column]
) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    """The columns of each unique index, the primary key first, none where it has an expression; and the
    columns that an index begins with, but long texts, whose indexes are of words or of beginnings.
    """
    names: defaultdict[tuple[str, int], list[str | None]] = defaultdict(list)
    for _, _, index, column, is_unique in rows:
        names[index, is_unique].append(column)
    unique = (own for (_, is_unique), own in names.items() if is_unique and None not in own)
    leading = {own[0] for own in names.values()}
    indexed = frozenset(c.name for c in columns if c.name in leading and not c.type.endswith("text"))
    return tuple(tuple(filter(None, own)) for own in unique), indexed


def _identity(
    table_type: str,
    storage: str | None,
    columns: tuple[Column, ...],
    unique_keys: tuple[tuple[str, ...], ...],
) -> Identity:
    if table_type in KINDS:
        return Identity(reason="a database view has no key of its own, so its rows can't be changed here")
    if storage not in STORAGE_WITH_TRANSACTIONS:
        return Identity(
            reason=f"its storage engine {storage} has no transactions, so a save could not be undone"
        )
    never_null = {column.name for column in columns if not column.nullable}
    key = next((key for key in unique_keys if never_null.issuperset(key)), None)
    if key is None:
        return Identity(
            reason="the table has no key without NULLs, and the server gives rows no address of their own"
        )
    return Identity(key)
