"""What a grid shows of a view: its rows with everything that is staged for them."""

from tui.db.changes import ChangeSet, Delete, Insert, NewRow, Update
from tui.db.needle import Needle
from tui.db.page import Row
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import DEFAULT, Kind, Value
from tui.db.view import Filter, Sort, View
from tui.widgets.rows import RowState
from tui.widgets.staged_rows import Marks, first_hit, grid_columns, grid_rows, view_title

TABLE = Table(
    TableName("main", "users"),
    TableKind.TABLE,
    (Column("id", "integer", Kind.NUMBER), Column("name", "text", Kind.TEXT)),
    Identity(("id",)),
)
VIEW = View(TABLE)
ROWS = [Row((number,), (number, f"name {number}")) for number in range(3)]


def new_row(changes: ChangeSet, name: str, after: int | None = None) -> Insert:
    insert = Insert(TABLE, changes.new_row(), {"name": name}, None if after is None else (after,))
    changes.insert(insert)
    return insert


def test_a_staged_value_stands_in_its_row_and_is_marked() -> None:
    changes = ChangeSet()
    changes.edit(Update(TABLE, (1,), {"name": "name 1"}, {"name": "other"}))

    rows = grid_rows(VIEW, ROWS, 0, changes)

    assert [row.values[1] for row in rows] == ["name 0", "other", "name 2"]
    assert [row.staged for row in rows] == [frozenset(), frozenset({1}), frozenset()]


def test_a_deleted_row_stays_and_says_so() -> None:
    changes = ChangeSet()
    changes.delete([Delete(TABLE, (2,), {})])

    states = [row.state for row in grid_rows(VIEW, ROWS, 0, changes)]

    assert states == [RowState.PLAIN, RowState.PLAIN, RowState.DELETED]


def test_new_rows_stand_behind_theirs_or_in_front() -> None:
    changes = ChangeSet()
    for name, after in (("behind 1", 1), ("first", None), ("not loaded", 99)):
        new_row(changes, name, after)

    rows = grid_rows(VIEW, ROWS, 0, changes)

    assert [row.values[1] for row in rows] == [
        *("first", "not loaded", "name 0", "name 1", "behind 1", "name 2"),
    ]
    assert rows[0].values[0] is DEFAULT
    assert rows[0].state is RowState.INSERTED
    assert rows[0].staged == frozenset({1})


def test_a_new_row_stands_behind_the_new_row_at_which_it_was_added() -> None:
    """Also where that one is kept out by a filter, or is taken back: then where that one stood."""
    changes = ChangeSet()
    first = new_row(changes, "first", 1)
    new_row(changes, "other", 1)
    second = Insert(TABLE, changes.new_row(), {"name": "second"}, first.row)
    changes.insert(second)
    third = Insert(TABLE, changes.new_row(), {"name": "third"}, second.row)
    changes.insert(third)
    view = View(TABLE, (Filter("name", "third"),))

    def names(shown: View = VIEW) -> list[Value]:
        return [row.values[1] for row in grid_rows(shown, ROWS, 0, changes)]

    assert names() == ["name 0", "name 1", "first", "second", "third", "other", "name 2"]
    assert names(view) == ["name 0", "name 1", "third", "name 2"]
    assert changes.stored_row(TABLE.name, third.row) == (1,)
    changes.unstage([first.key, second.key])
    assert names() == ["name 0", "name 1", "other", "third", "name 2"]
    changes.undo()
    assert names() == ["name 0", "name 1", "first", "second", "third", "other", "name 2"]
    changes.saved([first.key])
    assert names() == ["name 0", "name 1", "other", "second", "third", "name 2"]


def test_new_rows_that_stand_behind_each_other_in_a_ring_are_shown_all_the_same() -> None:
    """As a file that somebody has edited may have it."""
    changes = ChangeSet()
    changes.restore([Insert(TABLE, NewRow(1), {}, NewRow(2)), Insert(TABLE, NewRow(2), {}, NewRow(1))])

    assert len(grid_rows(VIEW, ROWS, 0, changes)) == 5


def test_a_new_row_that_the_filter_keeps_out_is_not_shown() -> None:
    changes = ChangeSet()
    new_row(changes, "in")
    new_row(changes, "out")

    rows = grid_rows(View(TABLE, (Filter("name", "in"),)), (), 0, changes)

    assert [row.values[1] for row in rows] == ["in"]


def test_a_failed_save_marks_the_column_or_the_whole_row() -> None:
    changes = ChangeSet()
    changes.mark_failed({(TABLE.name, (1,)): "name"})
    assert [row.failed for row in grid_rows(VIEW, ROWS, 0, changes)][1] == {1}

    changes.mark_failed({(TABLE.name, (1,)): None})
    assert [row.failed for row in grid_rows(VIEW, ROWS, 0, changes)] == [set(), {0, 1}, set()]


def test_marks_and_the_searched_text_go_with_the_rows() -> None:
    rows = grid_rows(VIEW, ROWS, 0, ChangeSet(), Marks({(1,): ROWS[1]}, hit=Needle("NAME")))

    assert [row.is_marked for row in rows] == [False, True, False]
    assert {row.hit for row in rows} == {Needle("NAME")}


def test_rows_without_identity_are_named_by_their_place() -> None:
    rows = grid_rows(VIEW, [Row((), (1, "a")), Row((), (1, "a"))], 40, ChangeSet())

    assert [row.key for row in rows] == [("row", 40), ("row", 41)]


def test_the_first_hit_ignores_case_and_bytes() -> None:
    assert first_hit((b"needle", None, "A NEEDLE", "needle"), Needle("needle")) == 2
    assert first_hit(("a", "b"), Needle("needle")) == 0


def test_columns_tell_key_and_order_and_the_title_tells_the_rest() -> None:
    view = View(TABLE, (Filter("name", "x"),), (Sort("name", descending=True),))

    assert [(c.name, c.is_key, c.sign) for c in grid_columns(view)] == [
        *(("id", True, ""), ("name", False, "↓")),
    ]
    assert view_title(view) == "users ── name = x ── name ↓"
