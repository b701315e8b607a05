"""MariaDB's and MySQL's column types, as their catalogue spells them."""

import re

from tui.db.schema import Column
from tui.db.values import Kind

INTEGERS = {"tinyint": 1, "smallint": 2, "mediumint": 3, "int": 4, "bigint": 8}
"""Bytes that a whole number takes."""

FLOATS = ("float", "double")
TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
BYTES = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector")
SHAPES = (
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "geomcollection",
)
"""Geometry: read and written as the bytes that are stored, which hold the reference system too."""

DATETIMES = ("date", "datetime", "timestamp", "time", "year")
LISTED = ("enum", "set")
"""Types that list their values; they are ordered by the place in that list."""

MEMBER = re.compile(r"'((?:[^']|'')*)'")


def base(column: Column) -> str:
    """The type without lengths and attributes."""
    found = re.match(r"\w+", column.type)
    return found[0].lower() if found else ""


def width(column: Column) -> int:
    """The number in the type's brackets; 0 where there is none."""
    found = re.search(r"\((\d+)", column.type)
    return int(found[1]) if found else 0


def is_bytes(column: Column) -> bool:
    """Whether its values are bytes."""
    return base(column) in (*BYTES, *SHAPES)


def is_compared_exactly(column: Column) -> bool:
    """Whether equal values are the same value: no collation takes one for another, no digit is lost."""
    return base(column) in (*INTEGERS, *DATETIMES, "decimal", "bit")


def members(column: Column) -> list[str]:
    """The values that an ENUM or SET lists, in their order."""
    return [found.replace("''", "'") for found in MEMBER.findall(column.type)]


def kind_of(type_name: str, *, is_json: bool) -> Kind:
    """What a type means to a person; `tinyint(1)` is what BOOLEAN is another word for."""
    name = type_name.lower()
    found = re.match(r"\w+", name)
    word = found[0] if found else ""
    if is_json:
        return Kind.JSON
    if name.startswith(("tinyint(1)", "bit(1)")):
        return Kind.BOOLEAN
    kinds = {
        Kind.NUMBER: (*INTEGERS, *FLOATS, "decimal"),
        Kind.TEXT: TEXTS,
        Kind.BINARY: (*BYTES, *SHAPES),
        Kind.DATETIME: DATETIMES,
    }
    return next((kind for kind, words in kinds.items() if word in words), Kind.OTHER)
