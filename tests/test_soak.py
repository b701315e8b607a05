"""The soak's machinery: what the audit finds, what the witness sees, which keys the monkey knows."""

import ast
import asyncio
import threading
from collections import Counter

import pytest

from tests.engines import ALL_SAMPLES
from tests.outside import run
from tests.soak.audit import (
    SoakError,
    check_contents,
    check_saves,
    check_second,
    check_wanted,
    saves_of,
)
from tests.soak.data import TABLES, rows
from tests.soak.engines import REFUSED
from tests.soak.faults import Faults
from tests.soak.keys import MOVES, WORK
from tests.soak.witness import Held, Witness, Write, as_text
from tests.test_conventions import bindings

NAMES = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "asterisk": "*",
    "colon": ":",
    "equals_sign": "=",
    "exclamation_mark": "!",
}
LINE = "2026-01-02 03:04:05.678      1.00 ms  "
UPDATE = f'{LINE}UPDATE public."odd name" SET "order" = $1 WHERE id = $2 RETURNING id\n'
OTHER_UPDATE = f"{LINE}UPDATE `db_a`.`odd name` SET `order` = %s WHERE id = %s\n"
INSERT = f"{LINE}INSERT INTO tags (name) VALUES (?) RETURNING id\n"
BEGIN, COMMIT, ROLLBACK = (f"{LINE}{word}\n" for word in ("BEGIN", "COMMIT", "ROLLBACK"))


def write(
    kind: str,
    table: str,
    *,
    transaction: int = 0,
    by: str = "tui",
    old: Held | None = None,
    new: Held | None = None,
) -> Write:
    return Write(1, transaction, by, table, kind, old, new)


CHANGED, ADDED = write("UPDATE", "odd name"), write("INSERT", "tags")


def test_saves_that_are_in_the_database_are_explained() -> None:
    echo = BEGIN + UPDATE + INSERT + COMMIT + BEGIN + UPDATE + ROLLBACK + BEGIN + INSERT + COMMIT
    other = write("DELETE", "users", by="second")
    check_saves(saves_of(echo), [CHANGED, other, ADDED, ADDED])
    check_saves(saves_of(BEGIN + OTHER_UPDATE + COMMIT), [CHANGED])


@pytest.mark.parametrize(
    ("echo", "writes"),
    [
        (BEGIN + UPDATE + COMMIT, []),
        (BEGIN + UPDATE + INSERT + COMMIT, [CHANGED]),
        (BEGIN + UPDATE + COMMIT, [ADDED]),
        (BEGIN + UPDATE + COMMIT, [CHANGED, CHANGED]),
        (BEGIN + UPDATE + ROLLBACK, [CHANGED]),
        (BEGIN + UPDATE, [CHANGED]),
        ("", [CHANGED]),
    ],
    ids=["lost", "half", "another table", "twice", "rolled back", "killed before the end", "out of nowhere"],
)
def test_a_write_that_no_save_explains_is_found(echo: str, writes: list[Write]) -> None:
    with pytest.raises(SoakError):
        check_saves(saves_of(echo), writes)


def test_a_save_is_one_transaction() -> None:
    saves = saves_of(BEGIN + UPDATE + INSERT + COMMIT)
    first, second = (write("UPDATE", "odd name", transaction=7), write("INSERT", "tags", transaction=8))
    with pytest.raises(SoakError):
        check_saves(saves, [first, second])


def test_a_save_whose_end_nobody_saw_is_there_or_not() -> None:
    saves = saves_of(f"{BEGIN}{UPDATE}{COMMIT}{LINE}COMMIT  -- failed\n{BEGIN}{INSERT}{COMMIT}")
    check_saves(saves, [CHANGED, ADDED])
    check_saves(saves, [ADDED])
    with pytest.raises(SoakError):
        check_saves(saves, [CHANGED])


def test_a_row_that_changed_without_a_write_is_found() -> None:
    old: Held = {"id": "1"}
    new: Held = {"id": "2"}
    before = {"tags": Counter([as_text(old)])}
    writes = [write("UPDATE", "tags", old=old, new=new)]
    check_contents(before, writes, {"tags": Counter([as_text(new)])})
    for rows_after in ([as_text(old)], [], [as_text(new)] * 2):
        with pytest.raises(SoakError):
            check_contents(before, writes, {"tags": Counter(rows_after)})


def test_a_write_of_the_second_program_that_it_does_not_know_of_is_found() -> None:
    said = [{"kind": "UPDATE", "table": "tags", "outcome": "done"}]
    check_second(said, [write("UPDATE", "tags", by="second")] * 3)
    with pytest.raises(SoakError):
        check_second(said, [write("DELETE", "tags", by="second")])


STAGED = {"table": [None, "tags"], "identity": [1], "seen": {"name": "a"}, "new": {"name": "b"}}
HELD: dict[str, str | None] = {"id": "1", "name": "'a'", "description": "NULL"}


def test_a_save_of_what_was_staged_is_explained() -> None:
    done = write("UPDATE", "tags", old=HELD, new=HELD | {"name": "'b'"})
    check_wanted([STAGED], [done], Witness("sqlite:///x"))


@pytest.mark.parametrize(
    "done",
    [
        write("UPDATE", "tags", old=HELD | {"id": "2"}, new=HELD | {"id": "2", "name": "'b'"}),
        write("UPDATE", "tags", old=HELD | {"name": "'c'"}, new=HELD | {"name": "'b'"}),
        write("UPDATE", "tags", old=HELD, new=HELD | {"name": "'c'"}),
        write("UPDATE", "tags", old=HELD, new=HELD | {"name": "'b'", "description": "'x'"}),
        write("DELETE", "tags", old=HELD),
    ],
    ids=["another row", "over another value", "another value", "another column", "another kind"],
)
def test_a_save_of_something_else_than_was_staged_is_found(done: Write) -> None:
    with pytest.raises(SoakError):
        check_wanted([STAGED], [done], Witness("sqlite:///x"))


@ALL_SAMPLES
async def test_the_witness_notes_who_wrote_what(sample_url: str) -> None:
    witness = Witness(sample_url)
    await run(sample_url, *TABLES, *rows()[:10], *witness.statements())
    await run(sample_url, *witness.as_second("DELETE FROM tree WHERE id = 1"))
    await run(sample_url, "UPDATE users SET username = 'x' WHERE id = 17")
    [first, second] = await asyncio.to_thread(witness.writes)
    assert (first.kind, first.table, first.writer, first.new) == ("DELETE", "tree", "second", None)
    assert (second.kind, second.table) == ("UPDATE", "users")
    assert second.writer != "second"
    assert second.old
    assert second.new
    assert (second.old["username"], second.new["username"]) == (witness.form("bob"), witness.form("x"))


@ALL_SAMPLES
async def test_nobody_can_change_what_the_witness_noted(sample_url: str) -> None:
    witness = Witness(sample_url)
    await run(sample_url, *TABLES, *witness.statements(), "DELETE FROM post_tags WHERE post_id = 1")
    for sql in (
        "DELETE FROM soak_log",
        "UPDATE soak_log SET writer = 'second'",
        "INSERT INTO soak_log (writer) VALUES ('x')",
    ):
        with pytest.raises(REFUSED, match="witness"):
            await run(sample_url, sql)


def test_the_monkey_knows_every_key_but_those_that_quit_or_start_another_program() -> None:
    written = [key for _, key, _ in bindings() if key.startswith(("'", '"'))]
    bound = {NAMES.get(name, name) for key in written for name in ast.literal_eval(key).split(",")}
    assert bound - set(MOVES) - set(WORK) == {"q", "ctrl+q", "ctrl+o"}


def test_faults_are_done_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.soak.faults.PAUSE", (0.0, 0.001))
    enough = threading.Event()

    def fault(over: threading.Event) -> None:
        enough.set()

    with Faults({"it": fault}, seed=1) as faults:
        assert enough.wait(60)
    assert faults.done["it"] > 0
    assert not faults.problems
