"""Changes whose row somebody else changed or deleted: what differs, and what becomes of them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tui.db.changes import Change, ChangeKey, Delete, Insert, NewRow, Update, guarded
from tui.db.schema import Table
from tui.db.values import DEFAULT, NOT_EDITED, Cut, Value, same, still_holds

SENTENCES = {
    "changed": "Somebody else changed {columns} since you read this row: m shows both and lets you choose.",
    "gone": "Somebody else deleted this row, or changed its key: m shows what can be done.",
    "moved": "The table has no key: nothing tells whether the row was deleted or has just moved.",
    "unknown": "It can't be added again: what {columns} held is not known in full.",
}


@dataclass(frozen=True)
class Conflict:
    """A change whose row is no longer what the user saw."""

    change: Update | Delete
    theirs: Mapping[str, Value] | None
    """What the row holds now, in all columns that count; None where it is gone."""

    @property
    def key(self) -> ChangeKey:
        """What names the row."""
        return self.change.key

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that somebody else changed, in the table's order; none where the row is gone."""
        theirs, seen = self.theirs, self.change.seen
        if theirs is None:
            return ()
        return tuple(name for name in _seen(self.change) if not still_holds(seen[name], theirs[name]))

    @property
    def sentence(self) -> str:
        """What has happened, for the user."""
        if self.theirs is None:
            return SENTENCES["gone"]
        return SENTENCES["changed"].format(columns=", ".join(self.columns))


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of a conflict."""

    column: str
    seen: Value
    theirs: Value
    """NOT_EDITED where the row is gone."""
    mine: Value
    """NOT_EDITED where the user did not edit the column."""
    is_changed: bool
    """Whether somebody else changed it."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to say which value is right; two who wrote the same agree."""
        return self.is_changed and not same(self.mine, self.theirs)


def conflict_of(change: Update | Delete, theirs: Mapping[str, Value] | None) -> Conflict | None:
    """The conflict of a change with what its row holds now; None where that is what was seen."""
    conflict = Conflict(change, theirs)
    return conflict if theirs is None or conflict.columns else None


def still_open(conflicts: Iterable[Conflict], staged: Iterable[Change]) -> list[Conflict]:
    """The conflicts whose change is still staged as it was."""
    unchanged = {id(change) for change in staged}
    return [conflict for conflict in conflicts if id(conflict.change) in unchanged]


def differences(conflict: Conflict) -> list[Difference]:
    """What the user has to look at: the columns that somebody else changed, and those that were edited."""
    change, theirs = conflict.change, conflict.theirs
    mine = change.new if isinstance(change, Update) else {}
    is_told_in_full = theirs is None and isinstance(change, Delete)
    names = [n for n in _seen(change) if n in mine or n in conflict.columns or is_told_in_full]
    return [
        Difference(
            name,
            change.seen[name],
            NOT_EDITED if theirs is None else theirs[name],
            mine.get(name, NOT_EDITED),
            name in conflict.columns,
        )
        for name in names
    ]


def undecided(conflict: Conflict, decided: Mapping[str, Value]) -> list[str]:
    """The columns of which the user has yet to say what they are to hold."""
    return [one.column for one in differences(conflict) if one.is_open and one.column not in decided]


def rebased(conflict: Conflict, decided: Mapping[str, Value]) -> Update | None:
    """The update over what the row holds now, with the decided values; None where nothing is left to write.

    To take their value is to write none; neither is one written that both have given.
    """
    change, theirs = conflict.change, conflict.theirs
    if not isinstance(change, Update) or theirs is None:
        raise ValueError("only an update of a row that is there can be put on top of it")
    wanted = {**change.new, **decided}
    new = {name: value for name, value in wanted.items() if not same(value, theirs[name])}
    seen = {name: theirs[name] for name in guarded(change.table, new)}
    was = {**change.was, **theirs} if change.was else {}
    return replace(change, seen=seen, new=new, was=was) if new else None


def deleted_anyway(conflict: Conflict) -> Delete:
    """The deletion of the row as it is now."""
    if not isinstance(conflict.change, Delete) or conflict.theirs is None:
        raise ValueError("only a row that is there can be deleted")
    return replace(conflict.change, seen=conflict.theirs)


def why_not_again(change: Update) -> str | None:
    """Why a row that is gone can't be added again with what was edited; None where it can."""
    if change.table.identity.address:
        return SENTENCES["moved"]
    held = _held(change)
    unknown = [n for n in _writable(change.table) if n not in held or isinstance(held[n], Cut)]
    return SENTENCES["unknown"].format(columns=", ".join(unknown)) if unknown else None


def added_again(change: Update, row: NewRow) -> Insert:
    """A new row with what the one that is gone held, and with what was edited."""
    held = _held(change)
    given = {name: held[name] for name in _writable(change.table) if held[name] is not DEFAULT}
    return Insert(change.table, row, given)


def _seen(change: Update | Delete) -> Sequence[str]:
    """The columns that were seen, in the table's order."""
    positions = change.table.positions
    return sorted(change.seen, key=lambda name: positions.get(name, len(positions)))


def _held(change: Update) -> Mapping[str, Value]:
    return {**change.was, **change.seen, **change.new}


def _writable(table: Table) -> Sequence[str]:
    return [column.name for column in table.columns if column.locked is None]
