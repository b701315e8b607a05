"""Which values a check lets through, where it lists them: `status IN ('new', 'done')` as engines spell it."""

import re
from collections.abc import Iterator

_TEXT = r"'(?:[^']|'')*'"
_CAST = r"(?:::[a-z_ ]+(?:\[\])?)*"
_ITEM = rf"(?:{_TEXT}|-?\d+){_CAST}"
_NAME = r"(?:\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`|\[[^\]]+\]|[^\W\d]\w*)"
_LIST = re.compile(
    rf"(?P<name>{_NAME})\)*{_CAST}\s*(?:\bIN\s*\(|=\s*ANY\s*\(+ARRAY\[)\s*"
    rf"(?P<items>{_ITEM}(?:\s*,\s*{_ITEM})*)\s*[\])]",
    re.IGNORECASE,
)
_CHECK = re.compile(r"\bCHECK\s*(?=\()", re.IGNORECASE)
_WORD = re.compile(rf"{_TEXT}|-?\d+")


def listed(check: str) -> tuple[str, tuple[str, ...]] | None:
    """The column and its values, where a check is nothing but one list; what else it says is not told."""
    bare = check.strip()
    while bare.startswith("(") and bare.endswith(")") and _end(bare) == len(bare) - 1:
        bare = bare[1:-1].strip()
    found = _LIST.match(bare.lstrip("("))
    if found is None or re.sub(rf"[()\s]|{_CAST}", "", bare.lstrip("(")[found.end() :]):
        return None
    items = tuple(_unquoted(word[0]) for word in _WORD.finditer(found["items"]))
    return _unquoted(found["name"]), items


def checks_in(table_sql: str) -> Iterator[str]:
    """What stands in the brackets of every CHECK of a CREATE TABLE."""
    for found in _CHECK.finditer(table_sql):
        end = _end(table_sql, found.end())
        if end:
            yield table_sql[found.end() + 1 : end]


def _end(text: str, start: int = 0) -> int:
    """Where the bracket that opens there is closed; 0 where it is not. Brackets in quotes don't count."""
    depth = 0
    for found in re.finditer(rf"{_TEXT}|\"[^\"]*\"|`[^`]*`|[()]", text[start:]):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if not depth:
            return start + found.start()
    return 0


def _unquoted(word: str) -> str:
    if word[0] == "[":
        return word[1:-1]
    return word[1:-1].replace(word[0] * 2, word[0]) if word[0] in "\"`'" else word
