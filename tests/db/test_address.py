"""What users type to name a database."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.db.opening import connection_threads, opened
from tests.outside import fetch
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import AddressError, TuiError

SECRET = "S3cr3t"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_file: Path) -> Path:
    """The current directory, with the sample in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample.db").write_bytes(sample_file.read_bytes())
    (tmp_path / "x.sqlite3").write_bytes(sample_file.read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "sample.db",
        "./x.sqlite3",
        "{home}/sample.db",
        "sqlite:///sample.db",
        "sqlite+aiosqlite:///sample.db",
        "sqlite:///{home}/sample.db",
        "SQLite:///sample.db",
        "sqlite:///sample.db?mode=ro",
        "sqlite:///s%61mple.db",
    ],
)
async def test_every_form_of_a_files_name_opens_it(home: Path, text: str) -> None:
    async with opened(text.format(home=home)) as database:
        labels = [entry.name.label for entry in database.catalog.entries]

    assert labels == ["post_tags", "posts", "tags", "users"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_every_scheme_of_postgresql_opens_it(postgresql_url: str, scheme: str) -> None:
    async with opened(postgresql_url.replace("postgresql", scheme, 1)) as database:
        labels = [entry.name.label for entry in database.catalog.entries]

    assert labels == ["post_tags", "posts", "tags", "users"]


@pytest.mark.parametrize("text", [":memory:", "sqlite://", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_one_for_all_connections(text: str) -> None:
    async with opened(text) as database:
        async with database.writing() as session:
            await (await session.connection()).exec_driver_sql("CREATE TABLE t (a)")
            await session.commit()
        await database.reload_catalog()

        assert [entry.name.label for entry in database.catalog.entries] == ["t"]
        assert database.title.startswith("in memory · SQLite 3.")


async def test_two_databases_in_memory_are_two() -> None:
    async with opened(":memory:") as one, opened(":memory:") as other:
        async with one.writing() as session:
            await (await session.connection()).exec_driver_sql("CREATE TABLE t (a)")
            await session.commit()
        await other.reload_catalog()

        assert other.catalog.entries == ()


@pytest.mark.parametrize(
    "name",
    ["a b.db", "a%41.db", "a%2Fb.db", "a?b.db", "a#b.db", "grün 表.db", "a'b\".db", "a:b.db", "&x=1.db"],
)
async def test_odd_names_open_the_very_file(home: Path, name: str) -> None:
    (home / name).touch()
    files = set(os.listdir(home))

    async with opened(name) as database, database.writing() as session:
        await (await session.connection()).exec_driver_sql("CREATE TABLE mine (a)")
        await session.commit()

    assert b"mine" in (home / name).read_bytes()
    assert set(os.listdir(home)) == files


async def test_an_escaped_name_in_a_url_is_the_very_file(home: Path) -> None:
    (home / "a b?#.db").write_bytes((home / "sample.db").read_bytes())

    async with opened("sqlite:///a%20b%3F%23.db") as database:
        assert database.address.label == "a b?#.db"
        assert len(database.catalog.entries) == 4


async def test_a_name_with_a_percent_sign_in_a_url_is_taken_as_it_is_where_it_exists(home: Path) -> None:
    (home / "a%20b.db").touch()
    (home / "a b.db").touch()

    assert parse_address("sqlite:///a%20b.db").label == "a%20b.db"


async def test_an_empty_file_is_a_database_without_tables(home: Path) -> None:
    (home / "empty.db").touch()

    async with opened("empty.db") as database:
        assert database.catalog.entries == ()

    assert (home / "empty.db").read_bytes() == b""


@pytest.mark.parametrize("text", ["typo.db", "no/typo.db", "sqlite:///typo.db", "sample.db/typo.db"])
def test_a_missing_file_is_named_and_never_created(home: Path, text: str) -> None:
    files = set(os.listdir(home))

    with pytest.raises(AddressError, match=r"^There is no file '.*typo\.db'\. "):
        parse_address(text)

    assert set(os.listdir(home)) == files


async def test_a_file_that_vanishes_before_it_is_opened_is_not_created(home: Path) -> None:
    address = parse_address("x.sqlite3")
    (home / "x.sqlite3").unlink()

    with pytest.raises(TuiError, match="can't be opened"):
        await Database.open(address)

    assert not (home / "x.sqlite3").exists()
    assert connection_threads() == []


def test_a_directory_is_refused(home: Path) -> None:
    with pytest.raises(AddressError, match="is a directory"):
        parse_address(str(home))


def test_a_fifo_is_refused_at_once(home: Path) -> None:
    os.mkfifo(home / "pipe")

    with pytest.raises(AddressError, match="is no regular file"):
        parse_address("pipe")


@pytest.mark.parametrize("name", ["a\0b.db", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(home: Path, name: str) -> None:
    with pytest.raises(AddressError, match="can't be opened"):
        parse_address(name)


@pytest.mark.parametrize(
    "content", [b"dear diary,\n" * 500, b"\0\xff" * 4096, b"SQLite format 3\0" + b"?" * 9000]
)
async def test_a_file_that_is_no_database_is_named_so_and_left_alone(home: Path, content: bytes) -> None:
    (home / "diary.txt").write_bytes(content)

    with pytest.raises(TuiError, match="This file is no SQLite database, or it is encrypted"):
        await Database.open(parse_address("diary.txt"))

    assert (home / "diary.txt").read_bytes() == content


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No database was named"),
        ("  ", "No database was named"),
        (
            "oracle://u@h/d",
            "'oracle' is no kind of database that tui opens: "
            "it opens SQLite, PostgreSQL and MariaDB or MySQL",
        ),
        ("http://example.org", "'http' is no kind"),
        ("sqlite://sample.db", "A file's URL has three slashes: sqlite:///sample.db"),
        ("postgresql://u@h:port/d", "check the port"),
        ("postgresql://u@h:99999/d", "check the port"),
        ("postgresql://u@[::1/d", "can't be read"),
    ],
)
def test_a_mistake_is_one_sentence_with_advice(home: Path, text: str, sentence: str) -> None:
    with pytest.raises(AddressError, match=re.escape(sentence)):
        parse_address(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("postgresql://u:S3cr3t@db.example.org:5433/shop", "shop@db.example.org:5433 · PostgreSQL"),
        ("postgresql://u@db.example.org/my%20shop", "my shop@db.example.org · PostgreSQL"),
        ("postgresql:///shop?host=/run/pg", "shop · PostgreSQL"),
        ("postgresql://", "PostgreSQL · PostgreSQL"),
        ("mysql://u:S3cr3t@db.example.org:3307/shop", "shop@db.example.org:3307 · MariaDB or MySQL"),
        ("mariadb://u@db.example.org/shop", "shop@db.example.org · MariaDB or MySQL"),
        ("mysql+asyncmy://u@db.example.org", "db.example.org · MariaDB or MySQL"),
        ("mysql+aiomysql:///shop?unix_socket=/run/s", "shop · MariaDB or MySQL"),
    ],
)
def test_the_title_of_a_server_has_no_user_and_no_password(text: str, title: str) -> None:
    assert parse_address(text).title == title


@pytest.mark.parametrize("mark", ["@", "/", "#", "?", ":", "%", "[", "]", " ", "\\", "ü", "℀", "\n"])
@pytest.mark.parametrize(
    "place",
    ["postgresql://u:{}@h/d", "postgresql://u:{}@h:5432/d", "postgres://{}@h/d", "mysql://u:{}@h/d"],
)
@pytest.mark.parametrize(
    "secret", [f"{SECRET}{{}}{SECRET}", f"42{{}}{SECRET}", f"{SECRET}{{}}42", f"{{}}{SECRET}"]
)
def test_no_mistake_in_a_url_shows_the_password(place: str, mark: str, secret: str) -> None:
    """Also where an unescaped character makes the URL fall apart in the wrong place."""
    assert_no_secret(place.format("u:" + secret.format(mark) if "u:" not in place else secret.format(mark)))


@given(st.text(alphabet="@/#?:%[]. 4aü&=", max_size=8))
def test_no_password_is_ever_shown(noise: str) -> None:
    assert_no_secret(f"postgresql://u:{noise}{SECRET}@h/d")
    assert_no_secret(f"postgresql://u:{SECRET}{noise}@h/d")


def assert_no_secret(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError as error:
        seen = f"{error}{error!r}{error.__cause__}"
    else:
        seen = f"{address}{address!r}{address.title}{address.label}"
    assert SECRET not in seen, text


async def test_mode_ro_makes_every_write_fail(home: Path) -> None:
    async with opened("sqlite:///sample.db?mode=ro") as database:
        assert database.is_read_only
        async with database.writing() as session:
            with pytest.raises(Exception, match="readonly"):
                await (await session.connection()).exec_driver_sql("DELETE FROM post_tags")

    assert await fetch(f"sqlite:///{home}/sample.db", "SELECT count(*) FROM post_tags") == [(9883,)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("postgresql:///?host=/tmp/a&dbname=prod", "postgresql:///?host=/tmp/b&dbname=prod"),
        ("postgresql://h/?port=1", "postgresql://h/?port=2"),
        ("postgresql://h/prod", "postgresql://h/test"),
        ("postgresql://amy@h/prod", "postgresql://bob@h/prod"),
        ("mysql://h/prod?unix_socket=/a", "mysql://h/prod?unix_socket=/b"),
    ],
)
def test_two_databases_are_two_places(left: str, right: str) -> None:
    assert parse_address(left).place != parse_address(right).place


def test_a_place_holds_no_password() -> None:
    place = parse_address("postgresql://amy:s3cret@h:1/prod?password=s3cret&sslmode=require").place
    assert "s3cret" not in place
    assert place == parse_address("postgresql://amy@h:1/prod").place
