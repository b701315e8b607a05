"""What the databases of a soak hold besides the sample: awkward tables, in SQL that every engine reads."""

LONG = "A long text, " * 1500
CONTROLS = "\x1b[2J\x07\x9b31m\x7f\u202e\t\n tail"

TABLES = (
    "CREATE TABLE no_key (a varchar(200), b integer)",
    "CREATE TABLE composite (a integer NOT NULL, b varchar(40) NOT NULL, note text, PRIMARY KEY (a, b))",
    "CREATE TABLE empties (id integer PRIMARY KEY, number numeric(10, 2), words text, day date, yes boolean)",
    'CREATE TABLE "odd name" (id integer PRIMARY KEY, "order" varchar(100), "it\'s a b" text)',
    "CREATE TABLE tree (id integer PRIMARY KEY, parent_id integer REFERENCES tree (id), name varchar(60))",
    "CREATE VIEW active_users AS SELECT id, username, email FROM users WHERE is_active",
)

HOSTILE = (
    "",
    "NULL",
    'it\'s "quoted" \\ %s :g [/] {x} $1',
    "😀 日本 ü e\u0301 \u200d",
    CONTROLS,
    LONG,
    "ends in blanks   ",
)

COLUMNS = {
    "users": ("id", "username", "email", "hashed_password", "is_active", "created_at"),
    "posts": ("id", "title", "content", "created_at", "author_id"),
    "tags": ("id", "name", "description"),
    "post_tags": ("post_id", "tag_id"),
    "no_key": ("a", "b"),
    "composite": ("a", "b", "note"),
    "empties": ("id", "number", "words", "day", "yes"),
    "odd name": ("id", "order", "it's a b"),
    "tree": ("id", "parent_id", "name"),
}
"""The tables that are written to, and watched, with their columns."""

KEYS = {
    **dict.fromkeys(("users", "posts", "tags", "empties", "odd name", "tree"), ("id",)),
    "post_tags": ("post_id", "tag_id"),
    "composite": ("a", "b"),
}
"""The columns of each key."""

TEXTS = {
    "users": 1,
    "posts": 1,
    "tags": 2,
    "no_key": 0,
    "composite": 2,
    "empties": 2,
    "odd name": 1,
    "tree": 2,
}
"""The number of a column in each table that takes any text."""


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def rows() -> list[str]:
    """The statements that fill the awkward tables."""
    made = []
    for i in range(120):
        text = literal(HOSTILE[i % len(HOSTILE)])
        made += [
            f"INSERT INTO no_key VALUES ({literal(f'row {i % 40}')}, {'NULL' if i % 5 == 0 else i % 7})",
            f"INSERT INTO composite VALUES ({i // 10}, {literal(f'b{i % 10}')}, {text})",
            f"INSERT INTO empties VALUES ({i}, NULL, {'NULL' if i % 3 else text}, NULL, NULL)",
            f'INSERT INTO "odd name" VALUES ({i}, {literal(f"row {i}")}, {text})',
            f"INSERT INTO tree VALUES ({i}, {i // 3 if i else 'NULL'}, {literal(f'node {i}')})",
        ]
    return made


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'
