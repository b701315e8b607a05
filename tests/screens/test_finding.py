"""Going to a row that is known by its key, its number or its place."""

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


async def go(user: User, where: str) -> None:
    """Go to a row."""
    await user.press("colon")
    await user.write(where)
    await user.press("enter")


@ALL_SAMPLES
async def test_a_row_is_gone_to_by_its_key_its_number_and_its_place(sample_url: str) -> None:
    [(count,)] = await fetch(sample_url, "SELECT count(*) FROM posts")
    ids = [number for (number,) in await fetch(sample_url, "SELECT id FROM posts ORDER BY id")]
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("title")
        for where, number in (
            ("#4,711", ids[4710]),
            ("50%", ids[round(0.5 * (count - 1))]),
            ("100%", ids[-1]),
            ("0 %", ids[0]),
            ("#2", ids[1]),
            (str(ids[3000]), ids[3000]),
        ):
            await go(user, where)
            assert user.highlighted()[0] == str(number)
            assert user.position().startswith(f"row {ids.index(number) + 1:,} of")
        assert user.highlighted()[1] == "title"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("99999999", "No row of users has id 99999999. #99999999 goes to the row of that number."),
        ("bob", "id"),
        ("#,", "id"),
        ("#" + "9" * 40, "id"),
        ("9" * 40 + "%", "9"),
        ("#0", "There is no row 0: there are fewer."),
        ("#1001", "There is no row 1,001: there are fewer."),
    ],
)
async def test_what_is_not_there_is_said_and_the_highlight_stays(
    sample_url: str, where: str, said: str
) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down")
        await go(user, where)
        assert said in user.notice()
        assert user.highlighted()[0] == "2"
        assert user.position() == "row 2 of 1,000"


async def test_a_composite_key_is_typed_with_commas_and_filters_are_told(sample_url: str) -> None:
    [(post, tag)] = await fetch(
        sample_url, "SELECT post_id, tag_id FROM post_tags ORDER BY 1, 2 LIMIT 1 OFFSET 900"
    )
    async with browsing(sample_url, "post_tags") as user:
        await go(user, "5")
        assert user.notice() == "✗ The key of post_tags is post_id, tag_id: type both, with commas."
        await go(user, f"{post}, {tag}")
        assert user.highlighted()[0] == f"{post}, {tag}"
    async with browsing(sample_url, "users") as user:
        await user.press("right", "=")
        await go(user, "17")
        assert user.notice() == "✗ The filters don't let that row through: F changes them."


async def test_rows_without_a_key_go_by_their_number(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT username FROM users ORDER BY id")
    async with browsing(sample_url, "names") as user:
        await go(user, "17")
        assert user.notice() == "✗ Rows have no key here: #17 goes to the 17th row, 50% to the middle."
        await go(user, "#17")
        assert user.cell() == "bob"


@ALL_SAMPLES
async def test_a_fuzzy_search_is_the_user_s_choice_and_stays_so(sample_url: str) -> None:
    await run(sample_url, "UPDATE users SET username = 'hao.zhao.yi' WHERE id = 300")
    await run(sample_url, "UPDATE users SET username = 'h-zh_yi' WHERE id = 400")
    async with browsing(sample_url, "users") as user:
        await user.find("hzhyi")
        assert user.notice() == "✗ Nothing in users contains “hzhyi”."
        await user.press("slash", "tab")
        assert user.shows("Find these letters, with others between them, in users", "tab exact")
        await user.press("enter")
        assert user.highlighted() == ("300", "username")
        await user.press("n")
        assert user.highlighted() == ("400", "username")
        await user.press("slash", "tab", "enter")
        assert user.notice() == "✗ Nothing in users contains “hzhyi”."


async def test_nothing_typed_is_nothing_to_find(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("slash", "enter", "n")
        assert user.notice() == "✗ Nothing was searched for here: / finds a text."
