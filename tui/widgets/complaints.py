"""Why a change could not be saved, for people to read. Pure."""

from collections.abc import Iterable

from textual.content import Content

from tui.db.changes import Adjustment, Change, ChangeKey, Delete
from tui.db.errors import AdjustedError, ConflictError, JournalError, SaveError, UnknownOutcomeError
from tui.db.merge import Conflict, Difference, differences, still_open
from tui.db.values import NOT_EDITED
from tui.widgets.cells import fit, label, visible
from tui.widgets.change_list import in_a_line
from tui.widgets.tones import QUIET

UNWRITTEN = " s saves without it, but such a save can't be taken back."
"""What can be done where the journal can't be used."""


def blamed(failure: SaveError | None, staged: Iterable[Change]) -> set[ChangeKey]:
    """The changes that a save failed for, as far as nothing has been done about them."""
    if isinstance(failure, ConflictError):
        return {conflict.key for conflict in still_open(failure.conflicts, staged)}
    if isinstance(failure, AdjustedError):
        return {item.change.key for item in failure.adjustments}
    return {failure.change.key} if failure is not None and failure.change is not None else set()


def complaint(failure: SaveError | None, change: Change, width: int) -> list[Content]:
    """What went wrong with a change, in paragraphs of a width; none where nothing did."""
    if failure is None or (failure.change is not None and change.key not in blamed(failure, [change])):
        return []
    if isinstance(failure, ConflictError):
        (conflict,) = still_open(failure.conflicts, [change])
        return [_reason(failure, conflict.sentence), *_conflict_table(conflict, width)]
    more = UNWRITTEN if isinstance(failure, JournalError) else ""
    reason = _reason(failure, f"{failure}{more}")
    if isinstance(failure, AdjustedError):
        own = (item for item in failure.adjustments if item.change.key == change.key)
        return [reason, Content("\n").join(map(_adjustment, own))]
    return [reason]


def _reason(failure: SaveError, sentence: str) -> Content:
    sign = "!" if isinstance(failure, UnknownOutcomeError) else "! Not saved:"
    return label(f"{sign} {sentence}").stylize("bold $text-error")


def _adjustment(item: Adjustment) -> Content:
    if item.column is None:
        return Content.styled("the row would be gone again, or have another key", "bold $text-error")
    return Content.assemble(
        (f"{visible(item.column)} would be stored as ", QUIET), (in_a_line(item.stored), "bold $text-error")
    )


def _conflict_table(conflict: Conflict, width: int) -> list[Content]:
    """Column by column what the user saw, what is there now, and what the user wants."""
    if conflict.theirs is None:
        return []
    room = max(8, (width - 9) // 4)
    header = Content.styled("   ".join(fit(word, room) for word in ("", "seen", "theirs", "mine")), QUIET)
    lines = [_line(one, room, conflict.change) for one in differences(conflict)]
    return [Content("\n").join([header, *lines])]


def _line(one: Difference, room: int, change: Change) -> Content:
    is_kept = one.mine is NOT_EDITED
    mine = "deleted" if isinstance(change, Delete) else "kept" if is_kept else in_a_line(one.mine)
    return Content("   ").join(
        [
            Content.styled(fit(visible(one.column), room), QUIET),
            Content(fit(in_a_line(one.seen), room)),
            Content.styled(fit(in_a_line(one.theirs), room), "bold $text-error" if one.is_changed else ""),
            Content(fit(mine, room)),
        ]
    )
