"""What a grid shows of a view: its rows with everything that is staged for them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tui.db.changes import ChangeSet, Delete, Insert, NewRow, RowKey, Update
from tui.db.labels import parents_of
from tui.db.needle import Needle
from tui.db.page import Row, RowId
from tui.db.schema import Column, Table
from tui.db.values import DEFAULT, Value, same
from tui.db.view import Sort, View
from tui.widgets.cells import contains, visible
from tui.widgets.filter_text import chip, one
from tui.widgets.rows import GridColumn, GridRow, RowState


@dataclass(frozen=True)
class Marks:
    """What is marked in a view besides what is staged."""

    rows: Mapping[RowKey, Row | None] = field(default_factory=dict)
    """The rows that the user marked, as they were then; None stands for a new row."""
    hit: Needle | None = None
    """The text that was searched for."""
    is_all: bool = False
    """Whether all rows that the view matches are marked, those that are not loaded too."""


NO_MARKS = Marks()

KnownLabels: TypeAlias = dict[int, tuple[tuple[int, ...], Mapping[tuple[Value, ...], str]]]
"""Behind which column labels stand: the columns of the foreign key, and a label for what they hold."""

LABEL_ROOM = 16
"""Cells that are kept for a label."""


def grid_columns(view: View) -> list[GridColumn]:
    """The columns of a view with the signs of its order and of its foreign keys."""
    keys = set(view.table.identity.columns)
    labelled = {relation.key.columns[-1] for relation in parents_of(view.table)}
    return [
        GridColumn(
            column.name,
            column.kind,
            column.name in keys,
            _sign(view, column),
            LABEL_ROOM if column.name in labelled else 0,
        )
        for column in view.table.columns
    ]


def _sign(view: View, column: Column) -> str:
    sort = view.sorted_by(column.name)
    order = "" if sort is None else "↓" if sort.descending else "↑"
    order += str(view.order_number(column.name) or "")
    return order + ("→" if view.table.relation_from(column.name) else "")


def row_key(row: Row, index: int, offset: int | None) -> RowKey:
    """What names a row on the screen: its identity, else its place in the view."""
    return row.identity or ("row", (offset or 0) + index)


def with_labels(rows: Sequence[GridRow], labels: KnownLabels) -> list[GridRow]:
    """The rows with the labels that are known for what they hold."""
    return [replace(row, labels=found) if (found := _labels(row, labels)) else row for row in rows]


def _labels(row: GridRow, labels: KnownLabels) -> dict[int, str]:
    found = {
        column: known.get(tuple(row.values[place] for place in places), "")
        for column, (places, known) in labels.items()
    }
    return {column: label for column, label in found.items() if label}


def grid_rows(
    view: View, rows: Sequence[Row], offset: int | None, changes: ChangeSet, marks: Marks = NO_MARKS
) -> list[GridRow]:
    """The rows as they will be, with the view's new rows behind the ones that they were added at."""
    table = view.table
    inserts = _by_place(view, changes, {row.identity for row in rows})
    shown = [_inserted(table, insert, changes, marks) for insert in _behind(None, inserts)]
    for index, row in enumerate(rows):
        shown.append(_staged(table, row, row_key(row, index, offset), changes, marks))
        new = _behind(row.identity, inserts) if row.identity else ()
        shown += [_inserted(table, insert, changes, marks) for insert in new]
    return shown


def _is_in(view: View, insert: Insert) -> bool:
    """Whether the view's filters will let a new row through."""
    return all(same(insert.values.get(column), value) for column, value in view.given.items())


def _by_place(view: View, changes: ChangeSet, loaded: set[RowId]) -> dict[RowKey | None, list[Insert]]:
    """The new rows by the row that they stand right behind, loaded or new; None: in front of all."""
    name = view.table.name
    shown = {insert.row: insert for insert in changes.inserts(name) if _is_in(view, insert)}
    places: dict[RowKey | None, list[Insert]] = {}
    for row, insert in shown.items():
        place = changes.behind(name, row)
        while isinstance(place, NewRow) and place not in shown:
            place = changes.behind(name, place)
        known = place if isinstance(place, NewRow) or place in loaded else None
        places.setdefault(known, []).append(insert)
    return places


def _behind(place: RowKey | None, inserts: Mapping[RowKey | None, Sequence[Insert]]) -> Iterator[Insert]:
    """The new rows behind a row, each with those that stand behind it."""
    waiting = list(reversed(inserts.get(place, ())))
    while waiting:
        insert = waiting.pop()
        yield insert
        waiting += reversed(inserts.get(insert.row, ()))


def _inserted(table: Table, insert: Insert, changes: ChangeSet, marks: Marks) -> GridRow:
    """A new row; the table may have got or lost columns since it was staged."""
    cells = dict(zip(insert.table.positions, insert.cells(), strict=True))
    values = tuple(cells.get(name, DEFAULT) for name in table.positions)
    staged = _places(table, insert.values)
    failed = _failed(table, insert.row, changes)
    is_marked = insert.row in marks.rows
    return GridRow(insert.row, values, RowState.INSERTED, staged, failed, is_marked)


def _places(table: Table, names: Iterable[str]) -> frozenset[int]:
    return frozenset(table.positions[name] for name in names if name in table.positions)


def _staged(table: Table, row: Row, key: RowKey, changes: ChangeSet, marks: Marks) -> GridRow:
    change = changes.get(table.name, key)
    values, staged = row.values, frozenset[int]()
    if isinstance(change, Update):
        staged = _places(table, change.new)
        values = tuple(change.new.get(c.name, v) for c, v in zip(table.columns, row.values, strict=True))
    state = RowState.DELETED if isinstance(change, Delete) else RowState.PLAIN
    failed = _failed(table, key, changes)
    is_marked = marks.is_all or key in marks.rows
    return GridRow(key, values, state, staged, failed, is_marked, marks.hit)


def _failed(table: Table, key: RowKey, changes: ChangeSet) -> frozenset[int]:
    """The columns to blame for a failed save; all of them where the database named none."""
    if (table.name, key) not in changes.failed:
        return frozenset()
    place = table.positions.get(changes.failed[table.name, key] or "")
    return frozenset(range(len(table.columns)) if place is None else [place])


def first_hit(values: Sequence[Value], needle: Needle) -> int:
    """The first column that has what is looked for; 0 where none has it."""
    return next((index for index, value in enumerate(values) if contains(value, needle)), 0)


def _sort_text(sort: Sort) -> str:
    nulls = {None: "", True: " NULLs first", False: " NULLs last"}[sort.nulls_first]
    return f"{sort.column} {'↓' if sort.descending else '↑'}{nulls}"


def view_title(view: View) -> str:
    """A view in one line: the table, its filters, its order."""
    parts = [view.table.name.label]
    parts += [chip(group, [view.table.column(item.column).kind for item in group]) for group in view.groups]
    off = (item for item in view.filters if not item.is_on)
    parts += [f"○ {one(item, view.table.column(item.column).kind)}" for item in off]
    parts += [f"WHERE {visible(view.condition, 60)}"] if view.condition else []
    parts += [_sort_text(sort) for sort in view.sorts]
    if not view.table.identity.exists:
        parts.append("read-only")
    return " ── ".join(parts)
