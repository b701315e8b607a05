"""What the witness saw, against what the program and the second program say that they did."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from tests.soak.data import KEYS
from tests.soak.witness import SECOND, Held, Witness, Write, as_text

LINE = re.compile(r"\S+ \S+ +[\d.]+ ms  (.*)")
WRITES = re.compile(
    r'(INSERT|UPDATE|DELETE) (?:INTO |FROM )?(?:["`]?\w+["`]?\.)?(?:"((?:[^"]|"")+)"|`([^`]+)`|(\w+))'
)


class SoakError(AssertionError):
    """Something does not hold."""


@dataclass
class Save:
    """A transaction that writes, as the echo tells it."""

    writes: list[tuple[str, str]] = field(default_factory=list)
    """Kind and table of each statement that was done."""
    is_sent: bool = False
    """Whether COMMIT was sent."""
    is_unsure: bool = False
    """Whether nobody saw how COMMIT ended."""


def saves_of(echo: str) -> list[Save]:
    """The transactions in an echo; the last one's end may be missing, where the program was killed."""
    saves: list[Save] = []
    for line in echo.split("\n"):
        if match := LINE.fullmatch(line):
            _note(match[1], saves)
    return saves


def _note(statement: str, saves: list[Save]) -> None:
    if statement == "BEGIN":
        saves.append(Save())
    elif statement.startswith("COMMIT") and saves:
        saves[-1].is_sent = True
        saves[-1].is_unsure = statement != "COMMIT"
    elif (found := WRITES.match(statement)) and not statement.endswith("-- failed"):
        saves[-1].writes.append((found[1], (found[2] or "").replace('""', '"') or found[3] or found[4]))


def check_saves(saves: Sequence[Save], writes: Sequence[Write]) -> None:
    """Hold the program's writes against the saves that it committed: each in whole, and no other write."""
    ours = [write for write in writes if write.writer != SECOND]
    at = 0
    for save in saves:
        if not save.is_sent or not save.writes:
            continue
        part = ours[at : at + len(save.writes)]
        if [(write.kind, write.table) for write in part] == save.writes and _is_whole(part, ours[at:]):
            at += len(part)
        elif not save.is_unsure:
            raise SoakError(f"a save is not in the database, or half of it: {save.writes} is {part[:5]}")
    if ours[at:]:
        raise SoakError(f"{len(ours) - at} writes that nobody asked for: {ours[at:][:5]}")


def _is_whole(part: Sequence[Write], rest: Sequence[Write]) -> bool:
    """Whether writes are one transaction and all of it, where transactions have numbers."""
    numbers = {write.transaction for write in part}
    following = {write.transaction for write in rest[len(part) : len(part) + 1]}
    return numbers == {0} or (len(numbers) == 1 and not numbers & following)


def check_second(said: Iterable[Mapping[str, Any]], writes: Sequence[Write]) -> None:
    """Hold the second program's writes against the statements that it says were done."""
    done = iter([(one["kind"], one["table"]) for one in said if one["outcome"] == "done"])
    theirs = [(write.kind, write.table) for write in writes if write.writer == SECOND]
    for written, _ in groupby(theirs):
        if written not in done:
            raise SoakError(f"the second program says nothing of {written}")


def check_contents(
    before: Mapping[str, Counter[str]], writes: Iterable[Write], after: Mapping[str, Counter[str]]
) -> None:
    """Hold what the tables hold against what they held, and all that was written since."""
    expected = {table: Counter(rows) for table, rows in before.items()}
    for write in writes:
        if write.old is not None:
            expected[write.table][as_text(write.old)] -= 1
        if write.new is not None:
            expected[write.table][as_text(write.new)] += 1
    for table, rows in expected.items():
        if +rows != after[table] or any(count < 0 for count in rows.values()):
            raise SoakError(f"{table} holds other rows than were written: {_difference(rows, after[table])}")


def _difference(expected: Counter[str], found: Counter[str]) -> str:
    missing, surplus = list((expected - found).elements()), list((found - expected).elements())
    return f"missing {missing[:3]}, not explained {surplus[:3]}"


def check_wanted(wanted: Sequence[Any], writes: Sequence[Write], witness: Witness) -> None:
    """Hold what one save wrote against what was staged, as it was kept on disk: each row, each value."""
    left = list(writes)
    for change in wanted:
        found = next((write for write in left if _does(write, change, witness)), None)
        if found is None:
            raise SoakError(f"staged but not written so: {json.dumps(change)[:600]}; written: {left[:5]}")
        left.remove(found)
    if left:
        raise SoakError(f"written but not staged: {left[:5]}; staged: {json.dumps(wanted)[:600]}")


def _does(write: Write, change: Any, witness: Witness) -> bool:
    """Whether a write is what a change asked for: its row, its values, and no other value."""
    kind = "INSERT" if "insert" in change else "UPDATE" if "new" in change else "DELETE"
    if (kind, change["table"][1]) != (write.kind, write.table):
        return False
    if kind == "INSERT":
        return _hold(write.new, change["values"], witness)
    key = dict(zip(KEYS.get(write.table, ()), change["identity"], strict=False))
    is_row = _hold(write.old, key | change["seen"], witness)
    return is_row and (kind == "DELETE" or _is_only(write, change["new"], witness))


def _is_only(write: Write, new: Mapping[str, Any], witness: Witness) -> bool:
    old, now = write.old or {}, write.new or {}
    return _hold(now, new, witness) and all(old[name] == now[name] for name in old if name not in new)


def _hold(held: Held | None, values: Mapping[str, Any], witness: Witness) -> bool:
    """Whether a row holds values; those of which only the beginning or the kind is told are let pass."""
    plain = dict(_plain(values))
    return held is not None and all(held[name] == witness.form(value) for name, value in plain.items())


def _plain(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if not isinstance(value, dict) and "\0" not in str(value):
            yield name, value
