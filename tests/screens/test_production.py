"""The production sign: to be seen on every screen, and asking before what could do harm."""

import json
import os
from pathlib import Path

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch
from tui.__main__ import _is_production
from tui.db.address import parse_address
from tui.db.options import Options

PRODUCTION = Options(production=True)
FIRST = "SELECT count(*) FROM post_tags"


@ALL_SAMPLES
async def test_a_deletion_is_saved_only_once_the_table_s_name_is_typed(sample_url: str) -> None:
    [(before,)] = await fetch(sample_url, FIRST)
    async with browsing(sample_url, "post_tags", options=PRODUCTION) as user:
        assert user.screen_text().startswith("  PRODUCTION ")
        await user.press("d", "w", "s")
        assert user.shows("1 deletion in post_tags on", "Type post_tags to save it.")
        await user.write("tags")
        await user.press("enter")
        assert user.shows("That is another name: nothing is saved before post_tags is typed.")
        await user.press("escape")
        assert await fetch(sample_url, FIRST) == [(before,)]
        await user.press("s")
        await user.write("post_tags")
        await user.press("enter")
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sample_url, FIRST) == [(before - 1,)]


async def test_a_few_edits_are_saved_without_a_question_and_quitting_names_the_database(
    sqlite_url: str,
) -> None:
    async with browsing(sqlite_url, "users", options=PRODUCTION) as user:
        await user.edit("one@example.org", column="email")
        await user.press("q")
        assert "staged for sample.db and not saved" in user.question()
        await user.press("escape", "w", "s")
        assert user.notice() == "✓ Saved 1 change."


async def test_the_accent_is_the_error_colour_only_there(sqlite_url: str) -> None:
    colours = []
    for options in (PRODUCTION, Options()):
        async with browsing(sqlite_url, "users", options=options) as user:
            colours.append((user.browse.pane.styles.border_top[1].hex, user.app.theme_variables["error"]))
            assert user.shows("PRODUCTION") is options.production
    (shown, error), (usual, _) = colours
    assert shown.lower() == error.lower()
    assert usual != shown


@pytest.mark.parametrize(
    ("patterns", "url", "is_production"),
    [
        (["*.prod.example.org"], "postgresql://ann:x@db.PROD.example.org/shop", True),
        (["db/shop"], "mysql://db/shop", True),
        (["db/shop"], "mysql://db/shop2", False),
        (["ann*"], "postgresql://ann@db/shop", False),
        (["*/sample.db"], "sample.db", True),
        ([], "sample.db", False),
        ("*", "sample.db", True),
        (None, "sample.db", False),
    ],
)
def test_a_pattern_of_the_settings_tells_what_is_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patterns: object, url: str, is_production: bool
) -> None:
    monkeypatch.setitem(os.environ, "XDG_CONFIG_HOME", str(tmp_path))
    if patterns is not None:
        (tmp_path / "tui").mkdir()
        (tmp_path / "tui" / "settings.json").write_text(json.dumps({"production": patterns}))
    monkeypatch.chdir(Path(__file__).parents[2])
    assert _is_production(parse_address(url)) is is_production


def test_settings_that_are_damaged_are_no_reason_to_feel_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "tui").mkdir()
    (tmp_path / "tui" / "settings.json").write_text("{production")
    assert _is_production(parse_address("postgresql://db/x"))
    assert "so production is assumed" in capsys.readouterr().err
