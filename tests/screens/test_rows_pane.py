"""The rows of a view: their order, finding in them, reading them anew, paging, the position."""

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES, SERVERS
from tests.outside import fetch, run
from tests.slow import end_sessions


@ALL_SAMPLES
async def test_a_column_is_sorted_up_then_down_then_not_at_all(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("username")
        await user.press("s")
        assert "username ↑" in user.header()
        assert user.title() == "users ── username ↑"
        assert user.column("username")[:3] == sorted(user.column("username")[:3])
        first = user.column("username")[0]
        await user.press("s")
        assert "username ↓" in user.header()
        assert user.column("username")[0] > first
        await user.press("s")
        assert "username" in user.header()
        assert user.column("id")[:3] == ["1", "2", "3"]
        assert user.highlighted() == ("1", "username")


async def test_clicking_a_column_s_name_sorts_by_it(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.click(user.grid, 30, 0)
        assert user.title() == "users ── email ↑"
        assert user.highlighted()[1] == "email"


async def test_the_whole_table_is_sorted_not_only_the_rows_that_are_loaded(sample_url: str) -> None:
    ids = await fetch(sample_url, "SELECT id FROM users ORDER BY created_at DESC, id DESC LIMIT 3")
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("created_at")
        await user.press("s", "s")
        assert user.column("id")[:3] == [str(number) for (number,) in ids]


@ALL_SAMPLES
async def test_find_goes_to_a_row_far_beyond_those_that_are_loaded(sample_url: str) -> None:
    email = (await fetch(sample_url, "SELECT email FROM users WHERE id = 876"))[0][0]
    async with browsing(sample_url, "users") as user:
        await user.find(email.upper())
        assert user.highlighted() == ("876", "email")
        assert user.cell() == email
        assert user.position() == "row 876 of 1,000"


async def test_n_goes_to_the_next_hit_and_shift_n_back_again(sample_url: str) -> None:
    hits = await fetch(sample_url, "SELECT id FROM users WHERE username LIKE '%ana%' OR email LIKE '%ana%'")
    ids = sorted(number for (number,) in hits)
    async with browsing(sample_url, "users") as user:
        await user.find("ana")
        assert user.highlighted()[0] == str(ids[0])
        await user.press("n", "n")
        assert user.highlighted()[0] == str(ids[2])
        await user.press("N")
        assert user.highlighted()[0] == str(ids[1])


async def test_the_search_goes_on_at_the_top_and_says_so(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("G")
        await user.find("bob@example.org")
        assert user.highlighted() == ("17", "email")
        assert user.notice() == "✓ No more hits this way: the search went on at the top."
        await user.press("N")
        assert user.notice() == "✓ No more hits this way: the search went on at the bottom."


async def test_a_text_that_is_nowhere_is_named(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("down")
        await user.find("[/nowhere] 100%_")
        assert user.notice() == "✗ Nothing in users contains “[/nowhere] 100%_”."
        assert user.highlighted()[0] == "2"


async def test_signs_of_like_are_searched_for_as_they_stand(sample_url: str) -> None:
    await run(sample_url, "UPDATE tags SET description = 'it is 100%_\\x' WHERE id = 33")
    async with browsing(sample_url, "tags") as user:
        await user.find("100%_\\")
        assert user.highlighted() == ("33", "description")


async def test_find_in_a_database_view_goes_to_rows_without_a_key(sample_url: str) -> None:
    """Far beyond those that are loaded, to the next and the previous hit, and once around."""
    view = "CREATE VIEW names AS SELECT username, email FROM users ORDER BY id"
    hits = await fetch(sample_url, "SELECT id FROM users WHERE username LIKE '%ana%' OR email LIKE '%ana%'")
    ids = sorted(number for (number,) in hits)
    await run(sample_url, view)
    async with browsing(sample_url, "names") as user:
        await user.find("bob@example.org")
        assert user.position() == "row 17 of 1,000"
        await user.press("G")
        await user.find("ANA")
        assert user.position() == f"row {ids[0]} of 1,000"
        assert user.notice() == "✓ No more hits this way: the search went on at the top."
        assert "ana" in user.highlighted_line()
        await user.press("n")
        assert user.position() == f"row {ids[1]} of 1,000"
        await user.press("N", "N")
        assert user.position() == f"row {ids[-1]} of 1,000"
        assert user.notice() == "✓ No more hits this way: the search went on at the bottom."
        await user.find("nowhere at all")
        assert user.notice() == "✗ Nothing in names contains “nowhere at all”."
        assert user.position() == f"row {ids[-1]} of 1,000"


async def test_find_in_a_sorted_database_view_follows_its_order(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT username FROM users")
    order = "WHERE username LIKE '%ana%' ORDER BY username DESC LIMIT 3"
    wanted = await fetch(sample_url, f"SELECT username FROM users {order}")
    async with browsing(sample_url, "names") as user:
        await user.press("s", "s")
        hits = []
        for _ in wanted:
            await user.find("ana")
            hits.append((user.cell(),))
    assert hits == wanted


async def test_a_database_view_in_no_order_does_not_pass_another_row_for_a_hit(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW dice AS SELECT id FROM users ORDER BY random()")
    notices = []
    async with browsing(sample_url, "dice") as user:
        for number in (123, 234, 345, 456):
            await user.find(str(number))
            assert user.notice() or user.cell() == str(number)
            notices.append(user.notice())
    assert "✗ The rows come in another order than before: sort by a column (s), then search again." in notices


async def test_reload_shows_what_another_program_wrote_and_keeps_the_highlight(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down", "down", "right")
        await run(sample_url, "UPDATE users SET username = 'renamed' WHERE id = 3")
        await run(sample_url, "DELETE FROM post_tags", "DELETE FROM posts", "DELETE FROM users WHERE id = 1")
        await user.press("r")
        assert user.highlighted() == ("3", "username")
        assert user.cell() == "renamed"
        assert user.column("id")[:2] == ["2", "3"]
        assert user.position() == "row 2 of 999"


@ALL_SAMPLES
async def test_the_last_row_and_the_first_are_there_at_once(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        last = (await fetch(sample_url, "SELECT max(id), count(*) FROM posts"))[0]
        await user.press("G")
        assert user.highlighted()[0] == str(last[0])
        assert user.position() == f"row {last[1]:,} of {last[1]:,}"
        await user.press("g")
        assert user.highlighted()[0] == "1"
        assert user.position() == f"row 1 of {last[1]:,}"


async def test_paging_down_through_the_whole_table_shows_every_row_once(sample_url: str) -> None:
    wanted = await fetch(sample_url, "SELECT id FROM users ORDER BY created_at, id")
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("created_at")
        await user.press("s")
        seen = list(user.column("id"))
        while user.highlighted()[0] != str(wanted[-1][0]):
            before = user.highlighted()
            await user.press("pagedown")
            assert user.highlighted() != before
            seen += [key for key in user.column("id") if key not in seen]
        assert seen == [str(number) for (number,) in wanted]


async def test_the_position_is_right_after_many_pages_up_from_the_end(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.hurry("G", *["pageup"] * 30)
        await user.settle()
        number = int(user.position().split()[1].replace(",", ""))
        assert user.highlighted()[0] == str(number)


async def test_a_table_of_two_key_columns_pages_by_both(sample_url: str) -> None:
    sql = "SELECT post_id, tag_id FROM post_tags ORDER BY 1, 2 LIMIT 1 OFFSET 500"
    key = ", ".join(map(str, (await fetch(sample_url, sql))[0]))
    async with browsing(sample_url, "post_tags") as user:
        await user.hurry(*["down"] * 500)
        await user.settle()
        assert user.highlighted()[0] == key
        assert user.position() == "row 501 of 9,883"


async def test_rows_without_a_key_are_paged_too(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT username FROM users")
    async with browsing(sample_url, "names") as user:
        first = user.rows()
        await user.press("G")
        assert user.position() == "row 1,000 of 1,000"
        await user.press("pageup", "pageup", "g")
        assert user.position() == "row 1 of 1,000"
        assert user.rows() == first


async def test_a_table_without_rows_has_its_header(sample_url: str) -> None:
    await run(sample_url, "CREATE TABLE blank (id integer PRIMARY KEY, name text)")
    async with browsing(sample_url, "blank") as user:
        assert user.header() == ["id", "name"]
        assert "no rows" in user.screen_text()
        assert user.position() == "0 rows"
        await user.press("down", "G", "g", "pagedown", "d", "y", "Y", "enter", "space", "s", "n", "o")
        await user.press("e")
        assert user.notice() == "✗ There is no row here: a adds one."


async def test_a_table_of_one_column_can_be_browsed(sample_url: str) -> None:
    await run(sample_url, "CREATE TABLE one (word text)", "INSERT INTO one VALUES ('a'), ('b')")
    async with browsing(sample_url, "one") as user:
        assert user.column("word") == ["a", "b"]
        await user.press("down", "right", "s")
        assert user.position() == "row 1 of 2"


async def test_a_table_of_300_columns_can_be_browsed(sample_url: str) -> None:
    columns = ", ".join(f"column_{i} integer DEFAULT {i}" for i in range(1, 300))
    await run(
        sample_url,
        f"CREATE TABLE wide (id integer PRIMARY KEY, {columns})",
        "INSERT INTO wide (id) VALUES (7)",
    )
    async with browsing(sample_url, "wide") as user:
        await user.press("end")
        assert user.highlighted() == ("7", "column_299")
        assert user.cell() == "299"
        assert user.header()[0] == "id"


async def test_null_and_the_empty_text_look_different(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE t (id integer PRIMARY KEY, a text)",
        "INSERT INTO t VALUES (1, ''), (2, NULL)",
    )
    async with browsing(sample_url, "t") as user:
        assert user.column("a") == ["", "NULL"]


async def test_a_table_that_another_program_drops_leaves_a_notice(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await run(sample_url, "DROP TABLE post_tags", "DROP TABLE tags")
        await user.press("r")
        assert user.notice().startswith("✗")
        assert "tags" in user.notice()
        await user.press("G", "down", "s", "n", "e", "escape")
        await user.open_table("users")
        assert user.title() == "users"
        assert user.column("id")[0] == "1"


async def test_a_column_that_another_program_drops_leaves_a_notice_and_is_gone_after_reading_anew(
    sample_url: str,
) -> None:
    async with browsing(sample_url, "tags") as user:
        await run(sample_url, "ALTER TABLE tags DROP COLUMN description")
        await user.press("s")
        assert user.notice().startswith("✗")
        await user.press("r")
        assert [column.name for column in user.grid.columns] == ["id", "name"]
        await user.open_table("posts")
        assert user.title() == "posts"


@SERVERS
async def test_the_next_page_just_works_after_the_server_closed_the_connections(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        await end_sessions(sample_url)
        await user.press("G")
        assert not user.notice()
        assert user.position().startswith("row 5,0")
        await user.press("pageup")
        assert not user.notice()


@pytest.mark.parametrize("key", ["up", "pageup", "g", "left", "home"])
async def test_keys_at_the_edge_do_nothing(sqlite_url: str, key: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press(key)
        assert user.highlighted() == ("1", "id")


async def test_marked_rows_are_drawn_so_and_can_be_unmarked(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("space", "space")
        assert [row[1] for row in user.rows()[:3]] == ["◆", "◆", " "]
        assert user.highlighted()[0] == "3"
        await user.press("up", "space")
        assert [row[1] for row in user.rows()[:3]] == ["◆", " ", " "]


async def test_each_table_keeps_the_widths_of_its_columns(empty_sqlite_url: str) -> None:
    """Though the columns of another one have the same names."""
    await run(
        empty_sqlite_url,
        "CREATE TABLE low (id integer PRIMARY KEY, name text)",
        "CREATE TABLE top (id integer PRIMARY KEY, name text)",
        "INSERT INTO low VALUES (1, 'a')",
        "INSERT INTO top VALUES (1234567890, 'a long name')",
    )
    async with browsing(empty_sqlite_url, "low") as user:
        await user.press("right", ">")
        narrow = user.grid.column_widths
        await user.open_table("top")
        assert user.grid.column_widths == {"id": 10, "name": 11}
        await user.press("backspace")
        assert user.grid.column_widths == narrow
