"""Typed texts become values that the column can hold, or are refused with the reason."""

from collections.abc import Sequence

import pytest

from tests.db.opening import made, opened, table_of
from tui.db.database import Database
from tui.db.entry import accept
from tui.db.errors import QueryError, ValueRefusedError
from tui.db.schema import Column
from tui.db.values import Value, same

TYPES = (
    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
    "CREATE DOMAIN short AS varchar(5)",
)


async def typed(url: str, type_name: str, text: str | None, seen: Value = None) -> Value:
    """What a typed text becomes in a column of a type."""
    types = TYPES if url.startswith("postgresql") else ()
    async with made(url, *types, f"CREATE TABLE t (a {type_name})") as database:
        return await accept(database, (await table_of(database, "t")).columns[0], text, seen)


@pytest.mark.parametrize(
    ("type_name", "text", "seen", "value"),
    [
        ("INTEGER", "12", None, 12),
        ("INTEGER", " -12 ", None, -12),
        ("INTEGER", "12.0", None, 12),
        ("INTEGER", "9007199254740993.0", None, 9007199254740993),
        ("INTEGER", "9223372036854775807", None, 2**63 - 1),
        ("INTEGER", "-9223372036854775808", None, -(2**63)),
        ("REAL", "1", None, 1.0),
        ("REAL", "1e3", None, 1000.0),
        ("REAL", "100000000000000000000", None, 1e20),
        ("NUMERIC(10,2)", "1.5", None, 1.5),
        ("NUMERIC(10,2)", "2", None, 2),
        ("BOOLEAN", "true", None, 1),
        ("BOOLEAN", "0", None, 0),
        ("VARCHAR(5)", "grün ", None, "grün "),
        ("TEXT", "12", None, "12"),
        ("TEXT", "", None, ""),
        ("TEXT", "a\nb", None, "a\nb"),
        ("TEXT", "NULL", None, "NULL"),
        ("TEXT", None, "x", None),
        ("DATETIME", "2025-02-03 10:11:12", None, "2025-02-03 10:11:12"),
        ("DATE", "2025-02-03", None, "2025-02-03"),
        ("TIME", "10:11", None, "10:11"),
        ("DATETIME", "1700000001", 1700000000, 1700000001),
        ("DATETIME", "garbage2", "garbage", "garbage2"),
        ("JSON", '{"a": [1.10]}', None, '{"a": [1.10]}'),
        ("BLOB", "00ff", None, b"\0\xff"),
        ("BLOB", "x'00 FF'", None, b"\0\xff"),
        ("BLOB", "", None, b""),
        ("TEXT", "ff", b"\0", b"\xff"),
        ("", "12", None, "12"),
        ("", "12", 7, 12),
        ("", "x", 7, "x"),
    ],
)
async def test_sqlite_accepts(
    empty_sqlite_url: str, type_name: str, text: str | None, seen: Value, value: Value
) -> None:
    assert same(await typed(empty_sqlite_url, type_name, text, seen), value)


@pytest.mark.parametrize(
    ("type_name", "text", "reason"),
    [
        ("INTEGER", "abc", "a holds numbers (INTEGER); 'abc' is none."),
        ("INTEGER", "", "a holds numbers (INTEGER); '' is none."),
        ("INTEGER", "1.5", "a holds whole numbers (INTEGER)."),
        ("INTEGER", "9223372036854775808", "a holds whole numbers up to 9223372036854775807."),
        ("INTEGER", "-9223372036854775809", "a holds whole numbers up to 9223372036854775807."),
        ("INTEGER", "1e300", "a holds whole numbers up to 9223372036854775807."),
        ("INTEGER", "\u0661\u0662", "a holds numbers (INTEGER); '\u0661\u0662' is none."),
        ("REAL", "nan", "a holds numbers (REAL); 'nan' is none."),
        ("REAL", "1e999", "a holds numbers (REAL); '1e999' is none."),
        ("BOOLEAN", "maybe", "a holds true or false: type 1 or 0."),
        ("VARCHAR(5)", "123456", "a holds at most 5 characters; this has 6."),
        ("DATETIME", "yesterday", "a holds dates and times (DATETIME), such as 2025-02-03 10:11:12."),
        ("DATE", "2025-02-30", "a holds dates and times (DATE), such as 2025-02-03 10:11:12."),
        ("BLOB", "xyz", "a holds bytes: write them in hex, such as 00ff1a."),
        ("TEXT NOT NULL", None, "a must have a value: it can't be NULL."),
        ("INT GENERATED ALWAYS AS (1) STORED", "1", "a can't be changed: it is computed by the database."),
    ],
)
async def test_sqlite_refuses(empty_sqlite_url: str, type_name: str, text: str | None, reason: str) -> None:
    if "GENERATED" in type_name:
        type_name = f"{type_name}, b INT"
    with pytest.raises(ValueRefusedError) as caught:
        await typed(empty_sqlite_url, type_name, text)

    assert str(caught.value) == reason


ACCEPTED: list[tuple[str, str | None, str | None]] = [
    ("numeric(10,2)", "12.345", "12.35"),
    ("numeric(10,2)", " 12 ", "12.00"),
    ("int", "007", "7"),
    ("bigint", "9223372036854775807", "9223372036854775807"),
    ("double precision", "1e3", "1000"),
    ("double precision", "nan", "NaN"),
    ("boolean", "yes", "true"),
    ("varchar(5)", "grün ", "grün "),
    ("char(5)", "ab", "ab"),
    ("text", "", ""),
    ("text", "NULL", "NULL"),
    ("text", None, None),
    ("date", "Feb 3 2025", "2025-02-03"),
    ("date", "infinity", "infinity"),
    ("timestamp(0)", "2025-02-03 10:11:12.6", "2025-02-03 10:11:13"),
    ("timestamptz", "2025-02-03 10:11+01", "2025-02-03 09:11:00+00"),
    ("interval", "1 month 2 days", "1 mon 2 days"),
    ("mood", "happy", "happy"),
    ("positive", "7", "7"),
    ("uuid", "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("jsonb", '{"b":1, "a":1.10}', '{"a": 1.10, "b": 1}'),
    ("json", '{"b":1, "b":2}', '{"b":1, "b":2}'),
    ("bytea", "\\x00FF", "\\x00ff"),
    ("int[]", "{1, 2}", "{1,2}"),
    ("int4range", "[1,4]", "[1,5)"),
    ("inet", "::1", "::1/128"),
]
REFUSED: list[tuple[str, str | None, str]] = [
    ("int", "abc", 'invalid input syntax for type integer: "abc"'),
    ("int", "", 'invalid input syntax for type integer: ""'),
    ("int", "1.5", "invalid input syntax"),
    ("int", "2147483648", "out of range"),
    ("bigint", "9223372036854775808", "out of range"),
    ("numeric(4,2)", "100", "numeric field overflow"),
    ("varchar(5)", "123456", "a holds at most 5 characters; this has 6."),
    ("char(5)", "123456", "a holds at most 5 characters; this has 6."),
    ("short", "123456", "a holds at most 5 characters; this has 6."),
    ("boolean", "maybe", "invalid input syntax for type boolean"),
    ("date", "2025-02-30", "out of range"),
    ("date", "yesterdaz", "invalid input syntax for type date"),
    ("mood", "angry", 'invalid input value for enum mood: "angry"'),
    ("positive", "-1", "violates check constraint|The check"),
    ("json", "{bad", "invalid input syntax for type json"),
    ("jsonb", "", "invalid input syntax for type json"),
    ("uuid", "x", "invalid input syntax for type uuid"),
    ("bytea", "\\xzz", "invalid hexadecimal"),
    ("int[]", "1,2", "malformed array"),
    ("text", "a\0b", "NUL"),
    ("text NOT NULL", None, "a must have a value: it can't be NULL."),
    ("int GENERATED ALWAYS AS IDENTITY", "1", "a can't be changed: it is numbered by the database."),
    ("int GENERATED ALWAYS AS (1) STORED", "1", "a can't be changed: it is computed by the database."),
]


async def columns_of(database: Database, cases: Sequence[tuple[str, str | None, str | None]]) -> list[Column]:
    """A column for each case, in a table of its own."""
    statements = [f"CREATE TABLE t{n} (a {case[0]})" for n, case in enumerate(cases)]
    async with database.writing() as session:
        for statement in (*TYPES, *statements):
            await (await session.connection()).exec_driver_sql(statement)
        await session.commit()
    await database.reload_catalog()
    return [(await table_of(database, f"t{n}")).columns[0] for n in range(len(cases))]


async def test_postgresql_gives_the_canonical_form(empty_postgresql_url: str) -> None:
    """What was typed comes back as the server would store it."""
    async with opened(empty_postgresql_url) as database:
        for column, (_, text, value) in zip(await columns_of(database, ACCEPTED), ACCEPTED, strict=True):
            assert await accept(database, column, text) == value, (column, text)


async def test_postgresql_refuses(empty_postgresql_url: str) -> None:
    async with opened(empty_postgresql_url) as database:
        for column, (_, text, reason) in zip(await columns_of(database, REFUSED), REFUSED, strict=True):
            with pytest.raises(ValueRefusedError, match=reason.replace("(", r"\(")) as caught:
                await accept(database, column, text)

            assert str(caught.value).endswith(".")
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize("type_name", ["TEXT", "VARCHAR(20)", "JSON", "DATE", "INTEGER", "BOOLEAN"])
async def test_half_a_character_is_refused(empty_url: str, type_name: str) -> None:
    with pytest.raises(ValueRefusedError):
        await typed(empty_url, type_name, '"\ud800"')


async def test_half_a_character_is_named_as_the_reason(empty_url: str) -> None:
    with pytest.raises(ValueRefusedError, match=r"half of a character \(a lone surrogate\)"):
        await typed(empty_url, "TEXT", "a\udfff")


async def test_a_column_of_the_sample_refuses_what_it_cannot_hold(database: Database) -> None:
    users = await table_of(database, "users")
    for column, text in (
        ("username", "x" * 51),
        ("is_active", "maybe"),
        ("created_at", "soon"),
        ("id", "one"),
    ):
        with pytest.raises(ValueRefusedError):
            await accept(database, users.column(column), text)

    accepted = await accept(database, users.column("is_active"), "1")
    assert accepted == {"sqlite": 1, "postgresql": "true", "mysql": "1"}[database.address.engine]


async def test_a_lost_connection_refuses_no_value(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing about the value, so it is another error."""
    async with made(postgresql_url) as database:
        column = (await table_of(database, "users")).column("id")

        async def lost(*_: object, **__: object) -> None:
            raise QueryError("The connection to the server was lost.", is_lost=True)

        monkeypatch.setattr(database, "fetch", lost)
        with pytest.raises(QueryError, match="lost"):
            await accept(database, column, "1")
