"""Adding and deleting rows in a view with a filter, and where the highlight is afterwards."""

from tests.driver import User, browsing
from tests.outside import fetch, run

POSTS = "SELECT id FROM posts WHERE author_id = 17 ORDER BY id"


async def open_posts_of_bob(user: User) -> None:
    """The posts of user 17: a view with a filter."""
    await user.find("bob@example.org")
    await user.press("tab", "enter")
    assert user.title() == "posts ── author_id = 17"


async def test_a_duplicate_in_a_view_with_a_filter_stays_in_it(sample_url: str) -> None:
    before = [number for (number,) in await fetch(sample_url, POSTS)]
    async with browsing(sample_url, "users") as user:
        await open_posts_of_bob(user)
        await user.press("down", "D")
        assert user.rows()[2].startswith("▌+")
        await user.edit("a copy", column="title")
        await user.review_and_save()
        assert user.title() == "posts ── author_id = 17"
        [(new,)] = await fetch(sample_url, "SELECT id FROM posts WHERE title = 'a copy'")
        assert user.highlighted() == (str(new), "title")
        assert user.cell() == "a copy"
        assert user.position() == f"row {len(before) + 1} of {len(before) + 1}"
    assert [number for (number,) in await fetch(sample_url, POSTS)] == [*before, new]


async def test_after_a_deletion_is_saved_the_highlight_is_on_the_next_row(sample_url: str) -> None:
    keys = [
        f"{post}, {tag}" for post, tag in await fetch(sample_url, "SELECT * FROM post_tags ORDER BY 1, 2")
    ]
    async with browsing(sample_url, "post_tags") as user:
        await user.press("down", "down", "right", "d")
        await user.review_and_save()
        assert user.highlighted() == (keys[3], "tag_id")
        assert user.position() == f"row 3 of {len(keys) - 1:,}"


async def test_after_the_last_row_is_deleted_the_highlight_is_on_the_one_before(sample_url: str) -> None:
    keys = [
        f"{post}, {tag}" for post, tag in await fetch(sample_url, "SELECT * FROM post_tags ORDER BY 1, 2")
    ]
    async with browsing(sample_url, "post_tags") as user:
        await user.press("G", "d")
        await user.review_and_save()
        assert user.highlighted()[0] == keys[-2]
        assert user.position() == f"row {len(keys) - 1:,} of {len(keys) - 1:,}"


async def test_after_deletions_far_down_the_highlight_is_on_the_next_row_that_is_left(
    sample_url: str,
) -> None:
    keys = [
        f"{post}, {tag}" for post, tag in await fetch(sample_url, "SELECT * FROM post_tags ORDER BY 1, 2")
    ]
    async with browsing(sample_url, "post_tags") as user:
        await user.hurry(*["down"] * 300)
        await user.settle()
        await user.press("space", "space", "up", "d")
        assert user.highlighted()[0] == keys[301]
        await user.review_and_save()
        assert user.highlighted()[0] == keys[302]
        assert user.position() == f"row 301 of {len(keys) - 2:,}"


async def test_reading_again_at_a_new_row_stays_there(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        await user.hurry(*["pagedown"] * 15, "D")
        await user.settle()
        titles, line = user.column("title"), user.highlighted_line()
        assert line.startswith("▌+")
        await user.press("r")
        assert (user.column("title"), user.highlighted_line()) == (titles, line)
        await user.press("up", "down")
        assert user.highlighted_line() == line


async def test_reading_again_at_a_new_row_whose_neighbour_is_gone_goes_to_the_next_one(
    sqlite_url: str,
) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.hurry(*["pagedown"] * 15)
        await user.settle()
        number = int(user.highlighted()[0])
        await user.press("a")
        await run(
            sqlite_url,
            f"DELETE FROM post_tags WHERE post_id = {number}",
            f"DELETE FROM posts WHERE id = {number}",
        )
        await user.press("r")
        assert abs(int(user.highlighted()[0]) - number) == 1
