"""The journal: what was saved is written down before it is committed, and can be taken back."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.db.files import make
from tests.db.opening import cells, made, opened, row_of, table_of
from tests.db.test_files_full import small_disk
from tests.db.triggers import changing
from tests.outside import Rows, fetch, run
from tui.db.address import parse_address
from tui.db.changes import Change, Insert, NewRow, delete_of, update_of
from tui.db.database import Database
from tui.db.errors import JournalError, SaveError
from tui.db.images import Recorder
from tui.db.journal import Journal, State
from tui.db.save import Log, save
from tui.db.take_back import Inverse, decoded, found_out, inverse
from tui.db.transaction import Transaction, in_transaction

HOUSES = (
    "CREATE TABLE house (id integer PRIMARY KEY, name varchar(50), note varchar(50), "
    "twice integer GENERATED ALWAYS AS (id * 2) STORED)",
    "CREATE TABLE room (house_id integer, number integer, label varchar(50), "
    "PRIMARY KEY (house_id, number), FOREIGN KEY (house_id) REFERENCES house (id) ON DELETE CASCADE)",
    "CREATE TABLE bed (id integer PRIMARY KEY, house_id integer, number integer, "
    "FOREIGN KEY (house_id, number) REFERENCES room (house_id, number) ON DELETE CASCADE)",
    "CREATE TABLE guest (id integer PRIMARY KEY, house_id integer, "
    "FOREIGN KEY (house_id) REFERENCES house (id) ON DELETE SET NULL)",
    "INSERT INTO house (id, name) VALUES (1, 'red'), (2, 'blue'), (3, NULL)",
    "INSERT INTO room VALUES (1, 1, 'hall'), (1, 2, ''), (2, 1, NULL)",
    "INSERT INTO bed VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1)",
    "INSERT INTO guest VALUES (1, 1), (2, 2), (3, NULL)",
)
TABLES = ("house", "room", "bed", "guest")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal that is not there yet."""
    return Journal(tmp_path / "state" / "journal.db")


async def contents(url: str) -> list[Rows]:
    return [await fetch(url, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]


async def take_back(database: Database, journal: Journal) -> Sequence[str]:
    """Stage and save what undoes the last save; what can't be undone."""
    saved = journal.saves(database.address)[0]
    images, problems = await decoded(database, journal.changes(saved.number))
    numbers = iter(range(1, 100))
    undone = inverse(images, lambda: NewRow(next(numbers)))
    await save(database, undone.changes, log=Log(journal, "taken back"))
    return [*problems, *undone.problems]


async def test_a_save_with_all_that_went_along_is_taken_back(empty_url: str, journal: Journal) -> None:
    """A cascade over two levels, a key set to NULL, a trigger, a composite key, a generated column."""
    note = changing(empty_url, "house", "note", "CASE WHEN NEW.name = 'green' THEN 'seen' ELSE NEW.note END")
    async with made(empty_url, *HOUSES, *note) as database:
        before = await contents(empty_url)
        house, guest = await table_of(database, "house"), await table_of(database, "guest")
        red, blue = [await row_of(database, house, "name", name) for name in ("red", "blue")]
        other = (cells(blue, house)["id"], "4" if isinstance(cells(blue, house)["id"], str) else 4)
        changes: list[Change] = [
            delete_of(house, red),
            update_of(house, await row_of(database, house, "id", _number(other[0], 3)), {"name": "green"}),
            Insert(guest, NewRow(1), {"id": other[1], "house_id": other[0]}),
        ]
        report = await save(database, changes, log=Log(journal, "a guest moved"))

        assert report.is_in_journal
        assert await contents(empty_url) != before
        [saved] = journal.saves(database.address)
        assert (saved.reason, saved.state, saved.left_out) == ("a guest moved", State.SAVED, False)
        assert (saved.count, saved.tables) == (8, "house, guest, room, bed")
        assert not await take_back(database, journal)
        assert await contents(empty_url) == before
        assert len(journal.saves(database.address)) == 2
        await take_back(database, journal)
        assert (await contents(empty_url))[1:3] == [[(2, 1, None)], [(3, 2, 1)]]


def _number(like: object, number: int) -> object:
    return str(number) if isinstance(like, str) else number


async def test_a_key_that_was_changed_is_changed_back(empty_url: str, journal: Journal) -> None:
    async with made(empty_url, *HOUSES[:1], *HOUSES[4:5]) as database:
        house = await table_of(database, "house")
        row = await row_of(database, house, "name", "red")
        new = "9" if isinstance(row.identity[0], str) else 9
        await save(database, [update_of(house, row, {"id": new})], log=Log(journal))
        await take_back(database, journal)
        assert await fetch(empty_url, "SELECT id, twice FROM house ORDER BY id") == [(1, 2), (2, 4), (3, 6)]


async def test_nothing_remains_of_a_save_that_is_refused(empty_url: str, journal: Journal) -> None:
    async with made(empty_url, *HOUSES[:1], *HOUSES[4:5]) as database:
        house = await table_of(database, "house")
        row = await row_of(database, house, "name", "red")
        await run(empty_url, "UPDATE house SET name = 'theirs' WHERE id = 1")
        with pytest.raises(SaveError):
            await save(database, [update_of(house, row, {"name": "mine"})], log=Log(journal))
        assert journal.saves(database.address) == []


async def test_what_a_dead_program_left_is_found_out_by_reading(empty_url: str, journal: Journal) -> None:
    async with made(empty_url, *HOUSES[:1], *HOUSES[4:5]) as database:
        house = await table_of(database, "house")
        row = await row_of(database, house, "name", "red")
        await save(database, [update_of(house, row, {"name": "mine"})], log=Log(journal))
        [saved] = journal.saves(database.address)
        images, _ = await decoded(database, journal.changes(saved.number))
        states = [await found_out(database, images)]
        for name in ("red", "another"):
            await run(empty_url, f"UPDATE house SET name = '{name}' WHERE id = 1")
            states.append(await found_out(database, images))
        assert states == [State.SAVED, State.NOT_SAVED, State.UNKNOWN]


async def edited(database: Database, text: str, journal: Journal) -> None:
    """Save another text in the one row of a file."""
    table = await table_of(database, "t")
    row = await row_of(database, table, "id", 1)
    await save(database, [update_of(table, row, {"a": text})], log=Log(journal))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a database, but longer than a header" * 20, "it is no SQLite file"),
        (None, "another program has locked it"),
        (b"", "a later version of tui has made it"),
    ],
)
async def test_a_journal_that_cannot_be_written_stops_the_save_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, reason: str
) -> None:
    monkeypatch.setattr("tui.db.journal.PATIENCE", 0.1)
    journal = Journal(tmp_path / "journal.db")
    journal.path.write_bytes(content or b"")
    async with opened(f"sqlite:///{make(tmp_path / 'x.db')}") as database:
        with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
            if content is None:
                other.execute("BEGIN EXCLUSIVE")
            elif not content:
                other.execute("PRAGMA user_version = 99")
            before = await fetch(f"sqlite:///{tmp_path / 'x.db'}", "SELECT * FROM t")
            with pytest.raises(JournalError, match=reason):
                await edited(database, "new", journal)
        assert await fetch(f"sqlite:///{tmp_path / 'x.db'}", "SELECT * FROM t") == before


async def test_a_full_disk_under_the_journal_stops_the_save(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    journal = Journal(tmp_path / "disk" / "journal.db")
    async with opened(f"sqlite:///{make(tmp_path / 'x.db')}") as database:
        with small_disk(tmp_path / "disk"):
            with pytest.raises(JournalError, match="disk"):
                await edited(database, "x" * 1_000_000, journal)
            await edited(database, "short", journal)
            assert [one.state for one in journal.saves(database.address)] == [State.SAVED]


async def test_the_oldest_saves_make_room_and_a_save_that_is_too_large_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db", limit=1)
    async with opened(f"sqlite:///{make(tmp_path / 'x.db')}") as database:
        for letter in "abc":
            await edited(database, letter * 300_000, journal)
        assert [one.number for one in journal.saves(database.address)] == [3]
        with pytest.raises(JournalError, match="room for 1 MiB"):
            await edited(database, "d" * 2_000_000, journal)


async def test_the_journal_is_for_the_user_alone_and_holds_no_password(
    tmp_path: Path, journal: Journal
) -> None:
    async with opened(f"sqlite:///{make(tmp_path / 'x.db')}") as database:
        await edited(database, "new", journal)
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700
    address = parse_address("postgresql://ann:secret@h/db")
    assert await asyncio.to_thread(journal.begin, address, []) == 2
    assert b"secret" not in await asyncio.to_thread(journal.path.read_bytes)


async def test_any_program_can_read_the_journal(tmp_path: Path, journal: Journal) -> None:
    async with opened(f"sqlite:///{make(tmp_path / 'x.db')}") as database:
        await edited(database, "new", journal)
    with closing(sqlite3.connect(journal.path)) as connection:
        [row] = connection.execute(
            'SELECT s.state, c.kind, c."table", c.identity, c."after" '
            "FROM changes c JOIN saves s ON s.id = save_id"
        ).fetchall()
    assert row[:4] == ("saved", "update", "t", "[1]")
    assert json.loads(row[4])["a"] == "new"


KEYLESS_CHILD = (
    "CREATE TABLE p (id integer PRIMARY KEY)",
    "CREATE TABLE c (p_id integer, FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE)",
    "INSERT INTO p VALUES (1)",
    "INSERT INTO c VALUES (1), (1)",
)


async def test_rows_that_nothing_names_go_along_and_are_said_to_be_left_out(
    empty_mariadb_url: str, journal: Journal
) -> None:
    async with made(empty_mariadb_url, *KEYLESS_CHILD) as database:
        table = await table_of(database, "p")
        await save(database, [delete_of(table, await row_of(database, table, "id", "1"))], log=Log(journal))
        [saved] = journal.saves(database.address)
        assert saved.left_out
        assert [row.table for row in journal.changes(saved.number)] == ["p"]
    assert await fetch(empty_mariadb_url, "SELECT count(*) FROM c") == [(0,)]


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
async def test_nobody_changes_a_row_between_its_image_and_its_update(
    engine: str, request: pytest.FixtureRequest
) -> None:
    """What somebody else wrote in another column would be taken for a part of the save."""
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    statements = (
        "CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer)",
        "INSERT INTO t VALUES (1, 2, 3)",
    )
    async with made(url, *statements) as database:
        table = await table_of(database, "t")
        change = update_of(table, await row_of(database, table, "id", "1"), {"a": "7"})
        recorder = Recorder(database, [change])
        others: list[asyncio.Task[None]] = []

        async def work(transaction: Transaction) -> None:
            await recorder.look(transaction)
            others.append(asyncio.create_task(run(url, "UPDATE t SET b = 9")))
            done, _ = await asyncio.wait(others, timeout=0.5)
            assert not done
            await transaction.update(table, change.identity, change.new, change.seen)
            [image] = await recorder.images(transaction, {change.key: change.identity})
            assert image.before is not None
            assert image.after is not None
            assert (image.before["b"], image.after["b"]) == ("3", "3")

        await in_transaction(database, work)
        await asyncio.gather(*others)
    assert await fetch(url, "SELECT a, b FROM t") == [(7, 9)]


async def test_a_column_that_came_since_does_not_keep_a_save_from_being_taken_back(
    empty_sqlite_url: str, journal: Journal
) -> None:
    async with made(empty_sqlite_url, "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 2)") as database:
        table = await table_of(database, "t")
        change = update_of(table, await row_of(database, table, "a", 1), {"b": 3})
        await save(database, [change], log=Log(journal))
        await run(empty_sqlite_url, "ALTER TABLE t ADD COLUMN c")
        await database.reload_catalog()
        await save(database, (await taken_back(database, journal)).changes)
    assert await fetch(empty_sqlite_url, "SELECT * FROM t") == [(1, 2, None)]


async def taken_back(database: Database, journal: Journal) -> Inverse:
    """What undoes the newest save."""
    newest = journal.saves(database.address)[0]
    images, _ = await decoded(database, journal.changes(newest.number))
    return inverse(images, lambda: NewRow(1))


async def test_a_key_that_the_database_gives_anew_is_said_to_be_another(
    empty_postgresql_url: str, journal: Journal
) -> None:
    statements = (
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text)",
        "INSERT INTO t (a) VALUES ('x')",
    )
    async with made(empty_postgresql_url, *statements) as database:
        table = await table_of(database, "t")
        await save(database, [delete_of(table, await row_of(database, table, "id", "1"))], log=Log(journal))
        made_of = await taken_back(database, journal)
    assert made_of.problems == ["A row of t gets another key: the database numbers it."]
    assert len(made_of.changes) == 1


async def test_a_file_of_an_odd_name_has_a_journal_too(tmp_path: Path, journal: Journal) -> None:
    path = Path(str(tmp_path / "odd-\udcff.db"))
    with closing(sqlite3.connect(str(path).encode("utf-8", "surrogateescape"))) as connection:
        connection.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 2)")
    async with opened(str(path)) as database:
        table = await table_of(database, "t")
        report = await save(
            database, [update_of(table, await row_of(database, table, "id", 1), {"a": 3})], log=Log(journal)
        )
        assert report.is_in_journal


def test_what_is_found_out_does_not_replace_what_the_program_itself_has_noted(journal: Journal) -> None:
    address = parse_address(":memory:")
    number = journal.begin(address, [])
    journal.conclude(number, State.SAVED)
    journal.find_out(number, State.NOT_SAVED)
    assert [saved.state for saved in journal.saves(address)] == [State.SAVED]


async def test_a_new_row_that_is_gone_again_is_no_evidence(empty_sqlite_url: str, journal: Journal) -> None:
    async with made(
        empty_sqlite_url, "CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 1)"
    ) as database:
        table = await table_of(database, "t")
        changes: list[Change] = [
            Insert(table, NewRow(1), {"id": 5}),
            update_of(table, await row_of(database, table, "id", 1), {"a": 2}),
        ]
        await save(database, changes, log=Log(journal))
        await run(empty_sqlite_url, "DELETE FROM t WHERE id = 5")
        images, _ = await decoded(database, journal.changes(journal.saves(database.address)[0].number))
        assert await found_out(database, images) is State.SAVED
        assert await found_out(database, [one for one in images if one.kind == "insert"]) is State.NOT_SAVED
