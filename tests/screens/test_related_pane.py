"""The related rows of the highlighted row, and the way to them and back."""

import re

from sqlalchemy import event

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tests.slow import locked, until_idle
from tui.db.options import Options
from tui.db.rows import PAGE
from tui.db.view import View
from tui.screens.loader import RowsLoader
from tui.screens.place import Place
from tui.screens.related_pane import MOST
from tui.screens.rows_pane import RowsPane


@ALL_SAMPLES
async def test_a_user_s_posts_are_there_while_moving_down(sample_url: str) -> None:
    counts: dict[int, int] = dict(
        await fetch(sample_url, "SELECT author_id, count(*) FROM posts GROUP BY author_id")
    )
    async with browsing(sample_url, "users") as user:
        for number in range(1, 12):
            count = counts.get(number, 0)
            assert user.related() == f"posts (author_id) {f'{min(count, 10)} of {count}' if count else '0'}"
            assert len(user.related_rows()) == (min(count, 9) or 1)
            await user.press("down")


async def test_someone_with_hundreds_of_posts_has_ten_of_them_shown(sample_url: str) -> None:
    most = "SELECT author_id, count(*) FROM posts GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    author, count = (await fetch(sample_url, most))[0]
    async with browsing(sample_url, "users") as user:
        await user.hurry(*["down"] * (author - 1))
        await user.settle()
        assert user.highlighted()[0] == str(author)
        assert user.related() == f"posts (author_id) 10 of {count}"


@ALL_SAMPLES
async def test_a_post_shows_its_author_and_its_tags(sample_url: str) -> None:
    names = await fetch(
        sample_url,
        "SELECT t.name FROM tags t JOIN post_tags p ON p.tag_id = t.id WHERE p.post_id = 1 ORDER BY t.id",
    )
    async with browsing(sample_url, "posts") as user:
        assert "→ users (author_id)" in user.related()
        assert f"tags via post_tags {len(names)} of {len(names)}" in user.related()
        await user.press("tab", "]")
        assert [name in line for (name,), line in zip(names, user.related_rows(), strict=True)] == [
            True
        ] * len(names)
        await user.press("[")
        assert len(user.related_rows()) == 1


async def test_a_table_without_relations_says_so(sample_url: str) -> None:
    await run(sample_url, "CREATE TABLE alone (id integer PRIMARY KEY)", "INSERT INTO alone VALUES (1)")
    async with browsing(sample_url, "alone") as user:
        assert user.related() == "no foreign key leads from here or to here"
        assert len(user.rows()) == 1


async def test_a_foreign_key_that_is_null_has_no_parent(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE notes (id integer PRIMARY KEY, author integer REFERENCES users (id))",
        "INSERT INTO notes VALUES (1, NULL), (2, 17)",
    )
    async with browsing(sample_url, "notes") as user:
        assert user.related() == "→ users (author) none"
        await user.press("down")
        assert user.related() == "→ users (author)"
        assert "bob" in user.related_rows()[0]


async def test_a_table_may_relate_to_itself_and_by_two_columns(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE places (a integer, b integer, up_a integer, up_b integer, PRIMARY KEY (a, b), "
        "FOREIGN KEY (up_a, up_b) REFERENCES places (a, b))",
        "INSERT INTO places VALUES (1, 1, NULL, NULL), (1, 2, 1, 1), (1, 3, 1, 1)",
    )
    async with browsing(sample_url, "places") as user:
        assert "→ places (up_a, up_b) none" in user.related()
        assert "places (up_a, up_b) 2 of 2" in user.related()


async def statements_of(user: User, *keys: str) -> list[str]:
    """What is run on the server while keys are pressed."""
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = user.database.engines.reader.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    await user.press(*keys)
    event.remove(engine, "before_cursor_execute", listen)
    return seen


@ALL_SAMPLES
async def test_a_page_of_100_rows_takes_as_many_statements_as_one_of_10(sample_url: str) -> None:
    await run(sample_url, "DELETE FROM post_tags WHERE post_id > 10", "DELETE FROM posts WHERE id > 10")
    async with browsing(sample_url, "posts") as user:
        few = await statements_of(user, "r")
    await run(
        sample_url,
        "INSERT INTO posts (id, title, author_id, created_at) "
        "SELECT id + 10, username, id, created_at FROM users WHERE id <= 90",
    )
    async with browsing(sample_url, "posts") as user:
        assert user.position() == "row 1 of 100"
        many = await statements_of(user, "r")
        assert len(many) == len(few)
        assert await statements_of(user, "pagedown", "pagedown", "down", "down") == []


async def test_the_related_rows_of_a_new_page_take_one_statement_each(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        statements = await statements_of(user, "G")
        assert len([s for s in statements if re.search(r"\bpost_tags\b", s)]) <= 2
        assert len(statements) <= 6


@ALL_SAMPLES
async def test_enter_opens_a_user_s_posts_and_backspace_returns_to_the_same_place(sample_url: str) -> None:
    posts = await fetch(sample_url, "SELECT id FROM posts WHERE author_id = 3 OR author_id = 1 ORDER BY id")
    mine = await fetch(sample_url, "SELECT id FROM posts WHERE author_id = 1 ORDER BY id")
    assert posts
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("email")
        await user.press("tab", "down", "enter")
        assert user.title() == "posts ── author_id = 1"
        assert user.column("id") == [str(number) for (number,) in mine]
        assert user.highlighted()[0] == str(mine[1][0])
        assert user.position() == f"row 2 of {len(mine)}"
        assert user.grid.has_focus
        await user.press("backspace")
        assert user.title() == "users"
        assert user.highlighted() == ("1", "email")
        assert user.position() == "row 1 of 1,000"


async def test_going_back_finds_a_row_far_down_in_a_sorted_view(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.go_to_column("username")
        await user.hurry("s", *["pagedown"] * 15)
        await user.settle()
        for _ in range(50):
            if " of " not in user.related():
                await user.press("down")
        assert " of " in user.related()
        before, position = user.highlighted(), user.position()
        await user.press("tab", "enter")
        assert user.title().startswith("posts ── author_id = ")
        await user.press("backspace")
        assert user.highlighted() == before
        assert user.position() == position
        assert user.title() == "users ── username ↑"


async def test_going_back_to_a_view_of_which_much_was_loaded_shows_the_same_and_reads_on(
    sqlite_url: str,
) -> None:
    """Only the rows around a place are kept while the user is elsewhere."""
    async with browsing(sqlite_url, "posts") as user:
        await user.hurry(*["pagedown"] * 30, *["pageup"] * 12)
        await user.settle()
        await user.go_to_column("author_id")
        rows, cell, position = user.rows(), user.highlighted(), user.position()
        many = len(user.grid.rows.rows)
        await user.press("o")
        assert user.title() == "users"
        await user.press("backspace")
        assert (user.rows(), user.highlighted(), user.position()) == (rows, cell, position)
        assert len(user.grid.rows.rows) == 2 * PAGE + 1 < many
        await user.hurry(*["pagedown"] * 12)
        await user.settle()
        down = int(user.highlighted()[0])
        await user.hurry(*["pageup"] * 24)
        await user.settle()
        assert [int(number) for number in user.column("id")] == sorted(map(int, user.column("id")))
        assert down - int(user.highlighted()[0]) > 2 * PAGE
        await user.press("g")
        assert user.position() == "row 1 of 5,017"


async def test_going_back_to_a_new_row_shows_it_where_it_was(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.hurry(*["pagedown"] * 20)
        await user.settle()
        await user.press("a")
        titles, cell = user.column("title"), user.highlighted()
        assert cell[0] == "new row"
        await user.open_table("users")
        await user.press("backspace")
        assert (user.column("title"), user.highlighted()) == (titles, cell)


async def test_going_back_to_a_database_view_shows_the_same_row(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT username FROM users ORDER BY id")
    async with browsing(sample_url, "names") as user:
        await user.hurry(*["pagedown"] * 12)
        await user.settle()
        rows, position = user.rows(), user.position()
        await user.open_table("users")
        await user.press("backspace")
        assert (user.rows(), user.position()) == (rows, position)


async def test_o_on_a_foreign_key_goes_to_the_row_it_points_to(sample_url: str) -> None:
    author = (await fetch(sample_url, "SELECT author_id FROM posts WHERE id = 1"))[0][0]
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("author_id")
        assert user.works("rows.follow")
        await user.press("o")
        assert user.title() == "users"
        assert user.highlighted()[0] == str(author)
        assert user.position() == f"row {author} of 1,000"


async def test_o_elsewhere_does_nothing(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.press("right", "o")
        assert user.title() == "posts"


async def test_several_steps_are_gone_back_one_by_one(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("tab", "enter")
        await user.go_to_column("author_id")
        await user.press("o")
        await user.open_table("tags")
        seen = []
        for _ in range(3):
            await user.press("backspace")
            seen.append(user.title())
        assert seen == ["users", "posts ── author_id = 1", "users"]
        await user.press("backspace")
        assert user.title() == "users"
        assert user.highlighted() == ("1", "id")


async def test_a_table_that_was_not_opened_leads_nowhere_back(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users", options=Options(lock_limit=0.5)) as user:
        async with locked(sqlite_url, "posts"):
            await user.open_table("posts")
        assert user.title() == "users"
        assert "✗" in user.notice()
        await user.press("s")
        assert user.title() == "users ── id ↑"
        assert not user.browse.workbench.history.can_go_back
        await user.open_table("tags")
        await user.press("backspace")
        assert user.title() == "users ── id ↑"


async def test_a_related_row_of_a_many_to_many_relation_opens_in_its_table(sample_url: str) -> None:
    sql = "SELECT min(tag_id) FROM post_tags WHERE post_id = 1"
    tag = (await fetch(sample_url, sql))[0][0]
    async with browsing(sample_url, "posts") as user:
        await user.press("tab", "]", "enter")
        assert user.title() == "tags"
        assert user.highlighted()[0] == str(tag)


async def test_a_foreign_key_to_a_row_that_is_gone_says_so(sqlite_url: str) -> None:
    await run(sqlite_url, "UPDATE posts SET author_id = 99999 WHERE id = 1")
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("author_id")
        await user.press("o")
        assert user.notice() == "✗ It points to no row of users."


async def test_escape_stops_slow_related_rows_and_r_reads_them_again(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "users") as user:
        async with locked(postgresql_url, "posts"):
            await user.hurry("r")
            await user.until(lambda: "reading … esc stops" in user.related_rows()[0])
            await user.press("escape")
            assert user.notice() == "✓ Stopped."
            assert user.related() == "posts (author_id) !"
            assert "stopped · r reads again" in user.related_rows()[0]
            await until_idle(postgresql_url, "posts")
            await user.press("down")
            assert user.related() == "posts (author_id) !"
        await user.press("r")
        assert " of " in user.related()


async def test_of_very_many_related_rows_those_of_the_highlighted_row_are_kept(empty_sqlite_url: str) -> None:
    """The last posts have authors that were loaded long before, and children that were not."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600) "
    await run(
        empty_sqlite_url,
        "CREATE TABLE authors (id integer PRIMARY KEY)",
        "CREATE TABLE posts (id integer PRIMARY KEY, author integer REFERENCES authors)",
        "CREATE TABLE notes (id integer PRIMARY KEY, post integer UNIQUE REFERENCES posts)",
        f"INSERT INTO authors {numbers} SELECT i FROM n",
        f"INSERT INTO posts {numbers} SELECT i, min(i, {MOST + 200} - i % 3) FROM n",
    )
    async with browsing(empty_sqlite_url, "posts", size=(100, 120)) as user:
        for _ in range(2600 // len(user.rows()) + 1):
            await user.press("pagedown")
            assert user.related() == "→ authors (author)  notes (post) 0"
        assert user.highlighted()[0] == "2600"


async def test_the_keys_of_related_rows_have_the_names_of_what_they_point_to(empty_url: str) -> None:
    """One statement for each foreign key of the related rows, however many rows there are."""
    await run(
        empty_url,
        "CREATE TABLE people (id integer PRIMARY KEY, name varchar(20))",
        "CREATE TABLE orders (id integer PRIMARY KEY, buyer integer REFERENCES people (id), "
        "seller integer REFERENCES people (id))",
        "INSERT INTO people VALUES (1, 'Amy'), (2, 'Bob [red]')",
        "INSERT INTO orders VALUES (1, 1, 2), (2, 1, NULL), (3, 2, 1)",
    )
    async with browsing(empty_url, "people") as user:
        statements: list[str] = []
        engine = user.database.engines.reader.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert "1 Amy" in user.related_rows()[0]
        assert "2 Bob [red]" in user.related_rows()[0]
        assert "NULL" in user.related_rows()[1]
        await user.press("down")
        assert "1 Amy" in user.related_rows()[0]
        assert statements == []


async def test_what_the_last_table_still_tells_is_left_alone(sample_url: str) -> None:
    """A row of `posts` is wide enough for its foreign key, one of `tags`, shown at once after it, is not."""
    async with browsing(sample_url, "posts") as user:
        entry = user.database.catalog.entry("tags")
        assert entry is not None
        tags = RowsLoader(user.database, View(await user.database.table(entry.name)))
        await tags.to_start()
        pane = user.browse.query_one(RowsPane)
        pane.redraw()
        pane.show(Place(tags, None, 0))
        await user.settle()
        assert user.title() == "tags"
        assert user.related().startswith("posts via post_tags")
