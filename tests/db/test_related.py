"""The related rows of a page: the right ones, first ten and exact count, in a fixed number of statements."""

from collections.abc import Mapping

import pytest

from tests.db.opening import counted, is_sqlite, made, number_of, row_of, shown, table_of
from tests.outside import fetch
from tui.db import rows
from tui.db.database import Database
from tui.db.page import Row
from tui.db.related import NONE, NearKey, RelatedRows, load_related, near_key
from tui.db.schema import Direction, Relation, Table
from tui.db.view import View


def relation(table: Table, label: str) -> Relation:
    return next(r for r in table.relations if r.label == label)


async def related(database: Database, table: Table, label: str, row: Row) -> RelatedRows:
    """What one row is related to."""
    wanted = relation(table, label)
    key = near_key(table, wanted, row)
    found = await load_related(database, table, wanted, [row])
    return NONE if key is None else found.get(key, NONE)


def by_text(found: Mapping[NearKey, RelatedRows], position: int = 0) -> dict[str, list[str | None]]:
    """One column of the related rows by the near value, so that both engines give the same."""
    return {str(key): shown(related.rows, position) for (key,), related in found.items()}


@pytest.mark.parametrize("name", ["users", "posts", "tags", "post_tags"])
async def test_a_hundred_rows_take_as_many_statements_as_ten(database: Database, name: str) -> None:
    table = await table_of(database, name)
    page = await rows.first_page(database, View(table), 100)
    for each in table.relations:
        await load_related(database, table, each, page.rows[:1])
        counts = []
        for length in (10, 100):
            with counted(database) as statements:
                await load_related(database, table, each, page.rows[:length])
            counts.append(len(statements))

        assert counts == [1, 1], each.label


async def test_every_row_of_a_page_gets_its_own_children(database: Database, sample_url: str) -> None:
    users = await table_of(database, "users")
    page = await rows.first_page(database, View(users), 100)
    posts = relation(users, "posts (author_id)")

    found = await load_related(database, users, posts, page.rows)

    truth: dict[str, list[str]] = {}
    for author, post in await fetch(sample_url, "SELECT author_id, id FROM posts ORDER BY id"):
        truth.setdefault(str(author), []).append(str(post))
    for row in page.rows:
        children = found.get(near_key(users, posts, row) or (), NONE)
        expected = truth.get(str(row.values[0]), [])
        assert children.count == len(expected)
        assert shown(children.rows) == expected[:10]


async def test_ten_of_forty_seven(database: Database) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")

    posts = await related(database, users, "posts (author_id)", bob)

    assert (len(posts.rows), posts.count, posts.count_text) == (10, 47, "47")


async def test_children_are_whole_rows_of_their_table(database: Database) -> None:
    """With the identity and the values that a page of that table has."""
    users, posts = await table_of(database, "users"), await table_of(database, "posts")
    bob = await row_of(database, users, "username", "bob")

    child = (await related(database, users, "posts (author_id)", bob)).rows[0]

    assert child == await rows.get_in(database, View(posts), child.identity)


async def test_a_post_has_its_author_and_its_tags(database: Database, sample_url: str) -> None:
    posts = await table_of(database, "posts")
    page = await rows.first_page(database, View(posts))
    post = page.rows[4]

    author = await related(database, posts, "users (author_id)", post)
    tags = await related(database, posts, "tags via post_tags", post)
    links = await related(database, posts, "post_tags (post_id)", post)

    author_id = post.values[posts.positions["author_id"]]
    truth = await fetch(
        sample_url, f"SELECT tag_id FROM post_tags WHERE post_id = {number_of(post)} ORDER BY tag_id"
    )
    assert (shown(author.rows), author.count) == ([str(author_id)], 1)
    assert shown(tags.rows) == [str(number) for (number,) in truth]
    assert tags.count == links.count == len(truth) > 0


async def test_a_row_without_children_has_none(database: Database, sample_url: str) -> None:
    silent = "SELECT min(id) FROM users u WHERE NOT EXISTS (SELECT 1 FROM posts WHERE author_id = u.id)"
    [(number,)] = await fetch(sample_url, silent)
    users = await table_of(database, "users")
    row = await rows.get(database, users, (number if is_sqlite(database) else str(number),))
    assert row is not None

    assert await related(database, users, "posts (author_id)", row) == NONE
    assert NONE.count_text == "0"


async def test_no_rows_ask_nothing(database: Database) -> None:
    users = await table_of(database, "users")
    with counted(database) as statements:
        assert await load_related(database, users, users.relations[0], []) == {}

    assert statements == []


COMPOSITE = (
    "CREATE TABLE room (house int NOT NULL, number varchar(20) NOT NULL, PRIMARY KEY (house, number))",
    "CREATE TABLE bed (id int PRIMARY KEY, h int, n varchar(20), "
    "FOREIGN KEY (h, n) REFERENCES room (house, number))",
    "INSERT INTO room VALUES (1, 'a'), (1, 'b'), (2, 'a')",
    "INSERT INTO bed VALUES (1, 1, 'a'), (2, 1, 'a'), (3, 2, 'a')",
    "INSERT INTO bed VALUES (4, NULL, 'a'), (5, 1, NULL), (6, NULL, NULL)",
)


@pytest.mark.parametrize("index", ["", "CREATE INDEX i ON bed (h, n)"], ids=["no index", "index"])
async def test_composite_keys_relate_both_ways(empty_url: str, index: str) -> None:
    """With an index and without: two statements, one result."""
    async with made(empty_url, *COMPOSITE, *([index] if index else [])) as database:
        room, bed = await table_of(database, "room"), await table_of(database, "bed")
        rooms, beds = [(await rows.first_page(database, View(table))).rows for table in (room, bed)]
        assert relation(room, "bed (h, n)").key.indexed is (bool(index) or empty_url.startswith("mysql"))

        children = [shown((await related(database, room, "bed (h, n)", row)).rows) for row in rooms]
        parents = [shown((await related(database, bed, "room (h, n)", row)).rows) for row in beds]
        together = await load_related(database, room, relation(room, "bed (h, n)"), rooms)

    assert children == [["1", "2"], [], ["3"]]
    assert parents == [["1"], ["1"], ["2"], [], [], []]
    assert sorted(found.count for found in together.values()) == [1, 2]


async def test_a_table_relates_to_itself(empty_url: str) -> None:
    statements = (
        "CREATE TABLE staff (id int PRIMARY KEY, boss int REFERENCES staff (id))",
        "INSERT INTO staff VALUES (1, NULL), (2, 1), (3, 1), (4, 2)",
    )
    async with made(empty_url, *statements) as database:
        staff = await table_of(database, "staff")
        people = (await rows.first_page(database, View(staff))).rows
        up, down = staff.relations

        bosses = await load_related(database, staff, up, people)
        reports = await load_related(database, staff, down, people)

    assert (up.direction, down.direction) == (Direction.PARENT, Direction.CHILDREN)
    assert by_text(bosses) == {"1": ["1"], "2": ["2"]}
    assert by_text(reports) == {"1": ["2", "3"], "2": ["4"]}


def crowd(url: str, index: str) -> tuple[str, ...]:
    """A parent with 1500 children, one with exactly 1000, one with 12."""
    series = {
        "sqlite": "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 1500) ",
        "postgresql": "WITH g AS (SELECT n FROM generate_series(1, 1500) AS s(n)) ",
        "mysql": "WITH g AS (SELECT seq AS n FROM seq_1_to_1500) ",
    }[url.partition(":")[0]]
    return (
        "CREATE TABLE p (id int PRIMARY KEY)",
        "INSERT INTO p VALUES (1), (2), (3)",
        "CREATE TABLE c (id integer PRIMARY KEY, p int REFERENCES p (id))",
        *([index] if index else []),
        *(
            f"INSERT INTO c {series} SELECT {parent} * 10000 - n, {parent} FROM g WHERE n <= {count}"
            if not url.startswith("postgresql")
            else f"{series} INSERT INTO c SELECT {parent} * 10000 - n, {parent} FROM g WHERE n <= {count}"
            for parent, count in ((1, 1500), (2, 1000), (3, 12))
        ),
    )


@pytest.mark.parametrize("index", ["", "CREATE INDEX i ON c (p)"], ids=["no index", "index"])
async def test_the_first_ten_by_key_are_read_and_all_are_counted_up_to_a_thousand(
    empty_url: str, index: str
) -> None:
    async with made(empty_url, *crowd(empty_url, index)) as database:
        parents = await table_of(database, "p")
        page = await rows.first_page(database, View(parents))

        found = await load_related(database, parents, parents.relations[0], page.rows)

    by_key = {str(key): children for (key,), children in found.items()}
    assert [by_key[n].count_text for n in "123"] == ["1000+", "1000", "12"]
    assert shown(by_key["1"].rows) == [str(8500 + n) for n in range(10)]
    assert shown(by_key["3"].rows) == [str(29988 + n) for n in range(10)]


KINDS = {
    "a table without a key": "CREATE TABLE c (p int REFERENCES p (id), x int)",
    "a key that is computed": "CREATE TABLE c (x int, p int REFERENCES p (id), u char(9) NOT NULL UNIQUE)",
    "a composite key": "CREATE TABLE c (x int, p int NOT NULL REFERENCES p (id), PRIMARY KEY (p, x))",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", ["", "CREATE INDEX i ON c (p)"], ids=["no index", "index"])
async def test_children_of_every_kind_of_table_are_found(empty_url: str, kind: str, index: str) -> None:
    columns = "x, p, u" if "UNIQUE" in KINDS[kind] else "x, p"
    values = "(1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c')" if "UNIQUE" in KINDS[kind] else "(1, 1), (2, 1), (3, 2)"
    statements = (
        "CREATE TABLE p (id int PRIMARY KEY)",
        "INSERT INTO p VALUES (1), (2)",
        KINDS[kind],
        f"INSERT INTO c ({columns}) VALUES {values}",
        *([index] if index else []),
    )
    async with made(empty_url, *statements) as database:
        parents, children = await table_of(database, "p"), await table_of(database, "c")
        page = await rows.first_page(database, View(parents))

        found = await load_related(database, parents, parents.relations[0], page.rows)

    by_parent = by_text(found, children.positions["x"])
    assert {key: sorted(map(str, values)) for key, values in by_parent.items()} == {
        "1": ["1", "2"],
        "2": ["3"],
    }


async def test_a_child_whose_columns_hide_the_row_id_is_found(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "INSERT INTO p VALUES (1)",
        "CREATE TABLE c (rowid int, _rowid_ int, oid int, p REFERENCES p (id))",
        "CREATE INDEX i ON c (p)",
        "INSERT INTO c VALUES (7, 8, 9, 1)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        parents = await table_of(database, "p")
        page = await rows.first_page(database, View(parents))

        found = await related(database, parents, "c (p)", page.rows[0])

    assert shown(found.rows) == ["7"]


@pytest.mark.parametrize(
    "key_type", ["numeric(10,2)", "date", "uuid", "char(5)", "mood", "bytea", "boolean", "bigint"]
)
async def test_keys_of_every_type_relate_on_postgresql(empty_postgresql_url: str, key_type: str) -> None:
    values = {"date": "'0044-03-15 BC'", "uuid": "gen_random_uuid()", "char(5)": "'ab'", "mood": "'sad'"}
    value = values.get(key_type, {"bytea": "'\\x00ff'", "boolean": "true"}.get(key_type, "12"))
    statements = (
        "CREATE TYPE mood AS ENUM ('sad')",
        f"CREATE TABLE p (id {key_type} PRIMARY KEY)",
        f"CREATE TABLE c (id int PRIMARY KEY, p {key_type} REFERENCES p (id))",
        "CREATE INDEX ON c (p)",
        f"INSERT INTO p VALUES ({value})",
        "INSERT INTO c SELECT 5, id FROM p",
    )
    async with made(empty_postgresql_url, *statements) as database:
        for name, label in (("p", "c (p)"), ("c", "p (p)")):
            table = await table_of(database, name)
            page = await rows.first_page(database, View(table))

            assert (await related(database, table, label, page.rows[0])).count == 1, label


async def test_a_link_table_with_itself_relates_both_ends(empty_url: str) -> None:
    statements = (
        "CREATE TABLE person (id int PRIMARY KEY)",
        "CREATE TABLE knows (a int NOT NULL REFERENCES person (id), b int NOT NULL REFERENCES person (id), "
        "PRIMARY KEY (a, b))",
        "CREATE INDEX i ON knows (b)",
        "INSERT INTO person VALUES (1), (2), (3)",
        "INSERT INTO knows VALUES (1, 2), (1, 3), (2, 3)",
    )
    async with made(empty_url, *statements) as database:
        people = await table_of(database, "person")
        page = await rows.first_page(database, View(people))
        through = [r for r in people.relations if r.direction is Direction.THROUGH]

        found = [await load_related(database, people, each, page.rows) for each in through]

    expected = [{"1": ["2", "3"], "2": ["3"]}, {"2": ["1"], "3": ["1", "2"]}]
    assert sorted(map(by_text, found), key=str) == sorted(expected, key=str)
