"""The order in which a save writes: no foreign key points to nothing on the way, no value is taken twice."""

import itertools
from time import process_time

import pytest

from tests.db.opening import is_sqlite, made, row_of, table_of
from tests.engines import TWO
from tests.outside import fetch
from tui.db import rows
from tui.db.changes import Adjustment, Change, Delete, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import SaveError
from tui.db.order import in_order
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import ForeignKey, Identity, Table, TableKind, TableName
from tui.db.values import Value
from tui.db.view import View


async def test_parents_are_inserted_before_their_children(database: Database, sample_url: str) -> None:
    """However they were staged."""
    users, posts, links = [await table_of(database, name) for name in ("users", "posts", "post_tags")]
    form = (lambda number: number) if is_sqlite(database) else str
    changes = [
        Insert(links, NewRow(1), {"post_id": form(9000), "tag_id": form(1)}),
        Insert(posts, NewRow(2), {"id": form(9000), "title": "t", "author_id": form(8000)}),
        Insert(users, NewRow(3), {"id": form(8000), "username": "z", "email": "z", "hashed_password": "x"}),
    ]

    await save(database, changes)

    assert await fetch(sample_url, "SELECT author_id FROM posts WHERE id = 9000") == [(8000,)]
    assert await fetch(sample_url, "SELECT tag_id FROM post_tags WHERE post_id = 9000") == [(1,)]


async def test_children_are_deleted_before_their_parents(database: Database, sample_url: str) -> None:
    posts, links = await table_of(database, "posts"), await table_of(database, "post_tags")
    post = await row_of(database, posts, "id", 1)
    own = [row for row in (await rows.first_page(database, View(links))).rows if str(row.values[0]) == "1"]

    await save(database, [delete_of(posts, post), *(delete_of(links, row) for row in own)])

    assert own
    assert await fetch(sample_url, "SELECT count(*) FROM posts WHERE id = 1") == [(0,)]


def simple(name: str) -> Table:
    return Table(TableName("main", name), TableKind.TABLE, (), Identity(("id",)))


def test_the_order_of_writing_is_deletes_updates_inserts() -> None:
    top, middle, bottom = simple("top"), simple("middle"), simple("bottom")
    keys = [
        ForeignKey(c.name, ("p",), p.name, ("id",)) for c, p in ((middle, top), (bottom, middle), (top, top))
    ]
    staged: list[Change] = [
        change
        for table in (middle, bottom, top)
        for change in (Delete(table, (1,), {}), Update(table, (2,), {}, {}), Insert(table, NewRow(3)))
    ]

    ordered = [(type(change).__name__, change.table.name.name) for change in in_order(staged, keys)]

    assert ordered == [
        *(("Delete", name) for name in ("bottom", "middle", "top")),
        *(("Update", name) for name in ("middle", "bottom", "top")),
        *(("Insert", name) for name in ("top", "middle", "bottom")),
    ]


def test_tables_that_depend_on_each_other_in_a_ring_have_an_order_too() -> None:
    ring = [simple(name) for name in "abc"]
    keys = [ForeignKey(t.name, ("p",), ring[i - 1].name, ("id",)) for i, t in enumerate(ring)]

    ordered = in_order([Insert(table, NewRow(1)) for table in ring], keys)

    assert {change.table.name.name for change in ordered} == {"a", "b", "c"}


def test_many_tables_that_refer_to_all_earlier_ones_have_an_order_at_once() -> None:
    """There are more ways through them than anybody can walk."""
    tables = [simple(f"t{number:02}") for number in range(26)]
    keys = [
        ForeignKey(child.name, (parent.name.name,), parent.name, ("id",))
        for number, child in enumerate(tables)
        for parent in tables[:number]
    ]
    started = process_time()

    ordered = in_order([Insert(table, NewRow(1)) for table in reversed(tables)], keys)

    assert [change.table for change in ordered] == tables
    assert process_time() - started < 5


STAFF = (
    "CREATE TABLE staff (id integer PRIMARY KEY, boss int REFERENCES staff (id), name text UNIQUE)",
    "INSERT INTO staff VALUES (1, NULL, 'ann'), (2, 1, 'bob'), (3, 2, 'cleo'), (9, 9, 'own boss')",
)
PEOPLE = "SELECT id, boss, name FROM staff ORDER BY id"


def form(database: Database, *numbers: int) -> tuple[Value, ...]:
    """Whole numbers as the engine gives them."""
    return numbers if is_sqlite(database) else tuple(map(str, numbers))


async def staff(database: Database) -> tuple[Table, dict[str, Row]]:
    """The table, and its rows by name."""
    table = await table_of(database, "staff")
    page = await rows.first_page(database, View(table))
    return table, {str(row.values[2]): row for row in page.rows}


def edit(table: Table, row: Row, **new: Value) -> Update:
    seen = {name: row.values[table.positions[name]] for name in new}
    return Update(table, row.identity, seen, new)


@pytest.mark.parametrize("is_insert_first", [True, False])
async def test_a_unique_value_goes_from_a_deleted_row_to_a_new_one(
    empty_url: str, is_insert_first: bool
) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)
        (four,) = form(database, 4)
        changes: list[Change] = [
            Insert(table, NewRow(1), {"id": four, "name": "cleo"}),
            delete_of(table, people["cleo"]),
        ]

        await save(database, changes if is_insert_first else changes[::-1])

    assert (await fetch(empty_url, PEOPLE))[2] == (4, None, "cleo")


async def test_a_unique_value_goes_from_an_edited_row_to_a_new_one(empty_url: str) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)
        (four,) = form(database, 4)

        await save(
            database,
            [
                Insert(table, NewRow(1), {"id": four, "name": "bob"}),
                edit(table, people["bob"], name="robert"),
            ],
        )

    names = [name for _, _, name in await fetch(empty_url, PEOPLE)]
    assert names == ["ann", "robert", "cleo", "bob", "own boss"]


async def test_unique_values_move_along_a_chain_of_rows(empty_url: str) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)
        moves = [("ann", "bob"), ("bob", "cleo"), ("cleo", "dora")]

        await save(database, [edit(table, people[old], name=new) for old, new in moves])

    assert [name for _, _, name in await fetch(empty_url, PEOPLE)][:3] == ["bob", "cleo", "dora"]


FOLDING = {
    "sqlite": ("text COLLATE NOCASE", "ann bob cleo", "BOB CLEO DORA"),
    "postgresql": ("bpchar", "ann bob cleo", "bob_ cleo__ dora"),
    "mysql": ("varchar(9) COLLATE utf8mb4_general_ci", "ann bob cleo", "BÓB Cleo_ DORA"),
}
"""Types whose unique values may be spelt otherwise, and names that move; `_` is a blank."""


async def test_values_that_only_their_column_takes_for_equal_move_along_too(empty_url: str) -> None:
    """Also where a child and its parent spell them otherwise."""
    type_name, old, new = FOLDING[empty_url.partition(":")[0]]
    statements = (
        f"CREATE TABLE p (id integer PRIMARY KEY, k {type_name} NOT NULL, UNIQUE (k))",
        f"CREATE TABLE c (id integer PRIMARY KEY, k {type_name} REFERENCES p (k))",
        *(f"INSERT INTO p VALUES ({n}, '{name}')" for n, name in enumerate(old.split())),
    )
    async with made(empty_url, *statements) as database:
        table, children = await table_of(database, "p"), await table_of(database, "c")
        people = (await rows.first_page(database, View(table))).rows
        names = [name.replace("_", " ") for name in new.split()]
        parent = {
            "id": form(database, 9)[0],
            "k": names[0].replace("B", "b") + ("" if is_sqlite(database) else " "),
        }

        await save(database, [edit(table, row, k=name) for row, name in zip(people, names, strict=True)])
        people = (await rows.first_page(database, View(table))).rows
        await save(
            database,
            [
                Insert(children, NewRow(1), {"id": form(database, 1)[0], "k": names[0]}),
                Insert(table, NewRow(2), parent),
                delete_of(table, people[0]),
            ],
        )

    assert await fetch(empty_url, "SELECT c.id, p.id FROM c JOIN p ON c.k = p.k") == [(1, 9)]
    assert await fetch(empty_url, "SELECT count(*) FROM p WHERE id < 3") == [(2,)]


async def test_numbers_are_the_same_whatever_zeros_they_are_written_with(empty_url: str) -> None:
    statements = (
        "CREATE TABLE p (id integer PRIMARY KEY, n numeric(9,2) NOT NULL UNIQUE)",
        "INSERT INTO p VALUES (1, 1), (2, 2), (3, 3)",
    )
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "p")
        people = (await rows.first_page(database, View(table))).rows
        to = form(database, 2, 3, 4)
        moves = [edit(table, row, n=n) for row, n in zip(people, to, strict=True)]
        agreed = [Adjustment(move, "n", f"{n!s}.00") for move, n in zip(moves, to, strict=True)]

        report = await save(database, moves, agreed=agreed)

    assert len(report.adjusted) == (0 if is_sqlite(database) else 3)
    assert [int(n) for (n,) in await fetch(empty_url, "SELECT n FROM p ORDER BY id")] == [2, 3, 4]


async def test_two_rows_that_swap_a_unique_value_are_refused_as_the_database_says(empty_url: str) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)
        swap = [edit(table, people["ann"], name="bob"), edit(table, people["bob"], name="ann")]

        with pytest.raises(SaveError, match="Another row has this"):
            await save(database, swap)

    assert [name for _, _, name in await fetch(empty_url, PEOPLE)][:2] == ["ann", "bob"]


@pytest.mark.parametrize("names", itertools.permutations(["cleo", "bob", "ann"]))
async def test_rows_that_point_to_each_other_are_deleted_in_any_order(
    empty_url: str, names: tuple[str, ...]
) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)

        await save(database, [delete_of(table, people[name]) for name in names])

    assert {name for _, _, name in await fetch(empty_url, PEOPLE)}.isdisjoint(names)


@pytest.mark.parametrize("empty_url", TWO, indirect=True)
async def test_a_row_that_points_to_itself_is_deleted(empty_url: str) -> None:
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)

        await save(database, [delete_of(table, people["own boss"])])

    assert "own boss" not in {name for _, _, name in await fetch(empty_url, PEOPLE)}


async def test_a_row_that_points_to_itself_is_kept_by_mariadb_until_it_no_longer_does(
    empty_mariadb_url: str,
) -> None:
    async with made(empty_mariadb_url, *STAFF) as database:
        table, people = await staff(database)

        with pytest.raises(SaveError, match="or the row itself, still point to it"):
            await save(database, [delete_of(table, people["own boss"])])
        await save(database, [edit(table, people["own boss"], boss=None)])
        table, people = await staff(database)
        await save(database, [delete_of(table, people["own boss"])])

    assert "own boss" not in {name for _, _, name in await fetch(empty_mariadb_url, PEOPLE)}


@pytest.mark.parametrize("ids", [(5, 6, 7), (7, 6, 5), (6, 7, 5)])
async def test_rows_that_point_to_each_other_are_added_in_any_order(
    empty_url: str, ids: tuple[int, ...]
) -> None:
    """Each points to the one before it; the first to itself."""
    async with made(empty_url, *STAFF) as database:
        table, _ = await staff(database)
        pairs = [form(database, number, max(5, number - 1)) for number in ids]
        values = [dict(zip(("id", "boss"), pair, strict=True)) for pair in pairs]

        await save(database, [Insert(table, NewRow(i), row) for i, row in enumerate(values)])

    assert [row[:2] for row in await fetch(empty_url, PEOPLE)][3:6] == [(5, 5), (6, 5), (7, 6)]


async def test_a_row_is_led_away_to_a_new_one_before_its_parent_is_deleted(empty_url: str) -> None:
    """The new one is written before the others are, although nothing else asks for that."""
    async with made(empty_url, *STAFF) as database:
        table, people = await staff(database)
        (four,) = form(database, 4)

        await save(
            database,
            [
                delete_of(table, people["bob"]),
                edit(table, people["cleo"], boss=four, name="bob's"),
                Insert(table, NewRow(1), {"id": four, "name": "new"}),
            ],
        )

    assert [row[:2] for row in await fetch(empty_url, PEOPLE)] == [(1, None), (3, 4), (4, None), (9, 9)]


ROOMS = (
    "CREATE TABLE room (house int NOT NULL, number varchar(9) NOT NULL, PRIMARY KEY (house, number))",
    "CREATE TABLE bed (id integer PRIMARY KEY, h int, n varchar(9), "
    "FOREIGN KEY (h, n) REFERENCES room (house, number))",
    "INSERT INTO room VALUES (1, 'a'), (1, 'b'), (2, 'a')",
    "INSERT INTO bed VALUES (1, 1, 'a'), (2, 2, 'a')",
)


async def test_a_composite_key_ties_rows_by_all_its_columns(empty_url: str) -> None:
    async with made(empty_url, *ROOMS) as database:
        room, bed = await table_of(database, "room"), await table_of(database, "bed")
        one, three = form(database, 1, 3)
        first, second = (await rows.first_page(database, View(bed))).rows
        seen = dict(zip(("h", "n"), first.values[1:], strict=True))

        await save(
            database,
            [
                delete_of(room, await row_of(database, room, "house", 1)),
                Update(bed, first.identity, seen, {"n": "c"}),
                Insert(room, NewRow(1), {"house": one, "number": "c"}),
                Insert(bed, NewRow(2), {"id": three, "h": one, "n": "c"}),
                delete_of(room, await row_of(database, room, "house", 2)),
                delete_of(bed, second),
            ],
        )

    assert await fetch(empty_url, "SELECT * FROM room ORDER BY number") == [(1, "b"), (1, "c")]
    assert await fetch(empty_url, "SELECT * FROM bed ORDER BY id") == [(1, 1, "c"), (3, 1, "c")]


async def test_a_link_is_moved_to_where_another_one_was(database: Database, sample_url: str) -> None:
    """Its key is all of its columns: a deleted link is added again, another one is moved to it."""
    links = await table_of(database, "post_tags")
    first, second = (await rows.first_page(database, View(links))).rows[:2]
    there = dict(zip(("post_id", "tag_id"), second.values, strict=True))
    here = dict(zip(("post_id", "tag_id"), first.values, strict=True))
    before = await fetch(sample_url, "SELECT * FROM post_tags ORDER BY post_id, tag_id")

    await save(
        database,
        [
            Insert(links, NewRow(1), here),
            Update(links, first.identity, here, there),
            delete_of(links, second),
        ],
    )

    assert await fetch(sample_url, "SELECT * FROM post_tags ORDER BY post_id, tag_id") == before


async def test_every_unique_key_of_a_table_is_known(empty_url: str) -> None:
    statements = [
        "CREATE TABLE t (id integer PRIMARY KEY, a text UNIQUE, b int, c int, UNIQUE (b, c))",
        "CREATE INDEX plain ON t (b)",
    ]
    if not empty_url.startswith("mysql"):
        statements.append("CREATE UNIQUE INDEX lowered ON t (lower(a))")
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")

    assert {("a",), ("b", "c")} <= {*table.unique_keys} <= {("a",), ("b", "c"), ("id",), (None,)}
    assert {"id", "b"} <= table.indexed <= {"id", "a", "b"}  # MariaDB: a hash, of all of a long text


def test_ten_thousand_changes_have_an_order() -> None:
    """A chain of rows from the last to the first, each of which takes the value of the next one."""
    table = Table(TableName("main", "t"), TableKind.TABLE, (), Identity(("id",)), (), (("name",),))
    staged = [Update(table, (i,), {"name": i}, {"name": i + 1}) for i in range(10_000)]

    assert in_order(staged, []) == staged[::-1]


def test_changes_that_nothing_ties_stay_as_they_were_staged() -> None:
    tables = [simple(name) for name in "ab"]
    staged = [Update(tables[i % 2], (i,), {"name": i}, {"name": 5}) for i in range(20)]

    assert in_order(staged, []) == staged
