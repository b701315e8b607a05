"""Back and forward through views, and a view that is wished for at the start."""

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch
from tui.db.options import Start


async def test_forward_leads_to_what_was_left_with_its_filter_sort_and_place(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down", "down", "right", "s", "down")
        sorted_at = user.title(), user.highlighted()
        await user.open_table("tags")
        await user.press("down", "right", "=")
        filtered_at = user.title(), user.highlighted()
        await user.press("H", "backspace")
        assert (user.title(), user.highlighted()) == sorted_at
        await user.press("L", "alt+right")
        assert (user.title(), user.highlighted()) == filtered_at
        await user.press("L")
        assert user.notice() == "✗ You have not gone back from anywhere."
        await user.press("alt+left", "alt+left")
        assert (user.title(), user.highlighted()) == sorted_at


async def test_whoever_opens_something_else_can_not_go_forward(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.open_table("tags")
        await user.press("H")
        await user.open_table("posts")
        await user.press("L")
        assert user.title() == "posts"
        await user.press("H")
        assert user.title() == "users"


@ALL_SAMPLES
async def test_the_first_view_is_the_one_that_is_wished_for(sample_url: str) -> None:
    condition = "id < 100 AND username LIKE '%a%'"
    order = "ORDER BY created_at DESC, username, id"
    found = [str(n) for (n,) in await fetch(sample_url, f"SELECT id FROM users WHERE {condition} {order}")]
    async with browsing(sample_url, start=Start("users", condition, "-created_at, username")) as user:
        assert user.title() == f"users ── WHERE {condition} ── created_at ↓ ── username ↑"
        assert user.column("id") == found[: len(user.column("id"))]
        assert user.position() == f"row 1 of {len(found)}"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (Start("users", "nix = 1"), "✗ The condition of --where is none: "),
        (
            Start("users", "1; DELETE FROM users"),
            "✗ The condition of --where is none: A condition is one expression",
        ),
        (Start("users", sort="-nix"), "✗ There is no column nix in users to --sort by."),
    ],
)
async def test_a_wish_that_means_nothing_is_said_and_the_table_shown(
    sqlite_url: str, start: Start, said: str
) -> None:
    async with browsing(sqlite_url, start=start) as user:
        assert user.notice().startswith(said)
        assert user.title() == "users"
        assert await is_whole(user, sqlite_url)


async def is_whole(user: User, url: str) -> bool:
    """Whether all users are there."""
    return user.position() == f"row 1 of {(await fetch(url, 'SELECT count(*) FROM users'))[0][0]:,}"
