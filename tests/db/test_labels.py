"""Labels: which column tells what a row is, and how many statements that takes."""

import pytest
from sqlalchemy import event

from tests.db.opening import made, table_of
from tui.db.database import Database
from tui.db.labels import label_column, load_labels, parents_of
from tui.db.rows import first_page
from tui.db.schema import Column, Identity, Table, TableKind, TableName
from tui.db.values import Kind
from tui.db.view import View


def table(*names: str, unique: str = "", lengths: int | None = None) -> Table:
    columns = [Column("id", "int", Kind.NUMBER)]
    columns += [Column(name, "text", Kind.TEXT, max_length=lengths) for name in names]
    keys = ((unique,),) if unique else ()
    return Table(TableName("s", "t"), TableKind.TABLE, tuple(columns), Identity(("id",)), (), keys)


@pytest.mark.parametrize(
    ("made_of", "chosen"),
    [
        (table("email", "name"), "name"),
        (table("Title", "body"), "Title"),
        (table("note", "company_name"), "company_name"),
        (table("password_name", "token"), None),
        (table("hashed_password", "email"), "email"),
        (table("note", "iban", unique="iban"), "iban"),
        (table("note"), None),
        (table("note", lengths=80), "note"),
        (table(), None),
    ],
)
def test_the_most_telling_column_is_the_label(made_of: Table, chosen: str | None) -> None:
    column = label_column(made_of)
    assert (column and column.name) == chosen


@pytest.mark.parametrize("count", [10, 100])
async def test_the_labels_of_a_page_take_one_statement_for_each_foreign_key(
    database: Database, count: int
) -> None:
    posts = await table_of(database, "posts")
    page = await first_page(database, View(posts), count)
    [relation] = parents_of(posts)
    await load_labels(database, posts, relation, page.rows[:1])
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engines.reader.sync_engine, "before_cursor_execute", note)
    labels = await load_labels(database, posts, relation, page.rows)
    assert len([text for text in statements if "users" in text]) == 1
    author = posts.positions["author_id"]
    assert labels.keys() == {(row.values[author],) for row in page.rows}
    assert "bob" in labels.values() or count == 10


async def test_a_key_of_several_columns_and_one_to_itself_have_labels(empty_url: str) -> None:
    statements = (
        "CREATE TABLE place (country varchar(2), number integer, name varchar(20), "
        "PRIMARY KEY (country, number))",
        "CREATE TABLE visit (id integer PRIMARY KEY, country varchar(2), number integer, back integer, "
        "title varchar(20), FOREIGN KEY (country, number) REFERENCES place (country, number), "
        "FOREIGN KEY (back) REFERENCES visit (id))",
        "INSERT INTO place VALUES ('de', 1, 'Ulm'), ('fr', 1, 'Metz')",
        "INSERT INTO visit VALUES (1, 'fr', 1, NULL, 'first'), (2, 'de', 1, 1, NULL), (3, NULL, 1, 2, NULL)",
    )
    async with made(empty_url, *statements) as database:
        visit = await table_of(database, "visit")
        page = await first_page(database, View(visit), 10)
        found = {
            relation.key.columns: sorted((await load_labels(database, visit, relation, page.rows)).values())
            for relation in parents_of(visit)
        }
    assert found == {("country", "number"): ["Metz", "Ulm"], ("back",): ["", "first"]}
