"""PostgreSQL's catalogue: what tables, columns and keys a database has."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from tui.db.dialects.listed import listed
from tui.db.dialects.postgresql_blocks import stretches
from tui.db.dialects.protocol import Fetch
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

TABLES = text("""
SELECT n.nspname, c.relname, c.relkind::text, pg_table_is_visible(c.oid), c.reltuples::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY NOT pg_table_is_visible(c.oid), n.nspname, c.relname
""")

FOREIGN_KEYS = text("""
SELECT n.nspname, c.relname, pg_table_is_visible(c.oid), pn.nspname, p.relname, pg_table_is_visible(p.oid),
  (SELECT array_agg(a.attname::text ORDER BY k.place)
   FROM unnest(f.conkey) WITH ORDINALITY AS k(number, place)
   JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number),
  (SELECT array_agg(a.attname::text ORDER BY k.place)
   FROM unnest(f.confkey) WITH ORDINALITY AS k(number, place)
   JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.number),
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indpred IS NULL AND i.indisvalid
    AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey),
  (SELECT array_agg(a.attname::text) FROM pg_constraint k JOIN pg_attribute a
   ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) WHERE k.conrelid = f.conrelid AND k.contype = 'p'),
  CASE f.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END
FROM pg_constraint f
JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE f.contype = 'f' AND f.conparentid = 0 AND NOT c.relispartition
ORDER BY n.nspname, c.relname, f.conname
""")

COLUMNS = text("""
SELECT n.nspname, c.relname, c.relkind::text, c.relhassubclass,
  a.attname, format_type(a.atttypid, a.atttypmod),
  t.typcategory::text, b.name, a.attnotnull OR t.typnotnull, pg_get_expr(d.adbin, d.adrelid),
  a.attidentity::text, a.attgenerated::text,
  CASE WHEN b.name IN ('varchar', 'bpchar') AND b.modifier > 0 THEN b.modifier - 4 END,
  array_position(k.numbers, a.attnum),
  CASE WHEN c.relkind = 'r' AND NOT c.relhassubclass AND k.numbers IS NULL
    THEN pg_relation_size(c.oid) / current_setting('block_size')::int END,
  (SELECT array_agg(i.indexrelid::text) FROM pg_index i
   WHERE i.indrelid = c.oid AND i.indisunique AND i.indexprs IS NULL
     AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1])),
  b.name IN ('citext', 'bpchar') OR EXISTS (SELECT FROM pg_index i JOIN pg_collation o
    ON o.oid = ANY(i.indcollation::oid[]) AND NOT o.collisdeterministic
    WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY(i.indkey::int2[])),
  (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = b.id),
  (SELECT array_agg(pg_get_expr(k.conbin, k.conrelid)) FROM pg_constraint k
   WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]),
  EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash')
      AND i.indkey[0] = a.attnum)
FROM unnest(CAST(:schemas AS text[]), CAST(:names AS text[])) AS wanted(schema, name)
JOIN pg_namespace n ON n.nspname = wanted.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
  WITH RECURSIVE base(id, name, kind, below, modifier) AS (
    SELECT t.oid, t.typname, t.typtype, t.typbasetype, greatest(a.atttypmod, t.typtypmod)
    UNION ALL SELECT d.oid, d.typname, d.typtype, d.typbasetype, greatest(base.modifier, d.typtypmod)
    FROM base JOIN pg_type d ON d.oid = base.below)
  SELECT id, name, modifier FROM base WHERE kind <> 'd') AS b
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN LATERAL (
  SELECT i.indkey::int2[] AS numbers FROM pg_index i
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnatts = i.indnkeyatts
    AND NOT EXISTS (SELECT FROM pg_attribute m
      WHERE m.attrelid = c.oid AND m.attnum = ANY(i.indkey) AND NOT m.attnotnull)
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) AS k ON true
ORDER BY c.oid, a.attnum
""")

KINDS = {
    "v": TableKind.VIEW,
    "m": TableKind.MATERIALIZED,
    "f": TableKind.FOREIGN,
}

BOOLEANS = ("true", "false")

BASE_KINDS = {
    "bytea": Kind.BINARY,
    "json": Kind.JSON,
    "jsonb": Kind.JSON,
}

CATEGORY_KINDS = {
    "N": Kind.NUMBER,
    "S": Kind.TEXT,
    "B": Kind.BOOLEAN,
    "D": Kind.DATETIME,
    "T": Kind.DATETIME,
}
"""By pg_type.typcategory (postgresql.org/docs: table 52.65)."""


async def read_catalog(fetch: Fetch) -> Catalog:
    """All tables and the foreign keys between them."""
    entries = tuple(
        TableEntry(
            TableName(schema, name, visible),
            KINDS.get(kind, TableKind.TABLE),
            estimate if kind in "rm" and estimate >= 0 else None,
        )
        for schema, name, kind, visible, estimate in await fetch(TABLES)
    )
    rows = await fetch(FOREIGN_KEYS)
    keys = tuple(_foreign_key(row) for row in rows)
    primary = {key.child: set(row[9] or ()) for key, row in zip(keys, rows, strict=True)}
    return Catalog(entries, keys, _links(keys, primary))


def _foreign_key(row: Sequence[Any]) -> ForeignKey:
    return ForeignKey(
        TableName(row[0], row[1], row[2]),
        tuple(row[6]),
        TableName(row[3], row[4], row[5]),
        tuple(row[7]),
        row[8],
        OnDelete(row[10]),
    )


def _links(keys: Sequence[ForeignKey], primary: dict[TableName, set[str]]) -> frozenset[TableName]:
    """The tables whose primary key is made up of exactly two foreign keys."""
    by_child: defaultdict[TableName, list[ForeignKey]] = defaultdict(list)
    for key in keys:
        by_child[key.child].append(key)
    return frozenset(
        child
        for child, own in by_child.items()
        if len(own) == 2 and {c for key in own for c in key.columns} == primary[child]
    )


async def describe(fetch: Fetch, names: Sequence[TableName], catalog: Catalog) -> dict[TableName, Table]:
    """Some tables in detail, in one statement; a table that is gone is left out."""
    wanted = COLUMNS.bindparams(
        bindparam("schemas", [name.schema for name in names], ARRAY(Text())),
        bindparam("names", [name.name for name in names], ARRAY(Text())),
    )
    by_name = {(name.schema, name.name): name for name in names}
    rows: defaultdict[TableName, list[Sequence[Any]]] = defaultdict(list)
    for row in await fetch(wanted):
        rows[by_name[row[0], row[1]]].append(row)
    return {name: _table(name, rows[name], catalog) for name in rows}


def _table(name: TableName, rows: Sequence[Sequence[Any]], catalog: Catalog) -> Table:
    relkind, has_children = rows[0][2], rows[0][3]
    kind = KINDS.get(relkind, TableKind.TABLE)
    key = tuple(
        row[4] for row in sorted((row for row in rows if row[13] is not None), key=lambda row: int(row[13]))
    )
    if relkind == "r" and has_children:
        key = ()  # of its own rows only: tables that inherit from it may repeat its values
    columns = tuple(_column(row) for row in rows)
    identity = _identity(kind, key, rows[0][14], spans_tables=relkind == "p" or has_children)
    indexed = frozenset(row[4] for row in rows if row[19])
    return Table(name, kind, columns, identity, relations_of(name, catalog), _unique_keys(rows), indexed)


def _unique_keys(rows: Sequence[Sequence[Any]]) -> tuple[tuple[str, ...], ...]:
    """The columns of each unique index; NULLs and conditions don't matter here."""
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for index in row[15] or ():
            columns[index].append(row[4])
    return tuple(map(tuple, columns.values()))


def _column(row: Sequence[Any]) -> Column:
    _, _, _, _, name, type_name, category, base, not_null, default, identity, generated, length, *_ = row
    locked = (
        "computed by the database" if generated else "numbered by the database" if identity == "a" else None
    )
    return Column(
        name,
        type_name,
        BASE_KINDS.get(base, CATEGORY_KINDS.get(category, Kind.OTHER)),
        nullable=not not_null,
        default=NUMBERED if identity else default,
        locked=locked,
        max_length=length,
        folds=row[16],
        choices=BOOLEANS if base == "bool" else tuple(row[17] or _listed(row[18] or ())),
        is_limited=True,
        underlying=base,
    )


def _listed(checks: Sequence[str]) -> tuple[str, ...]:
    """The values that a column's checks list."""
    return next((found[1] for found in map(listed, checks) if found), ())


def _identity(kind: TableKind, key: tuple[str, ...], blocks: int | None, *, spans_tables: bool) -> Identity:
    if kind is not TableKind.TABLE:
        return Identity(reason=f"a {kind.value} has no key of its own, so its rows can't be changed here")
    if key:
        return Identity(key)
    row = Column("ctid", "tid", Kind.OTHER, nullable=False, locked="row address")
    table = Column("tableoid", "oid", Kind.NUMBER, nullable=False, locked="table's number")
    if spans_tables:
        return Identity(address=(table, row))
    return Identity(address=(row,), stretches=partial(stretches, blocks or 0))
