"""Changes as JSON: what comes back is what was staged, to the last bit."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.db.change_json import decode_change, encode_change, table_name
from tui.db.changes import REMEMBERED, Change, Delete, Insert, NewRow, Update, update_of, written
from tui.db.page import Row
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import DEFAULT, BadText, Cut, Kind, Value, same

USERS = Table(
    TableName("main", "users"),
    TableKind.TABLE,
    (Column("id", "integer", Kind.NUMBER), Column("[name]", "text", Kind.TEXT)),
    Identity(("id",)),
)

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None)),
    st.binary(),
    st.binary().map(BadText),
    st.text().map(Cut),
    st.binary().map(Cut),
    st.just(DEFAULT),
)


def travelled(change: Change) -> Change:
    """The change after its way through a file."""
    encoded = json.loads(json.dumps(encode_change(change)))
    assert table_name(encoded) == change.table.name
    return decode_change(encoded, change.table)


def exact(value: Value) -> object:
    """What tells a value from every other one, NaN from itself not."""
    if isinstance(value, Cut):
        return "cut", exact(value.start)
    return type(value), repr(value)


@given(VALUES, VALUES, VALUES)
def test_every_value_comes_back_as_it_was(key: Value, seen: Value, new: Value) -> None:
    update = Update(USERS, (key,), {"[name]": seen}, {"[name]": new})
    back = travelled(update)
    assert isinstance(back, Update)
    assert exact(back.identity[0]) == exact(key)
    assert exact(back.seen["[name]"]) == exact(seen)
    assert exact(back.new["[name]"]) == exact(new)


def test_what_a_row_was_comes_back_and_may_be_unknown_to_an_earlier_version() -> None:
    update = update_of(USERS, Row((1,), (1, "x" * (REMEMBERED + 1))), {"id": 2})
    assert travelled(update) == update

    encoded = encode_change(update)
    del encoded["was"]
    assert decode_change(encoded, USERS) == replace(update, was={})


@pytest.mark.parametrize("after", [None, NewRow(3), (7,)])
def test_an_insert_and_its_place_come_back(after: NewRow | tuple[int] | None) -> None:
    insert = Insert(USERS, NewRow(4), {"[name]": "", "id": 1}, after)
    assert travelled(insert) == insert


def test_a_deletion_comes_back() -> None:
    delete = Delete(USERS, (1,), {"id": 1, "[name]": None})
    assert travelled(delete) == delete


def test_one_and_one_point_zero_stay_two_things() -> None:
    back = travelled(Insert(USERS, NewRow(1), {"id": 1.0}))
    assert same(written(back)["id"], 1.0)


def test_a_column_that_is_gone_is_refused() -> None:
    encoded = encode_change(Insert(USERS, NewRow(1), {"[name]": "x"}))
    with pytest.raises(KeyError):
        decode_change(encoded, Table(USERS.name, USERS.kind, USERS.columns[:1], USERS.identity))


def test_another_key_is_refused() -> None:
    encoded = encode_change(Delete(USERS, (1,), {}))
    with pytest.raises(ValueError, match="another key"):
        decode_change(encoded, Table(USERS.name, USERS.kind, USERS.columns, Identity(("id", "[name]"))))
