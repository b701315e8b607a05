"""SQLite: any value in a column of any type, as its affinity makes it."""

from tests.db.kinds.kind import Kinds

ANYTHING = (
    "NULL",
    "''",
    "'NULL'",
    "'null'",
    "'text'",
    "'TEXT'",
    "'text '",
    "'it''s \"quoted\" \\ %s :g [/]'",
    "'😀 日本 ü'",
    "'a' || char(10) || 'b' || char(13) || char(9)",
    "char(0)",
    "'a' || char(0)",
    "'a' || char(0) || 'b'",
    "CAST(x'636166e920fffe' AS TEXT)",
    "CAST(x'eda080' AS TEXT)",
    "CAST(x'ff00' AS TEXT)",
    "x''",
    "x'00'",
    "x'00ff'",
    "x'31'",
    "x'636166e920fffe'",
    "'007'",
    "'1'",
    "'12.0'",
    "'1.005'",
    "' 1'",
    "'1e3'",
    "'0x10'",
    "'inf'",
    "'nan'",
    "'9007199254740993'",
    "'9223372036854775808'",
    "0",
    "1",
    "2",
    "-1",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "1.0",
    "1.5",
    "0.1 + 0.2",
    "-0.0",
    "1e15",
    "1e308",
    "5e-324",
    "9223372036854775808.0",
    "9e999",
    "-9e999",
    "'true'",
    "'garbage'",
    "'2025-02-30'",
    "'0000-00-00'",
    "'2025-02-03T10:11:12.123456789+01:30'",
    "1700000000",
    "2460710.5",
    "'{bad'",
    '\'{"a": 1.10, "a": 2}\'',
    "substr(hex(zeroblob(500)), 1, 300)",
    "hex(zeroblob(500))",
    "hex(zeroblob(500)) || CAST(x'ff' AS TEXT)",
    "zeroblob(1000)",
    "CAST(zeroblob(0) || x'ff' AS TEXT) || hex(zeroblob(500))",
    "'a' || char(0) || hex(zeroblob(500))",
)
"""Values for any column of SQLite: each is stored as the column's affinity makes it."""

STRICT_TEXT = tuple(literal for literal in ANYTHING if literal.startswith(("'", "char", "CAST", "NULL")))
SQLITE = {
    "whole numbers": ("INTEGER", "INT", "FLOATING POINT"),
    "numbers": ("REAL", "NUMERIC", "DECIMAL(10,2)"),
    "texts": ("TEXT", "VARCHAR(3)", "TEXT COLLATE NOCASE"),
    "times": ("DATE", "DATETIME", "INTERVAL"),
    "others": ("", "BLOB", "BOOLEAN", "JSON", "UUID", "ANY"),
}
"""Each affinity, by names of types that mean something else to people."""

SQLITE_STRICT = (
    Kinds("ANY", ANYTHING, suffix="STRICT"),
    Kinds("TEXT", STRICT_TEXT, suffix="STRICT, WITHOUT ROWID"),
    Kinds("INT", ("NULL", "0", "'12'", "-9223372036854775808", "9223372036854775807"), suffix="STRICT"),
    Kinds("REAL", ("NULL", "0.1", "-0.0", "9e999", "12", "5e-324"), suffix="STRICT"),
    Kinds("BLOB", ("NULL", "x''", "x'00ff'", "zeroblob(1000)"), suffix="STRICT, WITHOUT ROWID"),
)
FAMILIES: dict[str, tuple[Kinds, ...]] = {
    name: tuple(Kinds(type_, ANYTHING, is_key=type_ != "INTEGER") for type_ in types)
    for name, types in SQLITE.items()
} | {"strict": SQLITE_STRICT}

FIRST: tuple[str, ...] = ()

EXACT = (
    "typeof({0}) || ' ' || hex({0}) || CASE typeof({0}) WHEN 'real' THEN printf('%!.26g', {0}) ELSE '' END"
)
