"""The file of statements that `--echo` writes."""

import os
import re
import stat
from pathlib import Path

import pytest

from tests.db.opening import open_files, opened, table_of
from tui.db import rows
from tui.db.changes import Update
from tui.db.errors import TuiError
from tui.db.options import Options
from tui.db.save import save
from tui.db.view import Filter, View

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +\d+\.\d\d ms  \S.*")
TOLD = re.compile(r" ms  (BEGIN$|COMMIT|ROLLBACK|UPDATE)", re.MULTILINE)


async def edit_bob(url: str, path: Path) -> None:
    """Look for somebody and change him, with the echo on."""
    async with opened(url, Options(echo=path)) as database:
        users = await table_of(database, "users")
        [bob] = (await rows.first_page(database, View(users, (Filter("username", "bob"),)))).rows
        seen = {"email": "bob@example.org"}
        await save(database, [Update(users, bob.identity, seen, {"email": "secret@example.org"})])


async def test_every_statement_is_a_line_with_its_time(sample_url: str, tmp_path: Path) -> None:
    await edit_bob(sample_url, tmp_path / "echo.sql")

    lines = (tmp_path / "echo.sql").read_text().splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert sum("users" in line.replace("`", '"').split('"') for line in lines) >= 2
    assert any("UPDATE" in line for line in lines)


async def test_a_statement_that_fails_is_a_line_too(sample_url: str, tmp_path: Path) -> None:
    async with opened(sample_url, Options(echo=tmp_path / "echo.sql")) as database:
        users = await table_of(database, "users")
        [bob] = (await rows.first_page(database, View(users, (Filter("username", "bob"),)))).rows
        seen = {"username": "bob"}
        with pytest.raises(TuiError):
            await save(database, [Update(users, bob.identity, seen, {"username": "ben71"})])

    lines = (tmp_path / "echo.sql").read_text().splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    [failed] = [line for line in lines if line.endswith("-- failed")]
    assert "UPDATE" in failed
    assert "ben71" not in failed


async def test_a_save_is_told_by_its_begin_and_its_commit(sample_url: str, tmp_path: Path) -> None:
    await edit_bob(sample_url, tmp_path / "echo.sql")

    words = re.findall(TOLD, (tmp_path / "echo.sql").read_text())

    assert words[:3] == ["BEGIN", "UPDATE", "COMMIT"]


async def test_a_save_that_fails_is_told_by_its_rollback(sample_url: str, tmp_path: Path) -> None:
    async with opened(sample_url, Options(echo=tmp_path / "echo.sql")) as database:
        users = await table_of(database, "users")
        [bob] = (await rows.first_page(database, View(users, (Filter("username", "bob"),)))).rows
        with pytest.raises(TuiError):
            await save(database, [Update(users, bob.identity, {"username": "nobody"}, {"username": "x"})])

    words = re.findall(TOLD, (tmp_path / "echo.sql").read_text())

    assert words[:3] == ["BEGIN", "UPDATE", "ROLLBACK"]
    assert "COMMIT" not in words


async def test_no_value_is_written(sample_url: str, tmp_path: Path) -> None:
    await edit_bob(sample_url, tmp_path / "echo.sql")

    text = (tmp_path / "echo.sql").read_text()

    assert "example.org" not in text
    assert "bob" not in text


async def test_only_its_owner_can_read_it(sample_url: str, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        await edit_bob(sample_url, tmp_path / "echo.sql")
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "echo.sql").stat().st_mode) == 0o600


async def test_what_was_in_the_file_stays(sample_url: str, tmp_path: Path) -> None:
    (tmp_path / "echo.sql").write_text("before\n")

    await edit_bob(sample_url, tmp_path / "echo.sql")

    lines = (tmp_path / "echo.sql").read_text().splitlines()
    assert lines[0] == "before"
    assert len(lines) > 5


async def test_closing_the_database_closes_the_file(sample_url: str, tmp_path: Path) -> None:
    await edit_bob(sample_url, tmp_path / "echo.sql")

    assert tmp_path / "echo.sql" not in open_files()


async def test_a_file_that_cannot_be_written_is_one_sentence(sample_url: str, tmp_path: Path) -> None:
    with pytest.raises(
        TuiError, match=r"The echo file .*echo\.sql' can't be written: No such file or directory\."
    ):
        await edit_bob(sample_url, tmp_path / "missing" / "echo.sql")
