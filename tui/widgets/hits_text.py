"""A row that was found somewhere in the database, as one line. Pure."""

import re

from textual.content import Content

from tui.db.everywhere import Hit
from tui.db.labels import label_column
from tui.db.schema import Table
from tui.widgets.cells import fit, fit_ends, text_of, visible
from tui.widgets.tones import QUIET

NAME, KEY, LABEL, COLUMN = 18, 10, 22, 14
"""Cells of the parts of a line."""

ROOMY = 90
"""Cells of a line in which there is room for a label."""

BEFORE = 12
"""Characters of a value that are shown before what was found in it."""


def hit_line(table: Table, hit: Hit, text: str, width: int, *, is_first: bool) -> Content:
    """The table where it is another one than above, the row's key and label, and the value."""
    values = hit.row.values
    key = ", ".join(text_of(value) for value in hit.row.identity)
    line = [table_part(table.name.label if is_first else ""), Content(f"{fit(key, KEY)} ")]
    told = label_column(table)
    if width >= ROOMY:
        named = "" if told is None or told.name == hit.column else text_of(values[table.positions[told.name]])
        line.append(Content(f"{fit(named, LABEL)} "))
    if hit.column is None:
        return Content.assemble(*line, ("further on in a long text", QUIET))
    value = text_of(values[table.positions[hit.column]])
    return Content.assemble(*line, (f"{fit_ends(visible(hit.column), COLUMN)} ", QUIET), excerpt(value, text))


def table_part(name: str) -> Content:
    """The first part of a line: the table's name."""
    return Content.styled(f" {fit_ends(visible(name), NAME)} ", "bold")


def excerpt(value: str, text: str) -> Content:
    """A value from a little before what was found in it, which stands out."""
    found = re.search(re.escape(text), value, re.IGNORECASE)
    if found is None:
        return Content(value)
    start = max(0, found.start() - BEFORE)
    before = ("…" if start else "") + value[start : found.start()]
    return Content.assemble(before, (found[0], "bold $text-accent"), value[found.end() :])
