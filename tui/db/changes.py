"""Changes that are staged, and the set of them: what the user means to write. No database here."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from tui.db.page import Row, RowId
from tui.db.schema import Direction, Table, TableName
from tui.db.values import DEFAULT, PREVIEW, Cut, Unset, Value, same

REMEMBERED = 10_000
"""Characters or bytes of a value that an update remembers of a column which it does not write."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """Stands for the identity of a row that is not in the database yet."""

    number: int


RowKey: TypeAlias = RowId | NewRow
"""What names a row on the screen: its identity, or its number while it is new."""

ChangeKey: TypeAlias = tuple[TableName, RowKey]
"""What names the row of a change among all tables."""


@dataclass(frozen=True)
class Insert:
    """A row to add."""

    table: Table
    row: NewRow
    values: Mapping[str, Value] = field(default_factory=dict)
    """The values that were given, by column; the database fills in the others."""
    after: RowKey | None = None
    """The row that it is shown behind; None: at the start."""

    @property
    def key(self) -> ChangeKey:
        """What names the row."""
        return self.table.name, self.row

    def cells(self) -> tuple[Value, ...]:
        """One value for each column of the table, in its order; what is not given is DEFAULT or REQUIRED."""
        missing = set(self.missing)
        return tuple(
            Unset.REQUIRED if column.name in missing else self.values.get(column.name, DEFAULT)
            for column in self.table.columns
        )

    @property
    def missing(self) -> list[str]:
        """The columns that must have a value, which neither the user nor the database has given."""
        return [
            column.name
            for column in self.table.columns
            if not column.nullable and column.default is None and column.locked is None
            if self.values.get(column.name) is None
        ]


@dataclass(frozen=True)
class Update:
    """New values for some columns of one row."""

    table: Table
    identity: RowId
    seen: Mapping[str, Value]
    """What the user saw: the changed columns, and any others that must still be the same."""
    new: Mapping[str, Value]
    """What the changed columns are to hold."""
    was: Mapping[str, Value] = field(default_factory=dict)
    """What the row held when the user edited it, all columns, very long values cut: should it be gone when
    the update is saved, it can be added again."""

    @property
    def key(self) -> ChangeKey:
        """What names the row."""
        return self.table.name, self.identity


@dataclass(frozen=True)
class Delete:
    """A row to remove."""

    table: Table
    identity: RowId
    seen: Mapping[str, Value]
    """What the row held when the user saw it, all columns; long values are cut."""

    @property
    def key(self) -> ChangeKey:
        """What names the row."""
        return self.table.name, self.identity


Change: TypeAlias = Insert | Update | Delete


def written(change: Change) -> Mapping[str, Value]:
    """The values that a change writes, by column."""
    if isinstance(change, Delete):
        return {}
    return change.new if isinstance(change, Update) else change.values


def guarded(table: Table, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that must still hold what was seen where some are written.

    A row address alone may come to mean another row; a key of several columns, foreign or unique, is one
    value.
    """
    if table.identity.address:
        return tuple(table.positions)
    parents = (relation.key.columns for relation in table.relations if relation.direction is Direction.PARENT)
    keys, names = [*parents, *table.unique_keys], list(columns)
    together = [key for key in keys if not set(key).isdisjoint(names)]
    return tuple(
        dict.fromkeys((*names, *(name for key in together for name in key if name in table.positions)))
    )


def update_of(table: Table, row: Row, new: Mapping[str, Value]) -> Update:
    """The change that writes values into a row as it was read, in full."""
    held = dict(zip(table.positions, row.values, strict=True))
    seen = {name: held[name] for name in guarded(table, new)}
    return Update(table, row.identity, seen, new, {name: _remembered(value) for name, value in held.items()})


def _remembered(value: Value) -> Value:
    is_long = isinstance(value, str | bytes) and len(value) > REMEMBERED
    return Cut(value[:PREVIEW]) if is_long and isinstance(value, str | bytes) else value


class Adjustment(NamedTuple):
    """A value that the database stores otherwise than a change gave it."""

    change: Change
    column: str | None
    """None: the whole row, which is gone again or has another key."""
    stored: Value


def delete_of(table: Table, row: Row) -> Delete:
    """The change that removes a row as it was read."""
    return Delete(table, row.identity, dict(zip(table.positions, row.values, strict=True)))


class ChangeSet:
    """Every change that is staged, in the order in which rows were first touched, with undo and redo.

    A row has one change at most: an edit of an edited row is merged into its update, an edit of a
    new row into its insert, and deleting a new row just forgets it.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._changes: dict[ChangeKey, Change] = {}
        self._past: list[dict[ChangeKey, Change]] = []
        self._future: list[dict[ChangeKey, Change]] = []
        self._on_change = on_change
        self._next_row = 1
        self.revision = 0
        """Another number whenever something is staged, or not any more."""
        self.failed: Mapping[ChangeKey, str | None] = {}
        """The changes that the last save stumbled over, each with the column to blame; until something is
        staged."""

    def __len__(self) -> int:
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes.values())

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether an undone step can be done again."""
        return bool(self._future)

    def get(self, table: TableName, key: RowKey) -> Change | None:
        """The change of one row, None where nothing is staged for it."""
        return self._changes.get((table, key))

    def inserts(self, table: TableName) -> list[Insert]:
        """The rows to add to a table."""
        return [c for c in self if isinstance(c, Insert) and c.table.name == table]

    def stored_row(self, table: TableName, key: RowKey | None) -> RowId | None:
        """The row itself, or of a new row the stored one that it stands behind, if need be behind others."""
        while isinstance(key, NewRow):
            key = self.behind(table, key)
        return key

    def behind(self, table: TableName, row: NewRow) -> RowKey | None:
        """What a new row stands right behind; a new row that is no older counts as none."""
        change = self._changes.get((table, row))
        place = change.after if isinstance(change, Insert) else None
        return None if isinstance(place, NewRow) and place.number >= row.number else place

    def new_row(self) -> NewRow:
        """A name for a row that is about to be staged."""
        self._next_row += 1
        return NewRow(self._next_row - 1)

    def edit(self, update: Update) -> None:
        """Stage new values for cells of a row that is in the database."""
        self.stage([update])

    def edit_new(self, row: Insert, values: Mapping[str, Value]) -> None:
        """Stage new values for cells of a new row; DEFAULT leaves a cell to the database."""
        given = {column: value for column, value in {**row.values, **values}.items() if value is not DEFAULT}
        self._put({row.key: replace(row, values=given)})

    def insert(self, insert: Insert) -> None:
        """Stage a new row."""
        self._put({insert.key: insert})

    def delete(self, deletes: Iterable[Delete], new_rows: Iterable[ChangeKey] = ()) -> None:
        """Stage the deletion of rows, as one step; new rows are just forgotten."""
        self.stage(deletes, new_rows)

    def stage(self, changes: Iterable[Change], forgotten: Iterable[ChangeKey] = ()) -> None:
        """Stage changes of many rows as one step, each over what is staged for its row; forget new rows."""
        made: dict[ChangeKey, Change | None] = dict.fromkeys(forgotten)
        for change in changes:
            old = self._changes.get(change.key)
            if isinstance(change, Update):
                merged = _merged(old, change) if isinstance(old, Update) else change
                made[change.key] = _without_unchanged(merged)
            else:
                made[change.key] = change
        self._put(made)

    def unstage(self, keys: Iterable[ChangeKey]) -> None:
        """Forget the changes of some rows, as one step; a new row is gone."""
        self._put(dict.fromkeys(keys))

    def rebase(self, key: ChangeKey, change: Change | None) -> None:
        """Put a change in place of one that was made over other values, as one step; None: forget it."""
        self._put({key: None} if change is None else {key: None, change.key: change})

    def discard(self) -> None:
        """Forget all changes, as one step: it can be undone."""
        self.unstage(list(self._changes))

    def restore(self, changes: Iterable[Change]) -> None:
        """Stage changes of an earlier run, as one step; rows that have a change by now keep it."""
        first = self._next_row
        renamed = [_renumbered(change, first) for change in changes]
        numbers = [change.row.number for change in renamed if isinstance(change, Insert)]
        self._next_row = max(numbers, default=first) + 1
        self._put({change.key: change for change in renamed if change.key not in self._changes})

    def undo(self) -> bool:
        """Take back the last step; False where there is none."""
        return self._travel(self._past, self._future)

    def redo(self) -> bool:
        """Do the last undone step again; False where there is none."""
        return self._travel(self._future, self._past)

    def saved(self, keys: Iterable[ChangeKey]) -> None:
        """Forget the changes that are in the database now, and with them the steps before."""
        done = set(keys)
        self._past.clear()
        self._future.clear()
        self._replace(self._without(self._changes, done))

    def mark_failed(self, failed: Mapping[ChangeKey, str | None]) -> None:
        """Remember which changes could not be saved and why, for the screens to mark."""
        self.failed = failed
        self._on_change()

    def _put(self, changes: Mapping[ChangeKey, Change | None]) -> None:
        given = {key: change for key, change in changes.items() if change is not None}
        after = self._without({**self._changes, **given}, changes.keys() - given.keys())
        if not all(_same_change(after.get(key), self._changes.get(key)) for key in changes):
            self._past.append(self._changes)
            self._future.clear()
            self._replace(after)

    def _without(
        self, changes: Mapping[ChangeKey, Change], gone: Collection[ChangeKey]
    ) -> dict[ChangeKey, Change]:
        """The other changes; a new row that stood behind one that is gone stands where that one stood."""

        def moved(change: Change) -> Change:
            if not isinstance(change, Insert):
                return change
            place = change.after
            while isinstance(place, NewRow) and (change.table.name, place) in gone:
                place = self.behind(change.table.name, place)
            return change if place == change.after else replace(change, after=place)

        return {key: moved(change) for key, change in changes.items() if key not in gone}

    def _travel(
        self, origin: list[dict[ChangeKey, Change]], destination: list[dict[ChangeKey, Change]]
    ) -> bool:
        if not origin:
            return False
        destination.append(self._changes)
        self._replace(origin.pop())
        return True

    def _replace(self, changes: dict[ChangeKey, Change]) -> None:
        self._changes = changes
        self.revision += 1
        self.failed = {}
        self._on_change()


def _renumbered(change: Change, first: int) -> Change:
    """The change with other numbers for new rows, from one on that is free."""

    def renumbered(key: RowKey | None) -> RowKey | None:
        return NewRow(first + key.number) if isinstance(key, NewRow) else key

    if not isinstance(change, Insert):
        return change
    return replace(change, row=NewRow(first + change.row.number), after=renumbered(change.after))


def _merged(old: Update, new: Update) -> Update:
    """Both updates of one row in one: what was seen first, what is wanted last."""
    return replace(old, seen={**new.seen, **old.seen}, new={**old.new, **new.new})


def _without_unchanged(update: Update) -> Update | None:
    """The update without the cells that keep their value; None where nothing is left to write."""
    new = {column: value for column, value in update.new.items() if not same(value, update.seen[column])}
    return replace(update, new=new) if new else None


def _same_change(left: Change | None, right: Change | None) -> bool:
    """Whether two changes of one row write the same, over the same."""
    if left is None or right is None or type(left) is not type(right):
        return left is right
    return _same_values(written(left), written(right)) and _same_values(_seen(left), _seen(right))


def _seen(change: Change) -> Mapping[str, Value]:
    return {} if isinstance(change, Insert) else change.seen


def _same_values(left: Mapping[str, Value], right: Mapping[str, Value]) -> bool:
    return left.keys() == right.keys() and all(same(value, right[column]) for column, value in left.items())
