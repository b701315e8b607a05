"""A second program at the same database, and the truth: plain drivers, none of tui's code."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any, TypeAlias

import asyncpg

Rows: TypeAlias = list[tuple[Any, ...]]


async def run(url: str, *statements: str) -> None:
    """Run statements one by one, each committed at once."""
    if path := _sqlite_path(url):
        await asyncio.to_thread(_sqlite, path, statements)
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
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def _sqlite_path(url: str) -> str:
    """The file of an SQLite URL, nothing for another one."""
    return url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""


def _sqlite(path: str, statements: tuple[str, ...]) -> Rows:
    rows: Rows = []
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None)) as connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    return rows
