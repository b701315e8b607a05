"""Finding a text where rows have no identity: the row is named by its number in the view."""

import pytest

from tests.db.opening import made, opened, shown, table_of
from tests.db.paging import forward, value
from tests.outside import run
from tui.db import rows
from tui.db.database import Database
from tui.db.needle import Needle
from tui.db.view import Filter, Sort, View

VIEW = "CREATE VIEW v AS SELECT id, name, a, b FROM t ORDER BY id"


async def numbers_of(database: Database, view: View, text: str, *, backward: bool = False) -> list[int]:
    """The numbers of all rows that are found, one after the other."""
    numbers: list[int] = []
    found = await rows.find_number(database, view, Needle(text), backward=backward)
    while found is not None:
        numbers.append(found[0])
        found = await rows.find_number(database, view, Needle(text), found[0], backward=backward)
    return numbers


@pytest.mark.parametrize("sorts", ["", "a", "a-", "name b-", "b"])
async def test_a_hit_has_the_number_at_which_its_page_shows_it(mixed_url: str, sorts: str) -> None:
    """Also among ties and NULLs."""
    wanted = tuple(Sort(item.rstrip("-"), item.endswith("-")) for item in sorts.split())
    await run(mixed_url, VIEW)
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "v"), sorts=wanted)
        every = await forward(database, view, 1000)
        hits = [index for index, row in enumerate(every) if "name 7" in str(row.values[1])]

        assert await numbers_of(database, view, "NAME 7") == hits
        assert await numbers_of(database, view, "name 7", backward=True) == hits[::-1]
        first = await rows.find_number(database, view, Needle("name 7"))
        assert first is not None
        assert first[1].values == every[hits[0]].values


async def test_only_rows_that_pass_the_filters_are_numbered(mixed_url: str) -> None:
    await run(mixed_url, VIEW)
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "v"), (Filter("b", value(database, 1)),), (Sort("a"),))
        every = await forward(database, view, 1000)

        numbers = await numbers_of(database, view, "name")

    assert numbers == list(range(len(every)))


async def test_rows_that_are_all_the_same_are_found_one_by_one(empty_url: str) -> None:
    statements = (
        "CREATE TABLE t (a text)",
        "INSERT INTO t VALUES ('x'), ('y'), ('x'), ('x')",
        "CREATE VIEW v AS SELECT a FROM t",
    )
    async with made(empty_url, *statements) as database:
        view = View(await table_of(database, "v"))

        assert await numbers_of(database, view, "x") == [0, 2, 3]
        assert await rows.find_number(database, view, Needle("z")) is None


async def test_a_hit_has_its_long_values_cut_as_in_a_page(empty_url: str) -> None:
    statements = (
        "CREATE TABLE t (a text)",
        f"INSERT INTO t VALUES ('{'x' * 400}end')",
        "CREATE VIEW v AS SELECT a FROM t",
    )
    async with made(empty_url, *statements) as database:
        view = View(await table_of(database, "v"))
        page = await rows.first_page(database, view)

        assert await rows.find_number(database, view, Needle("end")) == (0, page.rows[0])
        assert shown(page.rows)[0] != "x" * 403
