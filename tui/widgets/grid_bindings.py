"""The keys of a grid."""

from textual.binding import Binding, BindingType


def _quiet(name: str, keys: str, action: str, tooltip: str) -> Binding:
    """A key for moving about: it works, but takes no room in the footer."""
    id = f"grid.{name.replace(' ', '-')}"
    return Binding(keys, action, name, show=False, tooltip=tooltip, id=id)


GRID_BINDINGS: list[BindingType] = [
    Binding("enter", "open", "open", tooltip="Open the highlighted row as a record", id="grid.open"),
    _quiet("up", "up,k", "step(-1)", "Move the highlight to the row above"),
    _quiet("down", "down,j", "step(1)", "Move the highlight to the row below"),
    _quiet("left", "left,h", "step_column(-1)", "Move the highlight to the column on the left"),
    _quiet("right", "right,l", "step_column(1)", "Move the highlight to the column on the right"),
    _quiet("page up", "pageup,ctrl+b", "page(-1)", "Move a screenful of rows up"),
    _quiet("page down", "pagedown,ctrl+f", "page(1)", "Move a screenful of rows down"),
    _quiet("first column", "home,0", "first_column", "Move the highlight to the first column"),
    _quiet("last column", "end,$", "last_column", "Move the highlight to the last column"),
    _quiet("first row", "g,ctrl+home", "first_row", "Go to the first row of the view"),
    _quiet("last row", "G,ctrl+end", "last_row", "Go to the last row of the view"),
    _quiet("narrower", "<", "widen(-4)", "Make the highlighted column narrower"),
    _quiet("wider", ">", "widen(4)", "Make the highlighted column wider"),
]
"""Every key has an id, so that a user can give it another one."""
