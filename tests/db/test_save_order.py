"""The order in which a save writes: no foreign key points to nothing on the way."""

from tests.db.opening import is_sqlite, row_of, table_of
from tests.outside import fetch
from tui.db import rows
from tui.db.changes import Change, Delete, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.save import in_order, save
from tui.db.schema import ForeignKey, Identity, Table, TableKind, TableName
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


def test_the_order_of_writing_is_inserts_updates_deletes() -> None:
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
        *(("Insert", name) for name in ("top", "middle", "bottom")),
        *(("Update", name) for name in ("middle", "bottom", "top")),
        *(("Delete", name) for name in ("bottom", "middle", "top")),
    ]


def test_tables_that_depend_on_each_other_in_a_ring_have_an_order_too() -> None:
    ring = [simple(name) for name in "abc"]
    keys = [ForeignKey(t.name, ("p",), ring[i - 1].name, ("id",)) for i, t in enumerate(ring)]

    ordered = in_order([Insert(table, NewRow(1)) for table in ring], keys)

    assert {change.table.name.name for change in ordered} == {"a", "b", "c"}
