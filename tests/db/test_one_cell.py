"""The strongest property: after the edit of one cell, every other cell of the table is what it was."""

import asyncio
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.db.kinds import EXACT, FIRST, KINDS, engine_of
from tests.db.kinds.kind import Kinds
from tests.db.opening import opened, table_of
from tests.outside import Rows, fetch, run
from tui.db import rows
from tui.db.changes import ChangeSet
from tui.db.database import Database
from tui.db.entry import accept
from tui.db.errors import SaveError, ValueRefusedError
from tui.db.save import save
from tui.db.schema import Table
from tui.db.values import Value
from tui.db.view import View
from tui.screens.staging import stage_values, whole_row

EXAMPLES = {"sqlite": 60, "postgresql": 40, "mariadb": 40}
LOOSE = ("sqlite",)
"""Engines whose columns hold any value."""

ADDRESSED = ("sqlite", "postgresql")
"""Engines that give rows an address, so that a table without a key can be edited."""


@dataclass(frozen=True)
class Case:
    """A table, and an edit of one of its cells."""

    columns: tuple[Kinds, ...]
    key: str
    """What stands behind the columns."""
    cells: tuple[tuple[str, ...], ...]
    """Its rows, as literals."""
    row: int
    column: int
    source: int
    """The row whose value is written, or one beyond the last: then it is the text."""
    text: str

    def statements(self) -> list[str]:
        """Make the table anew."""
        names = ", ".join(f"c{n} {kind.type}" for n, kind in enumerate(self.columns))
        values = ", ".join(f"({n}, {', '.join(cells)})" for n, cells in enumerate(self.cells))
        return [
            "DROP TABLE IF EXISTS t",
            f"CREATE TABLE t (id int NOT NULL, {names}{self.key}",
            f"INSERT INTO t VALUES {values}",
        ]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def cells(engine: str, kind: Kinds) -> st.SearchStrategy[str]:
    """Literals for a column: those of its kind, others where it takes any text or bytes, NULL."""
    known = st.sampled_from(("NULL", *kind.literals))
    if engine in LOOSE:
        numbers = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
        return known | TEXTS.map(literal) | numbers.map(repr) | st.binary().map(lambda b: f"x'{b.hex()}'")
    return known | TEXTS.map(literal) if kind.type in ("text", "varchar") else known


@st.composite
def cases(draw: st.DrawFn, engine: str) -> Case:
    """Tables of a few columns and rows, with a key or none."""
    kinds = [kind for family in KINDS[engine].values() for kind in family if not kind.suffix]
    columns = tuple(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)))
    keys = [", PRIMARY KEY (id))", ", UNIQUE (id))", *([")"] if engine in ADDRESSED else [])]
    keys += [", PRIMARY KEY (id)) WITHOUT ROWID"] if engine in LOOSE else []
    row = st.tuples(*(cells(engine, kind) for kind in columns))
    filled = tuple(draw(st.lists(row, min_size=1, max_size=6)))
    places = st.integers(0, len(filled) - 1)
    column = st.integers(0, len(columns) - 1)
    source = st.integers(0, len(filled))
    return Case(
        columns, draw(st.sampled_from(keys)), filled, draw(places), draw(column), draw(source), draw(TEXTS)
    )


async def everything(url: str, case: Case) -> Rows:
    """Every cell of the table, to the last byte."""
    form = EXACT[engine_of(url)]
    parts = ", ".join(form.format(f"c{n}") for n in range(len(case.columns)))
    return await fetch(url, f"SELECT id, {parts} FROM t ORDER BY id")


async def new_value(database: Database, table: Table, case: Case) -> Value:
    """What is to be written: the value of another row, or what the column makes of a text."""
    name = f"c{case.column}"
    found = {int(str(row.values[0])): row for row in (await rows.first_page(database, View(table))).rows}
    if case.source in found:
        whole = await whole_row(database, table, found[case.source])
        return whole.values[table.positions[name]]
    return await accept(database, table.column(name), case.text)


async def edit(url: str, case: Case) -> tuple[Rows, Rows, bool]:
    """The table before and after the edit of a cell, and whether the edit was taken."""
    await run(url, *case.statements())
    before = await everything(url, case)
    async with opened(url) as database:
        table = await table_of(database, "t")
        page = (await rows.first_page(database, View(table))).rows
        [row] = [row for row in page if int(str(row.values[0])) == case.row]
        changes = ChangeSet()
        is_taken = True
        try:
            value = await new_value(database, table, case)
            whole = await whole_row(database, table, row)
            stage_values(changes, table, whole, {table.column(f"c{case.column}").name: value})
            await save(database, changes)
        except (ValueRefusedError, SaveError):
            is_taken = False
    return before, await everything(url, case), is_taken


def assert_one_cell(case: Case, before: Rows, after: Rows, *, is_taken: bool) -> None:
    wanted = [list(cells) for cells in before]
    if is_taken and case.source < len(before):
        wanted[case.row][case.column + 1] = before[case.source][case.column + 1]
        assert [list(cells) for cells in after] == wanted
        return
    if is_taken:
        wanted[case.row][case.column + 1] = after[case.row][case.column + 1]
    assert [list(cells) for cells in after] == wanted


@pytest.mark.parametrize("engine", EXAMPLES)
def test_an_edit_of_one_cell_leaves_every_other_cell_as_it_was(
    request: pytest.FixtureRequest, engine: str
) -> None:
    url: str = request.getfixturevalue(f"empty_{engine}_url")
    asyncio.run(run(url, *FIRST[engine]))
    taken = Counter[bool]()

    @settings(
        max_examples=EXAMPLES[engine],
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(case=cases(engine))
    def check(case: Case) -> None:
        before, after, is_taken = asyncio.run(edit(url, case))
        taken[is_taken] += 1
        assert_one_cell(case, before, after, is_taken=is_taken)

    check()
    assert taken[True] > taken[False]
