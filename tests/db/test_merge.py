"""What becomes of a change whose row somebody else changed or deleted: values only, no database."""

from dataclasses import replace

import pytest

from tests.db.test_changes import COLUMNS, TABLE, edit
from tui.db.changes import REMEMBERED, Change, ChangeSet, Delete, Insert, Update, guarded, update_of
from tui.db.merge import (
    Conflict,
    Difference,
    added_again,
    conflict_of,
    deleted_anyway,
    differences,
    rebased,
    still_open,
    undecided,
    why_not_again,
)
from tui.db.page import Row
from tui.db.schema import Identity
from tui.db.values import NOT_EDITED, Cut, Value

UPDATE = Update(TABLE, (1,), {"a": "seen", "b": 1}, {"a": "mine", "b": 2})
CONFLICT = Conflict(UPDATE, {"a": "theirs", "b": 1})
DELETE = Delete(TABLE, (1,), {"id": 1, "a": "seen", "b": None})


@pytest.mark.parametrize("theirs", ["seen ", "Seen", None, "", b"seen"])
def test_a_row_that_holds_something_else_is_a_conflict_in_that_column(theirs: Value) -> None:
    conflict = conflict_of(UPDATE, {"a": theirs, "b": 1})

    assert conflict is not None
    assert conflict.columns == ("a",)
    assert conflict.sentence.startswith("Somebody else changed a since you read this row: m ")


def test_a_row_that_holds_what_was_seen_is_none() -> None:
    assert conflict_of(UPDATE, {"a": "seen", "b": 1}) is None
    assert conflict_of(DELETE, {"id": 1, "a": "seen", "b": None}) is None
    assert conflict_of(DELETE, {"id": 1, "a": "seen", "b": ""}) is not None


def test_a_row_that_is_gone_is_one_in_no_column() -> None:
    conflict = conflict_of(UPDATE, None)

    assert conflict is not None
    assert (conflict.columns, conflict.sentence[:28]) == ((), "Somebody else deleted this r")


def test_both_sides_are_told_of_every_column_that_either_of_them_changed() -> None:
    guard = Update(TABLE, (1,), {"b": 1, "id": 1, "a": "seen"}, {"a": "mine"})

    assert differences(CONFLICT) == [
        Difference("a", "seen", "theirs", "mine", is_changed=True),
        Difference("b", 1, 1, 2, is_changed=False),
    ]
    assert differences(Conflict(guard, {"id": 1, "a": "seen", "b": 5})) == [
        Difference("a", "seen", "seen", "mine", is_changed=False),
        Difference("b", 1, 5, NOT_EDITED, is_changed=True),
    ]
    assert [one.column for one in differences(Conflict(DELETE, {"id": 1, "a": "x", "b": None}))] == ["a"]
    assert [one.column for one in differences(Conflict(DELETE, None))] == ["id", "a", "b"]


def test_who_wrote_the_same_need_not_decide() -> None:
    assert undecided(CONFLICT, {}) == ["a"]
    assert undecided(CONFLICT, {"a": None}) == []
    assert undecided(Conflict(UPDATE, {"a": "mine", "b": 1}), {}) == []


@pytest.mark.parametrize(
    ("decided", "new"),
    [
        ("mine", {"a": "mine", "b": 2}),
        ("typed", {"a": "typed", "b": 2}),
        (None, {"a": None, "b": 2}),
        ("theirs", {"b": 2}),
    ],
)
def test_a_change_on_top_of_theirs_has_seen_theirs(decided: Value, new: dict[str, Value]) -> None:
    theirs: dict[str, Value] = {"a": "theirs", "b": 1}

    change = rebased(CONFLICT, {"a": decided})

    assert change == Update(TABLE, (1,), {name: theirs[name] for name in new}, new)


def test_what_both_have_written_is_no_change_any_more() -> None:
    assert rebased(Conflict(UPDATE, {"a": "mine", "b": 1}), {}) == edit(1, "b", 1, 2)
    assert rebased(Conflict(UPDATE, {"a": "mine", "b": 2}), {}) is None
    assert rebased(CONFLICT, {"a": "theirs", "b": 1}) is None


def test_a_number_and_its_text_are_not_the_same_for_two_who_write_them() -> None:
    assert rebased(Conflict(edit(1, "a", 0, 1), {"a": "1"}), {"a": 1}) == edit(1, "a", "1", 1)


def test_a_key_of_several_columns_is_guarded_as_a_whole_and_only_where_it_is_written() -> None:
    table = replace(TABLE, unique_keys=(("a", "b"),))
    update = Update(table, (1,), {"a": "seen", "b": 1}, {"a": "mine"})
    conflict = Conflict(update, {"a": "seen", "b": 7})

    assert guarded(table, ["a"]) == ("a", "b")
    assert guarded(table, ["id"]) == ("id",)
    assert rebased(conflict, {"b": 7}) == replace(update, seen={"a": "seen", "b": 7})
    assert rebased(conflict, {"b": 8}) == replace(
        update, seen={"a": "seen", "b": 7}, new={"a": "mine", "b": 8}
    )


def test_a_row_that_was_changed_is_deleted_as_it_is_now() -> None:
    theirs: dict[str, Value] = {"id": 1, "a": "theirs", "b": None}

    assert deleted_anyway(Conflict(DELETE, theirs)) == replace(DELETE, seen=theirs)


def test_a_row_that_is_gone_is_added_again_as_it_was_with_what_was_edited() -> None:
    update = update_of(TABLE, Row((1,), (1, "seen", None)), {"a": "mine"})

    assert why_not_again(update) is None
    assert added_again(update, (row := ChangeSet().new_row())) == Insert(
        TABLE, row, {"id": 1, "a": "mine", "b": None}
    )


def test_a_key_that_the_database_numbers_is_not_added_again() -> None:
    columns = (replace(COLUMNS[0], locked="numbered by the database"), *COLUMNS[1:])
    update = update_of(replace(TABLE, columns=columns), Row((1,), (1, "seen", None)), {"a": "mine"})

    assert why_not_again(update) is None
    assert added_again(update, ChangeSet().new_row()).values == {"a": "mine", "b": None}


@pytest.mark.parametrize(
    ("update", "why"),
    [
        (edit(1, "a", "seen", "mine"), "what id, b held is not known in full"),
        (
            update_of(TABLE, Row((1,), (1, "x", "b" * (REMEMBERED + 1))), {"a": "mine"}),
            "what b held is not known",
        ),
        (
            update_of(
                replace(TABLE, identity=Identity(address=(COLUMNS[0],))), Row((1,), (1, "x", "y")), {"a": 2}
            ),
            "has no key",
        ),
    ],
)
def test_a_row_that_is_not_known_in_full_is_not_added_again(update: Update, why: str) -> None:
    assert why in (why_not_again(update) or "")


def test_a_long_value_that_is_written_itself_is_known_in_full() -> None:
    long = "b" * (REMEMBERED + 1)
    update = update_of(TABLE, Row((1,), (1, long, None)), {"a": "mine"})

    assert update.seen == {"a": long}
    assert isinstance(update.was["a"], Cut)
    assert why_not_again(update) is None


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (UPDATE, rebased(CONFLICT, {"a": "mine"})),
        (UPDATE, None),
        (edit(1, "a", 1, 2), edit(1, "a", 1.0, 2)),
        (DELETE, replace(DELETE, seen={"id": 1, "a": "theirs", "b": None})),
        (UPDATE, Insert(TABLE, ChangeSet().new_row(), {"a": "mine"})),
    ],
)
def test_what_was_decided_is_one_step_and_undoing_it_opens_the_conflict_again(
    change: Update | Delete, after: Change | None
) -> None:
    changes, others = ChangeSet(), edit(2, "a", 1, 2)
    changes.edit(others)
    changes.delete([change]) if isinstance(change, Delete) else changes.edit(change)
    conflict = Conflict(next(c for c in changes if c.key == change.key and not isinstance(c, Insert)), None)
    assert still_open([conflict], changes) == [conflict]

    changes.rebase(change.key, after)
    assert list(changes) == [others, *([] if after is None else [after])]
    assert still_open([conflict], changes) == []

    changes.undo()
    assert still_open([conflict], changes) == [conflict]
    changes.redo()
    assert still_open([conflict], changes) == []
