"""What a database is made of, as both engines tell it."""

import pytest

from tests.db.opening import made, opened, table_of
from tests.engines import EMPTY_WITH_ROW_ADDRESSES
from tests.outside import fetch, run
from tui.db import rows
from tui.db.database import Database
from tui.db.schema import Catalog, Direction, TableEntry, TableKind, TableName
from tui.db.values import Kind
from tui.db.view import View


def labels(database: Database) -> list[str]:
    return [entry.name.label for entry in database.catalog.entries]


async def test_tables_and_views_are_listed_with_their_kind(empty_url: str) -> None:
    statements = ("CREATE TABLE b (a int)", "CREATE TABLE a (a int)", "CREATE VIEW v AS SELECT a FROM b")
    async with made(empty_url, *statements) as database:
        kinds = {entry.name.label: entry.kind for entry in database.catalog.entries}

    assert list(kinds) == ["a", "b", "v"]
    assert kinds == {"a": TableKind.TABLE, "b": TableKind.TABLE, "v": TableKind.VIEW}


async def test_estimates_are_near_the_truth(database: Database) -> None:
    estimates = {entry.name.label: entry.estimate for entry in database.catalog.entries}

    assert estimates["users"] == 1000
    assert estimates["posts"] == pytest.approx(5017, rel=0.1)
    assert estimates["tags"] == 40


async def test_columns_are_described(database: Database) -> None:
    users, posts = await table_of(database, "users"), await table_of(database, "posts")

    kinds = {column.name: column.kind for column in users.columns}
    assert kinds["username"] is Kind.TEXT
    assert (kinds["id"], kinds["is_active"], kinds["created_at"]) == (
        Kind.NUMBER,
        Kind.BOOLEAN,
        Kind.DATETIME,
    )
    assert [users.column(name).max_length for name in ("username", "email", "hashed_password")] == [
        50,
        100,
        255,
    ]
    assert posts.column("content").max_length is None
    assert [posts.column(name).nullable for name in ("id", "title", "content")] == [False, False, True]
    assert posts.column("title").default is None
    assert posts.column("created_at").default is not None
    assert posts.column("id").default is not None


async def test_keys_and_relations_of_the_sample_are_known(database: Database) -> None:
    posts, links = await table_of(database, "posts"), await table_of(database, "post_tags")

    assert posts.identity.columns == ("id",)
    assert links.identity.columns == ("post_id", "tag_id")
    assert [(each.direction, each.label) for each in posts.relations] == [
        (Direction.PARENT, "users (author_id)"),
        (Direction.THROUGH, "tags via post_tags"),
        (Direction.CHILDREN, "post_tags (post_id)"),
    ]
    assert {name.label for name in database.catalog.links} == {"post_tags"}
    assert posts.relation_from("author_id") == posts.relations[0]
    assert posts.relation_from("title") is None


async def test_the_catalogue_takes_as_many_statements_for_many_tables_as_for_few(empty_url: str) -> None:
    """Fifty tables in a chain of foreign keys."""
    chain = [
        f"CREATE TABLE t{n:02} (id int PRIMARY KEY, p int REFERENCES t{n - 1:02} (id))" for n in range(1, 50)
    ]
    async with made(empty_url, "CREATE TABLE t00 (id int PRIMARY KEY)", *chain) as database:
        assert len(database.catalog.entries) == 50
        assert len(database.catalog.foreign_keys) == 49
        assert [each.target.label for each in (await table_of(database, "t25")).relations] == ["t24", "t26"]


IDENTITIES = [
    ("(id int NOT NULL PRIMARY KEY, a int)", ("id",)),
    ("(a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a))", ("b", "a")),
    ("(a int, u int NOT NULL UNIQUE)", ("u",)),
    ("(a int NOT NULL, b int NOT NULL, UNIQUE (a, b))", ("a", "b")),
    ("(a int, u int UNIQUE)", ()),
    ("(a int NOT NULL, b int, UNIQUE (a, b))", ()),
    ("(u int UNIQUE, id int NOT NULL PRIMARY KEY)", ("id",)),
    ("(a int)", ()),
]


@pytest.mark.parametrize(("definition", "columns"), IDENTITIES)
async def test_rows_are_named_by_the_best_key(
    empty_url: str, definition: str, columns: tuple[str, ...]
) -> None:
    """A unique key that may hold NULL names nothing; the row's address does then, where there is one."""
    async with made(empty_url, f"CREATE TABLE t {definition}") as database:
        identity = (await table_of(database, "t")).identity

    assert identity.columns == columns
    has_address = not empty_url.startswith("mysql")
    assert bool(identity.address) is (has_address and not columns)
    assert identity.exists or "no key without NULLs" in identity.reason


@EMPTY_WITH_ROW_ADDRESSES
@pytest.mark.parametrize(
    "index", ["UNIQUE INDEX i ON t (u) WHERE a > 0", "UNIQUE INDEX i ON t (abs(u))", "INDEX i ON t (u)"]
)
async def test_an_index_that_is_partial_or_computed_names_nothing(empty_url: str, index: str) -> None:
    async with made(empty_url, "CREATE TABLE t (a int, u int NOT NULL)", f"CREATE {index}") as database:
        assert (await table_of(database, "t")).identity.columns == ()


async def test_a_database_view_says_why_its_rows_cannot_be_changed(empty_url: str) -> None:
    async with made(empty_url, "CREATE TABLE t (a int)", "CREATE VIEW v AS SELECT a FROM t") as database:
        identity = (await table_of(database, "v")).identity

    assert not identity.exists
    assert identity.reason == "a database view has no key of its own, so its rows can't be changed here"


@pytest.mark.parametrize("stored", ["STORED", "VIRTUAL"])
async def test_computed_columns_are_locked(empty_url: str, stored: str) -> None:
    definition = f"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) {stored})"
    async with made(empty_url, definition) as database:
        table = await table_of(database, "t")

    assert [column.locked for column in table.columns] == [None, "computed by the database"]


@pytest.mark.parametrize(
    "name",
    ["a b", 'q"q', "q'q", "b`q", "100%", ":g", "\\:g", "%(x)s", "select", "日本", "Mixed", "a.b", " ", "[x]"],
)
async def test_a_table_of_any_name_is_listed_opened_and_related(empty_url: str, name: str) -> None:
    name = "no blank" if name == " " and empty_url.startswith("mysql") else name
    quoted = '"' + name.replace('"', '""') + '"'
    statements = (
        f"CREATE TABLE {quoted} (id int NOT NULL PRIMARY KEY, p int REFERENCES {quoted} (id))",
        f"INSERT INTO {quoted} VALUES (1, NULL), (2, 1)",
        f"CREATE VIEW v AS SELECT * FROM {quoted}",
    )
    async with made(empty_url, *statements) as database:
        table = await table_of(database, name)
        page = await rows.first_page(database, View(table))

        assert len(page.rows) == 2
        assert len(table.relations) == 2
        assert table.identity.columns == ("id",)


async def test_a_broken_view_breaks_nothing_else(empty_url: str) -> None:
    statements = [
        "CREATE TABLE t (a int)",
        "CREATE TABLE gone (a int)",
        "CREATE VIEW v AS SELECT a FROM gone",
    ]
    if not empty_url.startswith("postgresql"):
        await run(empty_url, *statements, "DROP TABLE gone")
    else:
        await run(empty_url, *statements, "CREATE VIEW broken AS SELECT 1 / 0 AS a")
    async with opened(empty_url) as database:
        broken = "broken" if empty_url.startswith("postgresql") else "v"

        assert broken in labels(database)
        with pytest.raises(Exception, match=r"\.$"):
            await rows.first_page(database, View(await table_of(database, broken)))
        assert (await rows.first_page(database, View(await table_of(database, "t")))).at_end


async def test_a_link_table_needs_both_keys_in_its_primary_key(empty_url: str) -> None:
    statements = (
        "CREATE TABLE a (id int NOT NULL PRIMARY KEY)",
        "CREATE TABLE b (id int NOT NULL PRIMARY KEY)",
        "CREATE TABLE link (a int REFERENCES a (id), b int REFERENCES b (id), note text, PRIMARY KEY (a, b))",
        "CREATE TABLE fact (id int PRIMARY KEY, a int REFERENCES a (id), b int REFERENCES b (id))",
    )
    async with made(empty_url, *statements) as database:
        assert {name.label for name in database.catalog.links} == {"link"}
        targets = [each.label for each in (await table_of(database, "a")).relations]

    assert targets == ["b via link", "fact (a)", "link (a)"]


async def test_the_sizes_of_a_catalogue_that_changed_are_read_anew(empty_url: str) -> None:
    async with made(empty_url, "CREATE TABLE t (id int)") as database:
        await run(empty_url, "CREATE TABLE u (id int)", "DROP TABLE t")
        await database.reload_catalog()

        assert labels(database) == ["u"]
    assert await fetch(empty_url, "SELECT * FROM u") == []


def test_a_table_is_found_by_what_a_user_types() -> None:
    public = TableEntry(TableName("public", "t"))
    other = TableEntry(TableName("other", "t", is_default=False))
    dotted = TableEntry(TableName("public", "other.t"))
    catalog = Catalog((other, public))

    assert catalog.entry("t") == public
    assert catalog.entry("public.t") == public
    assert catalog.entry("other.t") == other
    assert Catalog((dotted,)).entry("other.t") == dotted
    assert catalog.entry("nothing") is None
    assert catalog.find(TableName("other", "t")) == other
    assert catalog.find(TableName("other", "u")) is None
