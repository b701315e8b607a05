"""Taking a save back: what the journal holds -> the changes that undo it; and whether it was written."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tui.db.change_json import decode_key, decode_values
from tui.db.changes import REMEMBERED, Change, Delete, Insert, NewRow, Update, guarded
from tui.db.database import Database
from tui.db.errors import MissingError
from tui.db.images import Held, Image
from tui.db.journal import Recorded, State
from tui.db.rows import get
from tui.db.schema import Table, TableName
from tui.db.values import Cut, Value, same, still_holds

EVIDENCE = 20
"""Rows that are read at most to find out whether a save was written."""


@dataclass
class Inverse:
    """The changes that undo a save, and what can't be undone."""

    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """A sentence for each row or column that stays as it is."""


async def decoded(database: Database, rows: Sequence[Recorded]) -> tuple[list[Image], list[str]]:
    """The images as they were recorded, and a sentence for each that fits no table any more.

    Raises QueryError where the tables can't be read.
    """
    tables: dict[TableName, Table] = {}
    for name in {TableName(row.schema, row.table) for row in rows}:
        entry = database.catalog.find(name)
        with suppress(MissingError):
            tables[name] = await database.table(entry.name if entry else name)
    return await asyncio.to_thread(_images, tables, rows)


def _images(tables: Mapping[TableName, Table], rows: Sequence[Recorded]) -> tuple[list[Image], list[str]]:
    images: list[Image] = []
    problems: list[str] = []
    for row in rows:
        try:
            images.append(_image(row, tables[TableName(row.schema, row.table)]))
        except (KeyError, TypeError, ValueError):
            problems.append(f"A row of {row.table} can't be taken back: the table is another one by now.")
    return images, problems


def _image(row: Recorded, table: Table) -> Image:
    identity = decode_key(row.identity)
    if not isinstance(identity, tuple) or len(identity) != len(table.identity_columns):
        raise ValueError("the table has another key by now")
    before, after = (None if held is None else decode_values(held, table) for held in (row.before, row.after))
    return Image(table, row.kind, identity, before, after)


def inverse(images: Sequence[Image], new_row: Callable[[], NewRow]) -> Inverse:
    """The changes that make rows what they were before a save, over what they were after it."""
    made = Inverse()
    for image in images:
        if image.before is None and image.after is not None:
            made.changes.append(Delete(image.table, image.identity, image.after))
        elif image.before is not None and image.after is None:
            _add_again(made, image, image.before, new_row)
        elif image.before is not None and image.after is not None:
            _change_back(made, image, image.before, image.after)
    return made


def _add_again(made: Inverse, image: Image, before: Held, new_row: Callable[[], NewRow]) -> None:
    values = {c.name: before[c.name] for c in image.table.columns if c.name in before and c.locked is None}
    if any(isinstance(value, Cut) for value in values.values()):
        made.problems.append(f"A row of {image.table.name.label} is not known in full.")
    else:
        made.changes.append(Insert(image.table, new_row(), values))
        if any(image.table.column(name).locked for name in image.table.identity.columns):
            made.problems.append(
                f"A row of {image.table.name.label} gets another key: the database numbers it."
            )


def _change_back(made: Inverse, image: Image, before: Held, after: Held) -> None:
    table = image.table
    columns = [c for c in table.columns if c.name in before and c.name in after and c.locked is None]
    other = [c.name for c in columns if not same(before[c.name], after[c.name])]
    unknown = [name for name in other if isinstance(before[name], Cut)]
    if unknown:
        made.problems.append(f"{', '.join(unknown)} of a row of {table.name.label} is not known in full.")
    new = {name: before[name] for name in other if name not in unknown}
    if new:
        seen = {name: after[name] for name in guarded(table, new) if name in after}
        made.changes.append(Update(table, image.identity, seen, new, _remembered(after)))


def _remembered(held: Held) -> Mapping[str, Value]:
    """What an update remembers of the whole row; no very long values."""
    return {n: v for n, v in held.items() if not isinstance(v, str | bytes) or len(v) <= REMEMBERED}


async def found_out(database: Database, images: Sequence[Image]) -> State:
    """Whether a save was written whose end nobody noted, as its rows tell. Raises QueryError."""
    is_absent = bool(images)
    for image in images[:EVIDENCE]:
        row = await get(database, image.table, image.identity)
        now = None if row is None else dict(zip(image.table.positions, row.values, strict=True))
        if image.before is None and now is None:
            continue  # not written, or deleted since
        is_absent = False
        is_after, is_before = _is(image.after, now), _is(image.before, now)
        if is_after != is_before:
            return State.SAVED if is_after else State.NOT_SAVED
    return State.NOT_SAVED if is_absent else State.UNKNOWN


def _is(image: Held | None, now: Held | None) -> bool:
    """Whether a row is as it was then."""
    if image is None or now is None:
        return image is now
    return all(name in now and still_holds(value, now[name]) for name, value in image.items())
