"""What is shown of the journal: a line for each save, and its rows before and after. Pure."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from tui.db.images import Held, Image
from tui.db.journal import Saved, State
from tui.db.values import same
from tui.widgets.cells import label, visible
from tui.widgets.change_list import in_a_line
from tui.widgets.moments import when
from tui.widgets.row_names import row_name
from tui.widgets.tones import QUIET

MOST_ROWS = 100
"""Rows of a save that are shown."""

SIGNS = {
    "insert": ("+ ", "$text-success"),
    "update": ("● ", "$text-warning"),
    "delete": ("✗ ", "$text-error"),
}

STATES = {
    State.WRITING: "not known whether it was saved",
    State.UNKNOWN: "not known whether it was saved",
    State.NOT_SAVED: "was not saved",
}


def save_line(save: Saved) -> Content:
    """When, how much, where, why and by whom."""
    count = f"{save.count:,} row{'s' * (save.count != 1)}"
    state = STATES.get(save.state, "")
    return Content.assemble(
        f" {when(save.at):<22}",
        f"{count:>11}  ",
        label(save.tables, 60),
        (f"  {state}" if state else "", "$text-warning"),
        label(f"  “{save.reason}”" if save.reason else "", 80).stylize(QUIET),
        label(f"  {save.who}", 40).stylize(QUIET),
    )


def save_detail(save: Saved, images: Sequence[Image], problems: Sequence[str]) -> Content:
    """The rows of a save, each with what was changed in it."""
    lines = [line for image in images[:MOST_ROWS] for line in _row(image)]
    if save.count > MOST_ROWS:
        lines.append(Content.styled(f"… and {save.count - MOST_ROWS:,} rows more", QUIET))
    if save.left_out:
        lines.append(
            Content.styled(
                "More rows went with these than were recorded: they don't come back.", "$text-warning"
            )
        )
    lines += [label(problem, 200).stylize("$text-warning") for problem in problems]
    return Content("\n").join(lines)


def _row(image: Image) -> Iterator[Content]:
    sign, style = SIGNS[image.kind.partition(" ")[0]]
    more = "  by the database, with another row" if "cascade" in image.kind else ""
    name = f"{image.table.name.label} · {row_name(image.table, image.identity)}"
    yield Content.assemble((sign, style), label(name, 100).stylize("bold"), (more, QUIET))
    before, after = image.before or {}, image.after or {}
    for column in image.table.columns:
        if _is_told(column.name, image.before, image.after):
            parts = [in_a_line(held[column.name]) for held in (before, after) if column.name in held]
            yield Content.assemble(
                (f"    {visible(column.name, 40)}  ", QUIET), Content.styled(" → ", QUIET).join(parts)
            )


def _is_told(name: str, before: Held | None, after: Held | None) -> bool:
    """Whether a column says something: it was changed, or the row is new or gone and it held a value."""
    if before is not None and after is not None:
        return name in before and name in after and not same(before[name], after[name])
    held = after if before is None else before
    return held is not None and held.get(name) is not None
