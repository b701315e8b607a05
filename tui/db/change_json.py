"""Changes as JSON and back, exact to the last bit: what is kept on disk has to be written as it was meant."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from tui.db.changes import Change, Delete, Insert, NewRow, RowKey, Update
from tui.db.schema import Table, TableName
from tui.db.values import DEFAULT, BadText, Cut, Unset, Value

Json: TypeAlias = Any
"""Whatever `json` reads and writes."""


def encode_change(change: Change) -> Json:
    """A change as JSON; the table goes by its name."""
    name = change.table.name
    made: dict[str, Json] = {"table": [name.schema, name.name]}
    if isinstance(change, Insert):
        after = None if change.after is None else encode_key(change.after)
        return made | {"insert": change.row.number, "values": encode_values(change.values), "after": after}
    made |= {"identity": encode_key(change.identity), "seen": encode_values(change.seen)}
    if isinstance(change, Delete):
        return made
    return made | {"new": encode_values(change.new), "was": encode_values(change.was)}


def table_name(encoded: Json) -> TableName:
    """The table of an encoded change."""
    schema, name = encoded["table"]
    return TableName(schema, name)


def decode_change(encoded: Json, table: Table) -> Change:
    """The change of a table.

    Raises KeyError, TypeError or ValueError where it is not one, or names a column that is not there.
    """
    if "insert" in encoded:
        after = None if encoded["after"] is None else decode_key(encoded["after"])
        return Insert(table, NewRow(encoded["insert"]), decode_values(encoded["values"], table), after)
    identity, seen = decode_key(encoded["identity"]), decode_values(encoded["seen"], table)
    if not isinstance(identity, tuple) or len(identity) != len(table.identity_columns):
        raise ValueError("the table has another key by now")
    if "new" in encoded:
        was = decode_values(encoded.get("was", {}), table)
        return Update(table, identity, seen, decode_values(encoded["new"], table), was)
    return Delete(table, identity, seen)


def encode_key(key: RowKey) -> Json:
    """What names a row, as JSON."""
    return key.number if isinstance(key, NewRow) else [encode_value(value) for value in key]


def decode_key(encoded: Json) -> RowKey:
    """What names a row. Raises TypeError or ValueError where it is not one."""
    return NewRow(encoded) if isinstance(encoded, int) else tuple(decode_value(value) for value in encoded)


def encode_values(values: Mapping[str, Value]) -> Json:
    """Values by column, as JSON."""
    return {column: encode_value(value) for column, value in values.items()}


def decode_values(encoded: Mapping[str, Json], table: Table) -> dict[str, Value]:
    """Values by column. Raises KeyError for a column that is not there, TypeError or ValueError."""
    return {table.column(column).name: decode_value(value) for column, value in encoded.items()}


def encode_value(value: Value) -> Json:
    """A value as JSON: NULL, integers and texts as they are; of all others the kind is named."""
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, bytes):
        return {"bad text" if isinstance(value, BadText) else "bytes": value.hex()}
    return {"default": True} if isinstance(value, Unset) else {"cut": encode_value(value.start)}


def decode_value(encoded: Json) -> Value:
    """A value from its JSON. Raises TypeError or ValueError where it is none."""
    if encoded is None or (isinstance(encoded, int | str) and not isinstance(encoded, bool)):
        return encoded
    if not isinstance(encoded, Mapping):
        raise TypeError("no value is written so")
    [(kind, content)] = encoded.items()
    if kind == "cut":
        return Cut(_start(decode_value(content)))
    if kind == "float":
        return float(content)
    if kind == "default":
        return DEFAULT
    return (BadText if kind == "bad text" else bytes)(bytes.fromhex(content))


def _start(value: Value) -> str | bytes:
    if not isinstance(value, str | bytes):
        raise TypeError("only texts and bytes are cut")
    return value
