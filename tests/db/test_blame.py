"""Constraints: each engine's refusal names the row, the column and the constraint, in plain words."""

import pytest

from tests.db.opening import made, row_of, table_of
from tui.db.changes import Change, Insert, NewRow, delete_of, update_of
from tui.db.errors import RefusedError, SaveError
from tui.db.save import save
from tui.db.values import Value

TABLES = (
    "CREATE TABLE parent (id integer PRIMARY KEY, code varchar(20) NOT NULL, a integer, b integer, "
    "CONSTRAINT code_once UNIQUE (code), CONSTRAINT pair_once UNIQUE (a, b), "
    "CONSTRAINT a_positive CHECK (a > 0))",
    "CREATE TABLE child (id integer PRIMARY KEY, parent_id integer, other varchar(5) NOT NULL, "
    "small smallint CHECK (small < 40000), "
    "CONSTRAINT child_of FOREIGN KEY (parent_id) REFERENCES parent (id))",
    "INSERT INTO parent VALUES (1, 'x', 1, 1), (2, 'y', 2, 2)",
    "INSERT INTO child VALUES (1, 1, 'o', 1)",
)

CASES: list[tuple[str, str, dict[str, object], str | None, str]] = [
    ("update", "parent", {"code": "y"}, "code", "code|code_once"),
    ("update", "parent", {"a": 2, "b": 2}, "a", "a, b|pair_once"),
    ("update", "parent", {"a": -1}, "a", "a_positive"),
    ("update", "parent", {"b": 7, "a": -1}, "a", "a_positive"),
    ("update", "parent", {"code": None}, "code", "code must have a value."),
    ("update", "child", {"parent_id": 77}, "parent_id", "parent_id|child_of"),
    ("insert", "child", {"id": 5, "other": "z", "parent_id": 99}, "parent_id", "parent_id|child_of"),
    ("insert", "child", {"id": 5}, "other", "other must have a value."),
    ("insert", "child", {"id": 1, "other": "z"}, "id", "already"),
    ("update", "child", {"small": 99999, "other": "q"}, "small", "small"),
    ("delete", "parent", {}, "", "child|child_of"),
]


@pytest.mark.parametrize(("kind", "name", "given", "column", "words"), CASES)
async def test_a_refusal_names_what_caused_it(
    empty_url: str, kind: str, name: str, given: dict[str, object], column: str, words: str
) -> None:
    is_sqlite = empty_url.startswith("sqlite")
    values: dict[str, Value] = {
        key: value if is_sqlite or value is None else str(value)  # type: ignore[misc]
        for key, value in given.items()
    }
    async with made(empty_url, *TABLES) as database:
        table = await table_of(database, name)
        row = await row_of(database, table, "id", 1 if is_sqlite else "1")
        changes: dict[str, Change] = {
            "insert": Insert(table, NewRow(1), values),
            "delete": delete_of(table, row),
        }
        change = update_of(table, row, values) if kind == "update" else changes[kind]
        with pytest.raises(SaveError) as caught:
            await save(database, [change])
    assert caught.value.change is change
    assert (caught.value.column or "") == column or kind == "delete"
    assert any(word in str(caught.value) for word in words.split("|")), str(caught.value)
    assert isinstance(caught.value, RefusedError)


async def test_a_check_is_not_laid_at_the_door_of_a_foreign_key(empty_url: str) -> None:
    """The row that it names comes with the same save, so the foreign key is not what is wrong."""
    statements = (
        "CREATE TABLE e (id integer PRIMARY KEY, boss integer, age integer, "
        "CONSTRAINT age_grown CHECK (age > 0), FOREIGN KEY (boss) REFERENCES e (id))",
    )
    is_sqlite = empty_url.startswith("sqlite")

    def values(**given: int) -> dict[str, Value]:
        return {name: number if is_sqlite else str(number) for name, number in given.items()}

    async with made(empty_url, *statements) as database:
        table = await table_of(database, "e")
        changes = [
            Insert(table, NewRow(1), values(id=10, age=1)),
            Insert(table, NewRow(2), values(id=11, boss=10, age=-1)),
        ]
        with pytest.raises(RefusedError, match="age_grown") as caught:
            await save(database, changes)
    assert caught.value.column == "age"
