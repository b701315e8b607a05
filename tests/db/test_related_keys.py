"""Related rows whose keys are written otherwise at the two ends: the engine says which are equal."""

import pytest

from tests.db.opening import made, number_of, shown, table_of
from tests.db.test_related import related
from tests.outside import run
from tui.db import rows
from tui.db.database import Database
from tui.db.related import load_related, near_key
from tui.db.view import View

UNLIKE = {
    "letters": ("text COLLATE NOCASE", "'BOB'", "text COLLATE NOCASE", "'bob'"),
    "classes": ("NUMERIC", "1", "REAL", "1.0"),
    "a number as text": ("INTEGER", "1", "TEXT", "'1'"),
    "a column without a type": ("INTEGER", "1", "", "1.0"),
}
"""Parent keys and children's values that SQLite takes for equal."""


@pytest.mark.parametrize("case", UNLIKE)
async def test_a_parent_whose_key_is_written_otherwise_is_found_on_sqlite(
    empty_sqlite_url: str, case: str
) -> None:
    parent, key, child, value = UNLIKE[case]
    statements = (
        f"CREATE TABLE p (k {parent} PRIMARY KEY NOT NULL)",
        f"CREATE TABLE c (id INTEGER PRIMARY KEY, p {child} REFERENCES p (k))",
        f"INSERT INTO p VALUES ({key})",
        "PRAGMA foreign_keys = ON",
        f"INSERT INTO c VALUES (1, {value}), (2, {key})",
    )
    async with made(empty_sqlite_url, *statements) as database:
        p, c = await table_of(database, "p"), await table_of(database, "c")
        children = (await rows.first_page(database, View(c))).rows
        (only,) = (await rows.first_page(database, View(p))).rows

        parents = [(await related(database, c, "p (p)", row)).rows for row in children]

        assert parents == [(only,), (only,)]
        assert shown((await related(database, p, "c (p)", only)).rows) == ["1", "2"]


async def test_a_parent_is_compared_as_its_own_column_says(empty_sqlite_url: str) -> None:
    """Although the child's column knows upper from lower case."""
    statements = (
        "CREATE TABLE p (k text COLLATE NOCASE PRIMARY KEY NOT NULL)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p text REFERENCES p (k))",
        "INSERT INTO p VALUES ('BOB')",
        "INSERT INTO c VALUES (1, 'bob')",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "c")
        (child,) = (await rows.first_page(database, View(table))).rows

        assert shown((await related(database, table, "p (p)", child)).rows) == ["BOB"]


async def test_an_index_finds_children_whose_key_is_written_otherwise(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE p (k text COLLATE NOCASE PRIMARY KEY NOT NULL)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p text COLLATE NOCASE REFERENCES p (k))",
        "CREATE INDEX i ON c (p)",
        "INSERT INTO p VALUES ('BOB')",
        "INSERT INTO c VALUES (1, 'bob'), (2, 'Bob')",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "p")
        (only,) = (await rows.first_page(database, View(table))).rows

        assert shown((await related(database, table, "c (p)", only)).rows) == ["1", "2"]


BROKEN = ("CAST(x'636166e9' AS TEXT)", "x'636166e9'", "CAST(x'ff' AS TEXT)", "x'ff'", "'plain'")
"""Texts that are not valid, and the bytes that look like them."""


@pytest.mark.parametrize("index", ["", "CREATE INDEX i ON c (b, a)"], ids=["no index", "index"])
async def test_keys_that_are_broken_texts_or_bytes_relate_to_their_like_only(
    empty_sqlite_url: str, index: str
) -> None:
    pairs = [f"({left}, {right})" for left in BROKEN for right in BROKEN]
    statements = (
        "CREATE TABLE p (a NOT NULL, b NOT NULL, PRIMARY KEY (a, b))",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, a, b, FOREIGN KEY (a, b) REFERENCES p (a, b))",
        f"INSERT INTO p VALUES {', '.join(pairs)}",
        "INSERT INTO c (a, b) SELECT a, b FROM p",
        *([index] if index else []),
    )
    async with made(empty_sqlite_url, *statements) as database:
        p, c = await table_of(database, "p"), await table_of(database, "c")
        parents, children = [(await rows.first_page(database, View(t))).rows for t in (p, c)]
        up, down = c.relations[0], p.relations[0]
        found_up, found_down = (
            await load_related(database, c, up, children),
            await load_related(database, p, down, parents),
        )

    for row in children:
        assert [r.identity for r in found_up[near_key(c, up, row) or ()].rows] == [row.values[1:]]
    for row in parents:
        assert [r.values[1:] for r in found_down[near_key(p, down, row) or ()].rows] == [row.identity]
    assert len(found_up) == len(found_down) == len(pairs)


UNLIKE_TYPES = {
    "scale": ("numeric(10,2)", "1", "int", "1"),
    "padding": ("char(5)", "'ab'", "varchar(9)", "'ab'"),
    "precision": ("double precision", "0.5", "real", "0.5"),
}


@pytest.mark.parametrize("case", UNLIKE_TYPES)
async def test_a_parent_whose_key_is_written_otherwise_is_found_on_postgresql(
    empty_postgresql_url: str, case: str
) -> None:
    parent, key, child, value = UNLIKE_TYPES[case]
    statements = (
        f"CREATE TABLE p (k {parent} PRIMARY KEY)",
        f"CREATE TABLE c (id int PRIMARY KEY, p {child} REFERENCES p (k))",
        f"INSERT INTO p VALUES ({key})",
        f"INSERT INTO c VALUES (1, {value}), (2, {key})",
    )
    async with made(empty_postgresql_url, *statements) as database:
        p, c = await table_of(database, "p"), await table_of(database, "c")
        children = (await rows.first_page(database, View(c))).rows
        (only,) = (await rows.first_page(database, View(p))).rows

        parents = [(await related(database, c, "p (p)", row)).rows for row in children]

        assert parents == [(only,), (only,)]
        assert shown((await related(database, p, "c (p)", only)).rows) == ["1", "2"]


async def test_a_parent_of_the_shown_value_is_found_though_the_row_has_another_by_now(
    database: Database, sample_url: str
) -> None:
    posts = await table_of(database, "posts")
    post = (await rows.first_page(database, View(posts))).rows[0]
    await run(sample_url, f"UPDATE posts SET author_id = 999 WHERE id = {number_of(post)}")

    author = await related(database, posts, "users (author_id)", post)

    assert shown(author.rows) == [str(post.values[posts.positions["author_id"]])]
