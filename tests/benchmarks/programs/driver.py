"""The first fifty rows by the driver alone, printed: `driver.py FILE`."""

import asyncio
import sys

import aiosqlite


async def main(path: str) -> None:
    """Read a page, print it, stay until the terminal is closed."""
    async with aiosqlite.connect(path) as connection:
        rows = await connection.execute_fetchall("SELECT * FROM events ORDER BY id LIMIT 50")
    for row in list(rows)[:30]:  # the first of them must not leave the screen
        sys.stdout.write("  ".join(map(str, row))[:100] + "\r\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(sys.argv[1]))
