"""Tables of every kind: each opens, pages, is searched, shows relations, and is edited or says why not."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.db.opening import made, shown, table_of
from tests.db.paging import backward, forward, value
from tests.outside import fetch
from tui.db import rows
from tui.db.changes import Change, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.needle import Needle
from tui.db.page import Row
from tui.db.related import load_related
from tui.db.save import save
from tui.db.schema import Table
from tui.db.view import View
from tui.screens.staging import require_writable

BOTH = {
    "no key": ("CREATE TABLE t (id int, a text)",),
    "a key": ("CREATE TABLE t (id int PRIMARY KEY, a text)",),
    "a composite key": ("CREATE TABLE t (id int NOT NULL, a text, z int DEFAULT 1, PRIMARY KEY (z, id))",),
    "a key that may be NULL": ("CREATE TABLE t (id int, a text, k text UNIQUE)",),
    "a reference to itself": ("CREATE TABLE t (id int PRIMARY KEY, a text, p int REFERENCES t (id))",),
    "a cycle": (
        "CREATE TABLE u (id int PRIMARY KEY, t int)",
        "CREATE TABLE t (id int PRIMARY KEY, a text, u int REFERENCES u (id))",
        "ALTER TABLE u ADD COLUMN back int REFERENCES t (id)",
    ),
    "a computed column": (
        "CREATE TABLE t (id int PRIMARY KEY, a text, c int GENERATED ALWAYS AS (id * 2) STORED)",
    ),
    "a column computed when it is read": (
        "CREATE TABLE t (id int PRIMARY KEY, a text, c int GENERATED ALWAYS AS (id * 2) VIRTUAL)",
    ),
}
SQLITE = {
    "no row ids": ("CREATE TABLE t (id int, a text, PRIMARY KEY (id)) WITHOUT ROWID",),
    "strict types": ("CREATE TABLE t (id int, a text, x any) STRICT",),
    "NULL in its key": (
        "CREATE TABLE t (id int, a text, k text PRIMARY KEY)",
        "INSERT INTO t VALUES (90, 'null', NULL), (91, 'null', NULL)",
    ),
}
POSTGRESQL = {
    "a number of its own": (
        "CREATE TABLE t (id int PRIMARY KEY, a text, n int GENERATED ALWAYS AS IDENTITY)",
    ),
    "no log": ("CREATE UNLOGGED TABLE t (id int PRIMARY KEY, a text)",),
    "partitions and a key": (
        "CREATE TABLE t (id int PRIMARY KEY, a text) PARTITION BY RANGE (id)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (2)",
        "CREATE TABLE t2 PARTITION OF t DEFAULT",
    ),
    "partitions and no key": (
        "CREATE TABLE t (id int, a text) PARTITION BY HASH (id)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    ),
    "heirs": (
        "CREATE TABLE t (id int PRIMARY KEY, a text)",
        "CREATE TABLE heir (more int) INHERITS (t)",
        "INSERT INTO heir VALUES (1, 'of the heir', 1)",
    ),
    "a type of its own": (
        "CREATE TYPE shape AS (id int, a text)",
        "CREATE TABLE t OF shape (PRIMARY KEY (id))",
    ),
    "a schema of its own": ("CREATE SCHEMA s", "CREATE TABLE s.t (id int PRIMARY KEY, a text)"),
}
MARIADB = {
    "partitions": ("CREATE TABLE t (id int PRIMARY KEY, a text) PARTITION BY HASH (id) PARTITIONS 3",),
    "history": ("CREATE TABLE t (id int PRIMARY KEY, a text) WITH SYSTEM VERSIONING",),
    "history in its columns": (
        "CREATE TABLE t (id int PRIMARY KEY, a text, "
        "since timestamp(6) GENERATED ALWAYS AS ROW START, till timestamp(6) GENERATED ALWAYS AS ROW END, "
        "PERIOD FOR SYSTEM_TIME (since, till)) WITH SYSTEM VERSIONING",
    ),
    "an invisible column": ("CREATE TABLE t (id int PRIMARY KEY, a text, h int INVISIBLE DEFAULT 3)",),
    "an invisible key": ("CREATE TABLE t (k int AUTO_INCREMENT PRIMARY KEY INVISIBLE, id int, a text)",),
    "numbers of a sequence": (
        "CREATE SEQUENCE numbers",
        "CREATE TABLE t (id int PRIMARY KEY, a text, n int NOT NULL DEFAULT NEXTVAL(numbers))",
    ),
}
READ_ONLY = {
    "a database view": ("CREATE TABLE u (id int, a text)", "CREATE VIEW t AS SELECT id, a FROM u"),
}
SQLITE_READ_ONLY = {
    "a virtual table": ("CREATE VIRTUAL TABLE t USING fts5(id, a)",),
    "a virtual table of places": ("CREATE VIRTUAL TABLE t USING rtree(id, low, high, +a)",),
    "a hidden row id": ("CREATE TABLE t (id int, a text, rowid int, oid int, _rowid_ int)",),
    "a view with a trigger": (
        "CREATE TABLE u (id int, a text)",
        "CREATE VIEW t AS SELECT * FROM u",
        "CREATE TRIGGER g INSTEAD OF INSERT ON t BEGIN INSERT INTO u VALUES (NEW.id, NEW.a); END",
    ),
}
POSTGRESQL_READ_ONLY = {
    "a materialised view": (
        "CREATE TABLE u (id int, a text)",
        "CREATE MATERIALIZED VIEW t AS SELECT * FROM u",
    ),
}
MARIADB_READ_ONLY = {
    **{name: BOTH[name] for name in ("no key", "a key that may be NULL")},
    **{
        f"the storage engine {name}": (f"CREATE TABLE t (id int PRIMARY KEY, a varchar(40)) ENGINE = {name}",)
        for name in ("MyISAM", "Aria", "MEMORY")
    },
    "tables merged into one": (
        "CREATE TABLE part (id int PRIMARY KEY, a varchar(40)) ENGINE = MyISAM",
        "CREATE TABLE t (id int PRIMARY KEY, a varchar(40)) ENGINE = MERGE UNION = (part) "
        "INSERT_METHOD = LAST",
    ),
}
REASON = r"^t is read-only: .*(can't be changed( here)?|no address of their own|could not be undone)\.$"


@dataclass(frozen=True)
class Made:
    """How a table is made, and where its rows go."""

    url: str
    statements: tuple[str, ...]

    @property
    def label(self) -> str:
        """The table's name on the screen."""
        return "s.t" if "CREATE SCHEMA s" in self.statements else "t"

    def all(self) -> tuple[str, ...]:
        """With five rows in it."""
        target = "u" if any(" VIEW t " in s for s in self.statements) else self.label
        values = ", ".join(f"({n}, 'row {n}')" for n in range(5))
        refresh = [
            f"REFRESH {s.split(' ', 1)[1].partition(' AS ')[0]}"
            for s in self.statements
            if "MATERIALIZED" in s
        ]
        return (*self.statements, f"INSERT INTO {target} (id, a) VALUES {values}", *refresh)


def cases(kinds: Mapping[str, tuple[str, ...]], *engines: str) -> list[object]:
    return [
        pytest.param(engine, statements, id=f"{engine}-{name}")
        for name, statements in kinds.items()
        for engine in engines
    ]


ENGINES = ("sqlite", "postgresql")
WRITABLE = [
    *cases(BOTH, *ENGINES),
    *cases(SQLITE, "sqlite"),
    *cases(POSTGRESQL, "postgresql"),
    *cases({name: BOTH[name] for name in BOTH if name not in MARIADB_READ_ONLY} | MARIADB, "mariadb"),
]
FIXED = [
    *cases(READ_ONLY, *ENGINES, "mariadb"),
    *cases(MARIADB_READ_ONLY, "mariadb"),
    *cases(SQLITE_READ_ONLY, "sqlite"),
    *cases(POSTGRESQL_READ_ONLY, "postgresql"),
]


@pytest.fixture
def make(request: pytest.FixtureRequest, engine: str, statements: tuple[str, ...]) -> Made:
    """An empty database of an engine, and how a table in it is made."""
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    return Made(url, statements)


async def assert_readable(database: Database, table: Table) -> list[Row]:
    """Rows come in both directions, are found and counted, and relations are read."""
    view = View(table)
    found = await forward(database, view, 2)
    assert await backward(database, view, 2) == found
    assert await rows.count(database, view) == len(found)
    hit = await rows.find(database, view, Needle("row 3"))
    assert hit is not None
    assert "row 3" in hit.values
    for relation in table.relations:
        await load_related(database, table, relation, found)
    return found


@pytest.mark.parametrize(("engine", "statements"), WRITABLE)
async def test_a_table_with_an_identity_is_read_edited_added_to_and_deleted_from(make: Made) -> None:
    async with made(make.url, *make.all()) as database:
        table = await table_of(database, make.label)
        found = await assert_readable(database, table)
        place = table.positions["a"]
        for row in found:
            require_writable(database, table)
            text = f"{row.values[place]!s} edited"
            seen = dict(zip(table.positions, row.values, strict=True))
            await save(database, [Update(table, row.identity, seen, {"a": text})])

        after = await rows.first_page(database, View(table))
        assert sorted(map(str, shown(after.rows, place))) == sorted(
            f"{r.values[place]!s} edited" for r in found
        )
        assert len({row.identity for row in after.rows}) == len(found) >= 5
        new = Insert(table, NewRow(1), {"id": value(database, 77), "a": "new"})
        changes: list[Change] = [new, delete_of(table, after.rows[0])]
        report = await save(database, changes)
        added = await rows.get(database, table, report.identities[new.key])
        assert added is not None
        assert added.values[place] == "new"
        assert await rows.count(database, View(table)) == len(found)


async def test_a_foreign_key_to_nowhere_keeps_rows_from_being_deleted_and_says_so(
    empty_sqlite_url: str,
) -> None:
    """SQLite looks for the table that is gone; everything else works."""
    create = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a text, p int REFERENCES gone (id))"
    async with made(empty_sqlite_url, create, "INSERT INTO t VALUES (1, 'row 3', NULL)") as database:
        table = await table_of(database, "t")
        (row,) = await assert_readable(database, table)
        await save(database, [Update(table, row.identity, {"a": "row 3"}, {"a": "mine"})])
        with pytest.raises(SaveError, match=r"no such table: main\.gone"):
            await save(database, [delete_of(table, (await rows.first_page(database, View(table))).rows[0])])

    assert await fetch(empty_sqlite_url, "SELECT * FROM t") == [(1, "mine", None)]


@pytest.mark.parametrize(("engine", "statements"), FIXED)
async def test_a_table_without_an_identity_is_read_and_says_why_it_is_not_edited(make: Made) -> None:
    async with made(make.url, *make.all()) as database:
        table = await table_of(database, make.label)
        await assert_readable(database, table)

        with pytest.raises(TuiError, match=REASON):
            require_writable(database, table)


UNREADABLE = {
    "a database view of a table that is gone": (
        "sqlite",
        ("CREATE TABLE u (a int)", "CREATE VIEW t AS SELECT a FROM u", "DROP TABLE u"),
        "no such table",
    ),
    "a database view of a table that the server misses": (
        "mariadb",
        ("CREATE TABLE u (a int)", "CREATE VIEW t AS SELECT a FROM u", "DROP TABLE u"),
        "The database view is broken",
    ),
    "a database view of somebody who is gone": (
        "mariadb",
        ("CREATE DEFINER = 'nobody'@'nowhere' VIEW t AS SELECT a FROM good",),
        "does not exist",
    ),
    "a database view that fails": (
        "postgresql",
        ("CREATE VIEW t AS SELECT 1 / 0 AS a",),
        "division by zero",
    ),
    "a materialised view that was never filled": (
        "postgresql",
        ("CREATE MATERIALIZED VIEW t AS SELECT 1 AS a WITH NO DATA",),
        "has not been populated",
    ),
    "a foreign table that nobody serves": (
        "postgresql",
        (
            "CREATE FOREIGN DATA WRAPPER nobody",
            "CREATE SERVER far FOREIGN DATA WRAPPER nobody",
            "CREATE FOREIGN TABLE t (a int) SERVER far",
        ),
        "has no handler",
    ),
}


@pytest.mark.parametrize("kind", UNREADABLE)
async def test_what_cannot_be_read_is_listed_and_says_why(request: pytest.FixtureRequest, kind: str) -> None:
    engine, statements, reason = UNREADABLE[kind]
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    async with made(url, "CREATE TABLE good (a int)", "INSERT INTO good VALUES (1)", *statements) as database:
        assert [entry.name.label for entry in database.catalog.entries] == ["good", "t"]
        with pytest.raises(QueryError, match=reason) as caught:
            await rows.first_page(database, View(await table_of(database, "t")))
        good = await rows.first_page(database, View(await table_of(database, "good")))

    assert str(caught.value).endswith(".")
    assert shown(good.rows) == ["1"]


def five_hundred(engine: str) -> list[str]:
    """Among them a chain of 251, a ring, one that refers to itself and one that refers to nothing."""
    tables = [f"CREATE TABLE t{n:03} (id int NOT NULL PRIMARY KEY{{}})" for n in range(500)]
    others = {n: f"t{n - 1:03}" for n in range(1, 251)} | {301: "t300", 400: "t400"}
    if engine != "postgresql":
        others[401] = "gone"
    unchecked = {"mysql": "SET foreign_key_checks = 0"}.get(engine, "SELECT 1")
    return [
        "BEGIN",
        unchecked,
        *(
            table.format(f", p int REFERENCES {others[n]} (id)" if n in others else "")
            for n, table in enumerate(tables)
        ),
        "ALTER TABLE t300 ADD COLUMN p int REFERENCES t301 (id)",
        "INSERT INTO t300 VALUES (1, NULL)",
        "INSERT INTO t301 VALUES (1, 1)",
        "UPDATE t300 SET p = 1",
        "INSERT INTO t400 VALUES (1, 1)",
        "COMMIT",
    ]


async def test_five_hundred_tables_are_listed_and_opened_whatever_their_keys(empty_url: str) -> None:
    """A key that points to no table is left out; PostgreSQL has none such."""
    async with made(empty_url, *five_hundred(empty_url.partition(":")[0])) as database:
        assert [entry.name.label for entry in database.catalog.entries] == [f"t{n:03}" for n in range(500)]
        assert len(database.catalog.foreign_keys) == 253
        labels = {
            number: [each.label for each in (await table_of(database, f"t{number}")).relations]
            for number in (250, 125, 300, 301, 400, 401, 499)
        }
        for name in ("t300", "t301", "t400"):
            table = await table_of(database, name)
            page = await rows.first_page(database, View(table))
            for relation in table.relations:
                found = await load_related(database, table, relation, page.rows)
                assert [shown(related.rows) for related in found.values()] == [["1"]], (name, relation.label)

    assert labels == {
        250: ["t249 (p)"],
        125: ["t124 (p)", "t126 (p)"],
        300: ["t301 (p)", "t301 (p)"],
        301: ["t300 (p)", "t300 (p)"],
        400: ["t400 (p)", "t400 (p)"],
        401: [],
        499: [],
    }


async def test_three_hundred_columns_are_read_found_and_edited(empty_url: str) -> None:
    columns = ", ".join(f"c{n} text DEFAULT 'x{n}x'" for n in range(300))
    create = f"CREATE TABLE t (id int NOT NULL PRIMARY KEY, {columns})"
    async with made(empty_url, create, "INSERT INTO t (id) VALUES (1)") as database:
        table = await table_of(database, "t")
        row = await rows.find(database, View(table), Needle("x299x"))
        assert row is not None
        seen = dict(zip(table.positions, row.values, strict=True))

        await save(database, [Update(table, row.identity, seen, {"c299": "new"})])

    assert await fetch(empty_url, "SELECT c0, c299 FROM t") == [("x0x", "new")]
