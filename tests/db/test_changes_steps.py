"""Any sequence of steps: undo leads to the start, redo to the end."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.db.test_changes import TABLE, edit, staged
from tui.db.changes import ChangeSet, Insert, NewRow, Update, delete_of
from tui.db.page import Row
from tui.db.values import Value

Step = Callable[[ChangeSet], object]

values = st.sampled_from(["", None, 0, 1, 1.0, "1"])
numbers = st.integers(1, 3)


def do_edit(number: int, column: str, value: Value) -> Step:
    return lambda changes: changes.edit(edit(number, column, 1, value))


def do_insert(value: Value) -> Step:
    return lambda changes: changes.insert(Insert(TABLE, changes.new_row(), {"a": value}))


def do_edit_new(number: int, value: Value) -> Step:
    def step(changes: ChangeSet) -> None:
        row = changes.get(TABLE.name, NewRow(number))
        if isinstance(row, Insert):
            changes.edit_new(row, {"b": value})

    return step


def do_delete(chosen: set[int]) -> Step:
    return lambda changes: changes.delete(delete_of(TABLE, Row((n,), (n, 1, 1))) for n in sorted(chosen))


def do_unstage(chosen: set[int]) -> Step:
    return lambda changes: changes.unstage((TABLE.name, (n,)) for n in chosen)


steps = st.one_of(
    st.builds(do_edit, numbers, st.sampled_from("ab"), values),
    st.builds(do_insert, values),
    st.builds(do_edit_new, numbers, values),
    st.builds(do_delete, st.sets(numbers)),
    st.builds(do_unstage, st.sets(numbers)),
    st.just(ChangeSet.discard),
    st.just(ChangeSet.undo),
    st.just(ChangeSet.redo),
)


@given(st.lists(steps, max_size=30))
def test_undoing_everything_leads_to_the_start_and_redoing_to_the_end(sequence: list[Step]) -> None:
    changes = ChangeSet()
    for step in sequence:
        step(changes)
    while changes.redo():
        pass
    end = staged(changes)
    states = [end]

    while changes.undo():
        states.append(staged(changes))
    assert states[-1] == []
    for state in reversed(states[:-1]):
        assert changes.redo()
        assert staged(changes) == state

    assert staged(changes) == end
    assert not changes.can_redo


@given(st.lists(steps, max_size=30))
def test_a_row_has_one_change_and_no_change_is_empty(sequence: list[Step]) -> None:
    changes = ChangeSet()
    for step in sequence:
        step(changes)

        assert len({change.key for change in changes}) == len(changes)
        for change in changes:
            assert changes.get(change.table.name, change.key[1]) is change
            assert not isinstance(change, Update) or change.new
