"""What a grid is given to show, as values."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tui.db.needle import Needle
from tui.db.values import Kind, Value


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid."""

    name: str
    kind: Kind
    is_key: bool = False
    """Whether it stays at the left edge when the others scroll sideways."""
    sign: str = ""
    """What stands behind the name in the header, e.g. `↑`."""
    label_room: int = 0
    """Cells that are kept for a label behind each value; 0: there are no labels."""


class RowState(Enum):
    """What will become of a row when the staged changes are saved."""

    PLAIN = "plain"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a grid; column indexes count the grid's columns as they were given."""

    key: Hashable
    """What tells the row from all others of the view."""
    values: tuple[Value, ...]
    state: RowState = RowState.PLAIN
    staged: frozenset[int] = frozenset()
    """The columns whose value is staged; `values` holds the new one."""
    failed: frozenset[int] = frozenset()
    """The columns that a failed save has complained about."""
    is_marked: bool = False
    hit: Needle | None = None
    """The text that was searched for: looked for in each cell only when that is drawn."""
    labels: Mapping[int, str] = field(default_factory=dict)
    """What stands behind the values of some columns: the name of the row that a foreign key points to."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The loaded rows: a run without a gap out of a view that may be much longer."""

    rows: Sequence[GridRow] = ()
    at_start: bool = True
    """Whether nothing comes before the first row."""
    at_end: bool = True
    """Whether nothing comes after the last row."""
    offset: int | None = 0
    """How many rows of the view come before the first one, None where that isn't known."""
    total: int | None = None
    """Rows of the whole view, counted or estimated, None where that isn't known."""

    @property
    def ends(self) -> tuple[object, ...]:
        """What changes whenever the run grows, shrinks or moves."""
        edge = (self.rows[0].key, self.rows[-1].key) if self.rows else ()
        return (len(self.rows), self.at_start, self.at_end, *edge)
