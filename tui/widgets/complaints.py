"""Why a change could not be saved, for people to read. Pure."""

from collections.abc import Mapping

from textual.content import Content

from tui.db.changes import Adjustment, Change, ChangeKey, Delete, Insert, Update
from tui.db.errors import AdjustedError, ConflictError, SaveError, UnknownOutcomeError
from tui.db.values import DEFAULT, Value, still_holds
from tui.widgets.cells import fit, label, visible
from tui.widgets.change_list import in_a_line
from tui.widgets.tones import QUIET


def blamed(failure: SaveError | None) -> set[ChangeKey]:
    """The changes that a save failed for."""
    if isinstance(failure, AdjustedError):
        return {item.change.key for item in failure.adjustments}
    return {failure.change.key} if failure is not None and failure.change is not None else set()


def complaint(failure: SaveError | None, change: Change, width: int) -> list[Content]:
    """What went wrong with a change, in paragraphs of a width; none where nothing did."""
    if failure is None or (failure.change is not None and change.key not in blamed(failure)):
        return []
    sign = "!" if isinstance(failure, UnknownOutcomeError) else "! Not saved:"
    reason = label(f"{sign} {failure}").stylize("bold $text-error")
    if isinstance(failure, ConflictError) and failure.theirs is not None:
        return [reason, _conflicts(change, failure.theirs, width)]
    if isinstance(failure, AdjustedError):
        own = (item for item in failure.adjustments if item.change.key == change.key)
        return [reason, Content("\n").join(map(_adjustment, own))]
    return [reason]


def _adjustment(item: Adjustment) -> Content:
    if item.column is None:
        return Content.styled("the row would be gone again, or have another key", "bold $text-error")
    return Content.assemble(
        (f"{visible(item.column)} would be stored as ", QUIET), (in_a_line(item.stored), "bold $text-error")
    )


def _conflicts(change: Change, theirs: Mapping[str, Value], width: int) -> Content:
    """Column by column what the user saw, what is there now, and what the user wants."""
    seen = {} if isinstance(change, Insert) else change.seen
    mine = change.new if isinstance(change, Update) else {}
    room = max(8, (width - 9) // 4)
    names = [n for n in seen if n in theirs and (n in mine or not still_holds(seen[n], theirs[n]))]
    gone = DEFAULT if isinstance(change, Update) else None
    rows = [(name, seen[name], theirs[name], mine.get(name, gone)) for name in names]
    header = Content.styled("   ".join(fit(word, room) for word in ("", "seen", "theirs", "mine")), QUIET)
    return Content("\n").join([header, *(_conflict(row, room, change) for row in rows)])


def _conflict(row: tuple[str, Value, Value, Value], room: int, change: Change) -> Content:
    name, seen, theirs, mine = row
    is_changed = not still_holds(seen, theirs)
    last = "deleted" if isinstance(change, Delete) else "kept" if mine is DEFAULT else in_a_line(mine)
    return Content("   ").join(
        [
            Content.styled(fit(visible(name), room), QUIET),
            Content(fit(in_a_line(seen), room)),
            Content.styled(fit(in_a_line(theirs), room), "bold $text-error" if is_changed else ""),
            Content(fit(last, room)),
        ]
    )
