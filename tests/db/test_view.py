"""What the user looks at, as a value."""

from dataclasses import replace

from tui.db.schema import Identity, Table, TableKind, TableName
from tui.db.view import Filter, Operator, Sort, View, those

VIEW = View(Table(TableName("main", "t"), TableKind.TABLE, (), Identity(("id",))))


def test_a_column_is_sorted_up_then_down_then_not_at_all() -> None:
    up = VIEW.toggle_sort("a")
    down = up.toggle_sort("a")

    assert [view.sorts for view in (up, down)] == [(Sort("a"),), (Sort("a", descending=True),)]
    assert down.toggle_sort("a") == VIEW


def test_another_column_takes_the_place_of_the_sorted_one() -> None:
    view = VIEW.toggle_sort("a").toggle_sort("a").toggle_sort("b")

    assert view.sorts == (Sort("b"),)
    assert view.sorted_by("b") == Sort("b")
    assert view.sorted_by("a") is None


def test_the_filters_that_let_one_value_through_are_what_a_new_row_gets() -> None:
    filters = (
        Filter("a", 1, Operator.IS),
        Filter("b", 2, Operator.ABOVE),
        Filter("c", operator=Operator.NULL),
        Filter("d", 4),
        Filter("d", 5, is_or=True),
        Filter("e", 6, is_on=False),
    )
    assert replace(VIEW, filters=filters).given == {"a": 1, "c": None}


def test_a_group_goes_on_without_the_filter_that_began_it() -> None:
    """Else the rest of it would be joined to the group before by an or."""
    a, b, c, d = Filter("a", 1), Filter("b", 1), Filter("c", 1, is_or=True), Filter("d", 1)
    assert those((a, b, c, d), lambda item: item is not b) == (a, replace(c, is_or=False), d)
    assert those((a, b, c, d), lambda item: item not in (b, c)) == (a, d)
    assert those((a, b, c, d), lambda item: item is not a) == (b, c, d)
    assert those((a, c), lambda item: item is not c) == (a,)
