"""A second program at the same database, and the truth: plain drivers, none of tui's code."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncmy
import asyncpg

Rows: TypeAlias = list[tuple[Any, ...]]


async def run(url: str, *statements: str) -> None:
    """Run statements one by one, each committed at once."""
    if path := _sqlite_path(url):
        await asyncio.to_thread(_sqlite, path, statements)
        return
    if url.startswith("mysql:"):
        await _mariadb(url, statements)
        return
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def fetch(url: str, sql: str) -> Rows:
    """The rows of a query, as the plain driver gives them."""
    if path := _sqlite_path(url):
        return await asyncio.to_thread(_sqlite, path, (sql,))
    if url.startswith("mysql:"):
        return await _mariadb(url, (sql,))
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def _mariadb(url: str, statements: tuple[str, ...]) -> Rows:
    """In standard SQL: names in double quotes, `||` joins texts."""
    connection = await mariadb_connection(url)
    try:
        async with connection.cursor() as cursor:
            for statement in statements:
                await cursor.execute(statement)
            return [tuple(row) for row in await cursor.fetchall()] if statements else []
    finally:
        await connection.ensure_closed()


async def mariadb_connection(url: str) -> Any:
    """A plain connection to the database of a URL."""
    parts = urlsplit(url)
    return await asyncmy.connect(
        host=parts.hostname,
        port=parts.port,
        user=parts.username,
        password=parts.password or "",
        database=parts.path[1:] or None,
        autocommit=True,
        init_command="SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,"
        "ALLOW_INVALID_DATES'",
    )


def _sqlite_path(url: str) -> str:
    """The file of an SQLite URL, nothing for another one."""
    return url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""


def _sqlite(path: str, statements: tuple[str, ...]) -> Rows:
    rows: Rows = []
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    return rows
