"""Foreign keys by meaning: labels beside the keys, and a picker that finds the row that is meant."""

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tui.screens.picker import Picker


async def pick(user: User, text: str) -> None:
    """Choose what the highlighted foreign key is to point to."""
    await user.press("e")
    await user.write(text)
    await user.press("enter")


@ALL_SAMPLES
async def test_the_author_of_a_post_is_chosen_by_name(sample_url: str) -> None:
    [(name,)] = await fetch(
        sample_url, "SELECT u.username FROM users u JOIN posts p ON author_id = u.id WHERE p.id = 1"
    )
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("author_id")
        assert user.cell().split(maxsplit=1)[1].rstrip("…") in name
        await pick(user, "MOSS")
        assert user.cell().split() == ["5", "moss_and_stone"]
        assert user.staged() == "1 staged · w reviews"
        await user.press("w", "s")
    assert await fetch(sample_url, "SELECT author_id FROM posts WHERE id = 1") == [(5,)]


@ALL_SAMPLES
async def test_it_is_chosen_by_its_key_too_and_none_may_be_chosen(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("author_id")
        await pick(user, "17")
        assert user.cell().split() == ["17", "bob"]
        await user.press("e", "ctrl+n")
        assert user.shows("author_id must have a value: it can't be NULL.")
        await user.press("escape", "u")
        assert user.staged() == ""


async def test_the_picker_opens_at_the_row_it_points_to_and_its_neighbours(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.press("down")
        await user.go_to_column("author_id")
        [(author,)] = await fetch(sqlite_url, "SELECT author_id FROM posts WHERE id = 2")
        await user.press("e")
        assert user.shows("posts · id 2 → users", "bob", "hao.zhao")
        await user.press("down", "enter")
        assert user.cell().split()[0] == str(author + 1)
        await user.press("e", "escape")
        assert user.staged() == "1 staged · w reviews"


async def test_what_fits_no_row_may_be_typed_all_the_same(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("author_id")
        await user.press("e")
        await user.write("%_[red]")
        assert user.shows("No row fits: ^e types the value itself.")
        await user.press("enter")
        assert user.shows("No row fits")
        await user.press("ctrl+e")
        await user.write("99999")
        await user.press("enter")
        assert user.cell().split() == ["99999"]


async def test_all_columns_of_a_key_are_chosen_as_one_step(empty_url: str) -> None:
    await run(
        empty_url,
        "CREATE TABLE place (country varchar(2), number integer, name varchar(20), "
        "PRIMARY KEY (country, number))",
        "CREATE TABLE visit (id integer PRIMARY KEY, country varchar(2), number integer, "
        "FOREIGN KEY (country, number) REFERENCES place (country, number))",
        "INSERT INTO place VALUES ('de', 1, 'Ulm'), ('fr', 1, 'Metz'), ('fr', 2, 'Brest')",
        "INSERT INTO visit VALUES (1, 'de', 1), (2, NULL, 5)",
    )
    async with browsing(empty_url, "visit") as user:
        await user.go_to_column("number")
        assert user.cell().split() == ["1", "Ulm"]
        await pick(user, "bre")
        assert user.cell().split() == ["2", "Brest"]
        await user.press("down", "e", "ctrl+n", "w", "s")
    assert await fetch(empty_url, "SELECT country, number FROM visit ORDER BY id") == [
        ("fr", 2),
        (None, None),
    ]


async def test_keys_that_are_typed_ahead_meet_the_row_that_they_are_for(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("author_id")
        await user.hurry("e", *"moss", "enter", "w")
        await user.settle()
        assert user.shows("1 change to posts", "author_id:", "→ 5")


async def test_a_key_of_bytes_and_one_that_is_long_are_picked(empty_mariadb_url: str) -> None:
    await run(
        empty_mariadb_url,
        "CREATE TABLE p (id binary(16) PRIMARY KEY, name varchar(20))",
        "CREATE TABLE c (id int PRIMARY KEY, p_id binary(16), FOREIGN KEY (p_id) REFERENCES p (id))",
        "INSERT INTO p VALUES (x'00ff00000000000000000000000000aa', 'one')",
        "INSERT INTO p VALUES (x'01ff00000000000000000000000000aa', 'two')",
        "INSERT INTO c VALUES (1, NULL)",
    )
    async with browsing(empty_mariadb_url, "c") as user:
        await user.go_to_column("p_id")
        await pick(user, "two")
        await user.press("w", "s")
    assert await fetch(empty_mariadb_url, "SELECT hex(p_id) FROM c") == [
        ("01FF00000000000000000000000000AA",)
    ]


async def test_a_long_key_is_picked_whole(empty_sqlite_url: str) -> None:
    await run(
        empty_sqlite_url,
        "CREATE TABLE p (id TEXT PRIMARY KEY NOT NULL, name TEXT UNIQUE)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p_id TEXT REFERENCES p (id))",
        "INSERT INTO p VALUES (printf('%.400c', 'k'), 'one')",
        "INSERT INTO c VALUES (1, NULL)",
    )
    async with browsing(empty_sqlite_url, "c") as user:
        await user.go_to_column("p_id")
        await pick(user, "one")
        await user.press("w", "s")
    assert await fetch(empty_sqlite_url, "SELECT length(p_id) FROM c") == [(400,)]


async def test_typing_on_takes_back_an_enter_that_came_too_early(sqlite_url: str) -> None:
    """What was found first for less text is not what the user means now."""
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("author_id")
        await user.press("e")
        await user.hurry("b", "enter")
        picker = user.screen
        assert isinstance(picker, Picker)
        picker.blink.end()
        await user.hurry("o", "b")
        await user.settle()
        assert user.screen is picker
        assert user.staged() == ""
        await user.press("down", "enter")
        assert user.screen is not picker
