"""What is staged: merged row by row, undone and redone step by step."""

import pytest

from tui.db.changes import Change, ChangeSet, Delete, Insert, Update, delete_of
from tui.db.page import Row
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import DEFAULT, BadText, Kind, Value

COLUMNS = tuple(Column(name, "", Kind.OTHER) for name in ("id", "a", "b"))
TABLE = Table(TableName("main", "t"), TableKind.TABLE, COLUMNS, Identity(("id",)))
OTHER = Table(TableName("main", "u"), TableKind.TABLE, COLUMNS, Identity(("id",)))


def edit(number: int, column: str, seen: Value, new: Value, table: Table = TABLE) -> Update:
    return Update(table, (number,), {column: seen}, {column: new})


def staged(changes: ChangeSet) -> list[Change]:
    return list(changes)


def test_edits_of_one_row_are_one_update() -> None:
    changes = ChangeSet()

    changes.edit(edit(1, "a", "old", "new"))
    changes.edit(edit(1, "b", 2, 3))

    assert staged(changes) == [Update(TABLE, (1,), {"a": "old", "b": 2}, {"a": "new", "b": 3})]


def test_what_was_seen_first_is_kept_and_what_is_wanted_last() -> None:
    """The second edit of a cell sees what the first one staged: that was never in the database."""
    changes = ChangeSet()

    changes.edit(edit(1, "a", "old", "new"))
    changes.edit(edit(1, "a", "new", "newer"))

    assert staged(changes) == [Update(TABLE, (1,), {"a": "old"}, {"a": "newer"})]


def test_rows_of_other_tables_and_other_rows_are_changes_of_their_own() -> None:
    changes = ChangeSet()
    for number, table in ((1, TABLE), (2, TABLE), (1, OTHER)):
        changes.edit(edit(number, "a", 1, 2, table))

    assert [change.key for change in changes] == [
        (TABLE.name, (1,)),
        (TABLE.name, (2,)),
        (OTHER.name, (1,)),
    ]


def test_a_value_that_is_typed_back_is_no_change() -> None:
    changes = ChangeSet()
    changes.edit(edit(1, "a", "old", "new"))
    changes.edit(edit(1, "b", 2, 3))

    changes.edit(edit(1, "a", "new", "old"))
    assert changes.get(TABLE.name, (1,)) == Update(TABLE, (1,), {"a": "old", "b": 2}, {"b": 3})
    changes.edit(edit(1, "b", 3, 2))

    assert staged(changes) == []


@pytest.mark.parametrize(
    ("seen", "new"),
    [
        (1, 1.0),
        ("", None),
        (None, ""),
        ("1", 1),
        (0, False),
        (b"a", "a"),
        ("a", "A"),
        ("a", "a "),
        (b"a", BadText(b"a")),
    ],
)
def test_values_that_only_look_the_same_are_a_change(seen: Value, new: Value) -> None:
    changes = ChangeSet()

    changes.edit(edit(1, "a", seen, new))

    assert len(changes) == 1


@pytest.mark.parametrize("value", [None, "", "a", 1, 1.5, b"", BadText(b"\xff")])
def test_an_edit_that_changes_nothing_is_no_step(value: Value) -> None:
    changes = ChangeSet()

    changes.edit(edit(1, "a", value, value))

    assert (len(changes), changes.can_undo) == (0, False)


def test_a_new_row_is_an_insert_however_often_it_is_edited() -> None:
    changes = ChangeSet()
    row = Insert(TABLE, changes.new_row(), {"a": 1}, after=(7,))
    changes.insert(row)

    changes.edit_new(row, {"b": 2})
    changes.edit_new(Insert(TABLE, row.row, {"a": 1, "b": 2}, (7,)), {"a": DEFAULT})

    assert staged(changes) == [Insert(TABLE, row.row, {"b": 2}, (7,))]
    assert changes.inserts(TABLE.name)[0].cells() == (DEFAULT, DEFAULT, 2)
    assert changes.inserts(OTHER.name) == []


def test_new_rows_have_names_of_their_own() -> None:
    changes = ChangeSet()

    assert len({changes.new_row() for _ in range(3)}) == 3


def test_deleting_an_edited_row_is_a_deletion_and_undo_brings_the_edit_back() -> None:
    changes = ChangeSet()
    update = edit(1, "a", 1, 2)
    changes.edit(update)
    deletion = delete_of(TABLE, Row((1,), (1, 1, None)))

    changes.delete([deletion])
    assert staged(changes) == [deletion]
    changes.undo()

    assert staged(changes) == [update]


def test_a_deletion_knows_everything_that_was_seen() -> None:
    deletion = delete_of(TABLE, Row((1,), (1, "x", None)))

    assert deletion == Delete(TABLE, (1,), {"id": 1, "a": "x", "b": None})


def test_several_deletions_are_one_step() -> None:
    changes = ChangeSet()
    changes.delete(delete_of(TABLE, Row((n,), (n, 0, 0))) for n in range(3))
    assert len(changes) == 3

    changes.undo()

    assert len(changes) == 0


def test_unstaging_forgets_the_changes_of_some_rows() -> None:
    changes = ChangeSet()
    new = Insert(TABLE, changes.new_row())
    changes.insert(new)
    changes.edit(edit(1, "a", 1, 2))
    changes.edit(edit(2, "a", 1, 2))

    changes.unstage([new.key, (TABLE.name, (1,)), (TABLE.name, (99,))])
    assert [change.key for change in changes] == [(TABLE.name, (2,))]
    changes.undo()

    assert len(changes) == 3


def test_unstaging_what_is_not_staged_is_no_step() -> None:
    changes = ChangeSet()

    changes.unstage([(TABLE.name, (1,))])

    assert not changes.can_undo


def test_discarding_is_one_step_that_can_be_undone() -> None:
    changes = ChangeSet()
    for number in range(3):
        changes.edit(edit(number, "a", 1, 2))

    changes.discard()
    assert len(changes) == 0
    changes.undo()

    assert len(changes) == 3


def test_undo_and_redo_say_whether_there_was_a_step() -> None:
    changes = ChangeSet()
    assert (changes.undo(), changes.redo()) == (False, False)
    changes.edit(edit(1, "a", 1, 2))

    assert (changes.can_undo, changes.can_redo) == (True, False)
    assert changes.undo()
    assert (changes.can_undo, changes.can_redo) == (False, True)
    assert changes.redo()
    assert (changes.can_undo, changes.can_redo) == (True, False)


def test_a_new_step_takes_the_place_of_the_undone_ones() -> None:
    changes = ChangeSet()
    changes.edit(edit(1, "a", 1, 2))
    changes.undo()

    changes.edit(edit(1, "a", 1, 3))

    assert not changes.can_redo
    assert staged(changes) == [edit(1, "a", 1, 3)]


def test_what_is_saved_is_neither_staged_nor_undone() -> None:
    changes = ChangeSet()
    changes.edit(edit(1, "a", 1, 2))
    changes.edit(edit(2, "a", 1, 2))
    changes.undo()

    changes.saved([(TABLE.name, (1,))])

    assert (len(changes), changes.can_undo, changes.can_redo) == (0, False, False)


def test_what_was_staged_while_a_save_ran_stays() -> None:
    changes = ChangeSet()
    changes.edit(edit(1, "a", 1, 2))
    keys = [change.key for change in changes]
    changes.edit(edit(2, "a", 1, 2))

    changes.saved(keys)

    assert [change.key for change in changes] == [(TABLE.name, (2,))]


def test_every_step_is_told_once() -> None:
    told: list[int] = []
    changes = ChangeSet(lambda: told.append(len(changes)))

    changes.edit(edit(1, "a", 1, 2))
    changes.edit(edit(1, "a", 2, 2))
    changes.undo()
    changes.redo()
    changes.saved([(TABLE.name, (1,))])
    changes.undo()

    assert told == [1, 0, 1, 0]
