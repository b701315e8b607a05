"""Values of every kind, on every engine: shown as they are, and written back the same to the last byte."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import false, func, select

from tests.db.kinds import EXACT, FIRST, KINDS, engine_of
from tests.db.kinds.kind import Kinds
from tests.db.opening import made, table_of
from tests.db.paging import backward, forward, value
from tests.outside import Rows, fetch, run
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.dialects.source import source_of
from tui.db.entry import accept
from tui.db.errors import ConflictError
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import Table
from tui.db.values import BadText, Cut, Value, same, still_holds
from tui.db.view import View

UNIQUE = {
    "sqlite": "INSERT OR IGNORE {}",
    "postgresql": "INSERT {} ON CONFLICT DO NOTHING",
    "mariadb": "INSERT IGNORE {}",
}
"""How rows are added whose keys are not there yet."""

FAMILIES = [(engine, family) for engine, families in KINDS.items() for family in families]


@pytest.fixture(params=FAMILIES, ids="-".join)
def family(request: pytest.FixtureRequest) -> tuple[str, Sequence[Kinds]]:
    """An empty database, and a family of kinds that its engine holds."""
    engine, name = request.param
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    return url, KINDS[engine][name]


@asynccontextmanager
async def filled(family: tuple[str, Sequence[Kinds]]) -> AsyncIterator[Database]:
    """A table for each kind: a row for each value, in the column v; NULL is in the first row."""
    url, kinds = family
    await run(url, *FIRST[engine_of(url)])
    await run(url, *(statement for n, kind in enumerate(kinds) for statement in _table(n, kind)))
    async with made(url) as database:
        yield database


def _table(number: int, kind: Kinds) -> Iterator[str]:
    columns = f"id int NOT NULL PRIMARY KEY, v {kind.type}, w {kind.type}"
    values = ", ".join(f"({index}, {value}, NULL)" for index, value in enumerate(("NULL", *kind.literals)))
    yield f"CREATE TABLE t{number} ({columns}) {kind.suffix}"
    yield f"INSERT INTO t{number} VALUES {values}"


async def exact(url: str, number: int, column: str, where: str = "true") -> Rows:
    """What a column holds row by row, to the last byte."""
    form = EXACT[engine_of(url)].format(column)
    return await fetch(url, f"SELECT {form} FROM t{number} WHERE {where} ORDER BY id")


async def whole_rows(database: Database, table: Table) -> list[Row]:
    """All rows as a page shows them, with the values that it cuts in full."""
    page = (await rows.first_page(database, View(table))).rows
    whole = [row if not any_cut(row) else await rows.get(database, table, row.identity) for row in page]
    assert all(
        row is not None and all(map(still_holds, shown.values, row.values))
        for shown, row in zip(page, whole, strict=True)
    )
    return [row for row in whole if row is not None]


def any_cut(row: Row) -> bool:
    return any(isinstance(value, Cut) for value in row.values)


async def test_values_of_every_kind_are_written_as_they_were_read(
    family: tuple[str, Sequence[Kinds]],
) -> None:
    """Into another column of the row, and into a copy of the row."""
    url, kinds = family
    async with filled(family) as database:
        for number, kind in enumerate(kinds):
            table = await table_of(database, f"t{number}")
            found = await whole_rows(database, table)
            updates = [
                Update(table, row.identity, {"v": row.values[1], "w": None}, {"w": row.values[1]})
                for row in found
            ]
            copies = [
                Insert(table, NewRow(n), {"id": value(database, 1000 + n), "v": row.values[1]})
                for n, row in enumerate(found)
            ]
            before = await exact(url, number, "v")

            report = await save(database, [*updates, *copies])

            assert report.adjusted == (), kind
            assert await exact(url, number, "v", "id < 1000") == before, kind
            assert await exact(url, number, "w", "id < 1000") == before, kind
            assert await exact(url, number, "v", "id >= 1000") == before, kind


async def test_the_text_of_every_value_is_accepted_as_that_value(
    family: tuple[str, Sequence[Kinds]],
) -> None:
    """Whoever types what stands there already means just that."""
    async with filled(family) as database:
        for number, kind in enumerate(family[1]):
            table = await table_of(database, f"t{number}")
            column = table.column("v")
            for row in await whole_rows(database, table):
                seen = row.values[1]
                if isinstance(seen, BadText):
                    continue
                accepted = await accept(database, column, typed(seen), seen)
                check = database.dialect.check(column, seen)
                stored = seen if check is None else (await database.fetch(check))[0][0]

                assert same(accepted, seen), (kind, seen)
                assert same(stored, seen), (kind, seen)


def typed(seen: Value) -> str | None:
    """A value as a user would type it."""
    return seen.hex() if isinstance(seen, bytes) else None if seen is None else str(seen)


async def test_the_guard_of_every_value_holds_for_that_value_only(
    family: tuple[str, Sequence[Kinds]],
) -> None:
    """Of all values of its kind: another one in its place is a change that somebody else made."""
    async with filled(family) as database:
        for number, kind in enumerate(family[1]):
            table = await table_of(database, f"t{number}")
            truth = [text for (text,) in await exact(family[0], number, "v")]
            found = await whole_rows(database, table)
            v = source_of(table).c.v
            holds = [database.dialect.holds(table.column("v"), v, row.values[1]) for row in found]
            guards = select(*(func.coalesce(guard, false()) for guard in holds)).order_by(v.table.c.id)

            for text, held in zip(truth, await database.fetch(guards), strict=True):
                assert [bool(answer) for answer in held] == [text == other for other in truth], (kind, text)


async def test_another_programs_change_of_a_value_of_every_kind_is_a_conflict(
    family: tuple[str, Sequence[Kinds]],
) -> None:
    """NULL became a value, and a value became NULL."""
    url, kinds = family
    async with filled(family) as database:
        tables = [await table_of(database, f"t{number}") for number in range(len(kinds))]
        last = [len(kind.literals) for kind in kinds]
        swap = "UPDATE t{0} SET v = CASE WHEN id = 0 THEN (SELECT v FROM t{0} WHERE id = {1}) END"
        pages = [(await rows.first_page(database, View(table))).rows for table in tables]
        await run(url, *(swap.format(number, index) for number, index in enumerate(last)))
        before = [await exact(url, number, "v") for number in range(len(kinds))]
        for table, page in zip(tables, pages, strict=True):
            for row in (page[0], page[-1]):
                with pytest.raises(ConflictError, match="Somebody else changed v "):
                    await save(database, [Update(table, row.identity, {"v": row.values[1]}, {"v": None})])

        assert [await exact(url, number, "v") for number in range(len(kinds))] == before


async def test_values_of_every_kind_name_their_row_where_they_can_be_keys(
    family: tuple[str, Sequence[Kinds]],
) -> None:
    """Rows are paged by them in both directions, changed and deleted, each alone."""
    url, kinds = family
    async with filled(family) as database:
        keys = {n: kind for n, kind in enumerate(kinds) if kind.is_key}
        for n, kind in keys.items():
            await run(
                url,
                f"CREATE TABLE k{n} (k {kind.type} NOT NULL PRIMARY KEY, a int) {kind.suffix}",
                UNIQUE[engine_of(url)].format(f"INTO k{n} SELECT v, 0 FROM t{n} WHERE NOT v IS NULL"),
            )
        await database.reload_catalog()
        for n, kind in keys.items():
            table = await table_of(database, f"k{n}")
            view = View(table)
            found = await forward(database, view, 2)

            assert table.identity.columns == ("k",)
            assert await backward(database, view, 2) == found, kind
            assert await fetch(url, f"SELECT count(*) FROM k{n}") == [(len(found),)], kind
            one = {"a": value(database, 1)}
            await save(database, [Update(table, row.identity, {"a": row.values[1]}, one) for row in found])
            assert await fetch(url, f"SELECT DISTINCT a FROM k{n}") == [(1,)], kind
            await save(database, [delete_of(table, row) for row in await forward(database, view)])
            assert await fetch(url, f"SELECT count(*) FROM k{n}") == [(0,)], kind


def test_there_are_kinds_enough() -> None:
    counts = {
        engine: sum(len(kind.literals) for kinds in families.values() for kind in kinds)
        for engine, families in KINDS.items()
    }

    assert counts["sqlite"] > 65
    assert counts["postgresql"] > 98
    assert counts["mariadb"] > 80
