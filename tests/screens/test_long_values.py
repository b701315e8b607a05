"""Values that are too long for an editor: kept as they are, without a stall."""

from tests.driver import User, browsing
from tests.heartbeat import heartbeat, report
from tests.outside import fetch
from tui.screens.edit_prompt import EditPrompt

UNIT = "\x1b[3m é\n"
LONG = UNIT * 300_000
"""Two million characters that no editor carries as they are."""


def entered(user: User) -> str:
    """What the open editor holds."""
    assert isinstance(user.screen, EditPrompt)
    return user.screen.editor.entered


async def test_a_text_too_long_to_be_shown_is_pasted_kept_and_saved_as_it_is(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts", draws_all=True) as user:
        await user.go_to_column("content")
        await user.press("e", "b", "left")
        async with heartbeat() as measured:
            await user.paste(LONG)
        report("a paste of two million characters", measured)
        assert user.shows(f"{len(LONG) + 1:,} characters", "too long to be shown here, and is kept as it is")

        await user.press("ctrl+z")
        assert entered(user) == "b"
        await user.paste(LONG)
        await user.press("x")
        assert entered(user) == "x"
        await user.paste(LONG)
        await user.press("f10")
        assert user.staged().startswith("1 staged")
        await user.review_and_save()
    assert measured.is_fluent
    [(saved,)] = await fetch(sqlite_url, "SELECT content FROM posts WHERE id = 1")
    assert saved == f"x{LONG}"
