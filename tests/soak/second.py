"""`python -m tests.soak.second URL SEED`: a second program that writes to the same tables.

It ends when its standard input is closed. Each line that it prints is one statement with its outcome.
"""

import asyncio
import json
import select
import sys
from random import Random

from tests.outside import run
from tests.soak.data import literal
from tests.soak.engines import REFUSED
from tests.soak.witness import Witness


class Statements:
    """Random writes, mostly to the rows at the beginning of tables: that is where others are at work."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._count = 0

    def next(self) -> tuple[str, str, str]:
        """A statement, with its table and kind."""
        self._count += 1
        sql = self._random.choice(_FORMS).format(
            near=self._random.randrange(1, 40),
            far=self._random.randrange(1, 1000),
            small=self._random.randrange(1, 9),
            new=100_000 + self._count,
            text=literal(f"second {self._count}"),
        )
        kind, table, statement = sql.split("|", 2)
        return table, kind, statement


_FORMS = (
    "UPDATE|users|UPDATE users SET hashed_password = {text} WHERE id = {near}",
    "UPDATE|users|UPDATE users SET username = {text} WHERE id = {far}",
    "UPDATE|posts|UPDATE posts SET title = {text} WHERE id = {near}",
    "UPDATE|posts|UPDATE posts SET content = {text} WHERE id = {far}",
    "UPDATE|tags|UPDATE tags SET description = {text} WHERE id = {near}",
    "DELETE|post_tags|DELETE FROM post_tags WHERE post_id = {near} AND tag_id = {small}",
    "INSERT|post_tags|INSERT INTO post_tags (post_id, tag_id) VALUES ({near}, {small})",
    "UPDATE|no_key|UPDATE no_key SET a = {text} WHERE b = {small}",
    "INSERT|no_key|INSERT INTO no_key (a, b) VALUES ({text}, {small})",
    "DELETE|no_key|DELETE FROM no_key WHERE a = 'row {near}'",
    "UPDATE|composite|UPDATE composite SET note = {text} WHERE a = {small}",
    "INSERT|composite|INSERT INTO composite (a, b, note) VALUES ({near}, {text}, NULL)",
    "DELETE|empties|DELETE FROM empties WHERE id = {near}",
    "INSERT|empties|INSERT INTO empties (id, words) VALUES ({new}, {text})",
    'UPDATE|odd name|UPDATE "odd name" SET "order" = {text} WHERE id = {near}',
    "UPDATE|tree|UPDATE tree SET name = {text} WHERE id = {near}",
    "INSERT|tree|INSERT INTO tree (id, parent_id, name) VALUES ({new}, {near}, {text})",
)


async def _write(url: str, table: str, kind: str, statement: str) -> None:
    try:
        await run(url, *Witness(url).as_second(statement))
        outcome = "done"
    except REFUSED as error:
        outcome = f"failed: {error}"
    print(json.dumps({"table": table, "kind": kind, "outcome": outcome}), flush=True)


def main(url: str, seed: int) -> None:
    """Write, until nobody is there any more who would want that."""
    random = Random(seed)
    statements = Statements(random)
    while not select.select([sys.stdin], [], [], random.uniform(0.05, 0.6))[0]:
        asyncio.run(_write(url, *statements.next()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
