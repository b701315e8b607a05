"""Which column of a change a constraint means, where the engine does not say it itself."""

import re
from collections.abc import Iterable, Sequence

from tui.db.changes import Change, Delete, Update, written
from tui.db.database import Database
from tui.db.errors import QueryError, RefusedError
from tui.db.impact import impact_of
from tui.db.labels import parents_of
from tui.db.page import Row
from tui.db.related import load_related
from tui.db.schema import Relation
from tui.db.values import DEFAULT, Cut, Unset, Value


def blamed_column(change: Change, sentence: str) -> str | None:
    """The column that a sentence is about: the only one that is written, or one that is named in it.

    A constraint is often called after its table and columns (`users_email_key`), a check quotes them, and
    where a unique key is refused, its values are quoted. None where that does not tell.
    """
    if isinstance(change, Delete):
        return None
    names = list(written(change))
    if isinstance(change, Update) and len(names) == 1:
        return names[0]
    candidates = names if isinstance(change, Update) else list(change.table.positions)
    words = set(re.findall(r"[^\W_]+|\w+", sentence.lower()))
    named = [name for name in candidates if name.lower() in words]
    types = [name for name in candidates if change.table.column(name).type.lower() in words]
    return next(iter(named), types[0] if len(types) == 1 else _of_key(change, sentence))


def _of_key(change: Change, sentence: str) -> str | None:
    """The first column of the key whose values are quoted with hyphens between them."""
    values = {**getattr(change, "seen", {}), **written(change)}
    for key in (change.table.identity.columns, *change.table.unique_keys):
        held = [values.get(name) for name in key]
        if key and None not in held and f"'{'-'.join(map(str, held))}'" in sentence:
            return key[0]
    return None


async def explained(database: Database, error: RefusedError, staged: Iterable[Change]) -> RefusedError:
    """The same refusal, but where the engine names no column: the one that it is about.

    To be asked when the transaction has been rolled back: foreign keys that are broken are found by reading.
    """
    change = error.change
    if error.column is not None or change is None:
        return error
    try:
        if "foreign key" not in str(error).lower():
            found = None
        elif isinstance(change, Delete):
            found = await _keeping(database, change, list(staged))
        else:
            found = await _pointing_nowhere(database, change, list(staged))
    except QueryError:
        found = None
    return found or RefusedError(str(error), change, blamed_column(change, str(error)))


def _may_come(relation: Relation, values: Sequence[Value], staged: Iterable[Change]) -> bool:
    """Whether the same save may write the row that a foreign key names: it gives it just this key, or one
    that the database makes."""
    names = relation.key.parent_columns
    others = (c for c in staged if c.table.name == relation.target and not isinstance(c, Delete))
    given = ([written(c).get(name, DEFAULT) for name in names] for c in others)
    made = [key for key in given if any(value is not DEFAULT for value in key)]
    return any(all(map(_may_be, key, values)) for key in made)


def _may_be(given: Value, wanted: Value) -> bool:
    return given is DEFAULT or str(given) == str(wanted)


async def _keeping(database: Database, change: Delete, staged: Sequence[Change]) -> RefusedError | None:
    """Which rows still point to one that is to be deleted."""
    blocks = (await impact_of(database, [change], staged)).blocks
    if not blocks:
        return None
    who = ", ".join(f"{one.count_text} of {one.key.child.label}" for one in blocks)
    sentence = f"A foreign key keeps this row: {who} still point to it. Delete or change them first."
    return RefusedError(sentence, change)


async def _pointing_nowhere(
    database: Database, change: Change, staged: Sequence[Change]
) -> RefusedError | None:
    """Which foreign key names a row that is not there, and can't be one that was to be written as well."""
    table = change.table
    held = {**getattr(change, "was", {}), **getattr(change, "seen", {}), **written(change)}
    row = Row((), tuple(held.get(name) for name in table.positions))
    for relation in parents_of(table):
        values = [held.get(name) for name in relation.key.columns]
        is_written = not written(change).keys().isdisjoint(relation.key.columns)
        is_known = not any(value is None or isinstance(value, Unset | Cut) for value in values)
        if not is_written or not is_known or _may_come(relation, values, staged):
            continue
        if not await load_related(database, table, relation, [row]):
            return RefusedError(_nowhere(relation, values), change, relation.key.columns[0])
    return None


def _nowhere(relation: Relation, values: Sequence[Value]) -> str:
    names = zip(relation.key.parent_columns, values, strict=True)
    row = ", ".join(f"{name} {value if isinstance(value, str) else repr(value)}" for name, value in names)
    own = ", ".join(relation.key.columns)
    return f"A foreign key ({own}) refused it: there is no row of {relation.target.label} with {row}."
