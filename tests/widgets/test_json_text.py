"""JSON in an editor: where it is wrong, and laid out anew with the same meaning."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.json_text import compact, complaint_about, highlights, indented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1, 4]))
def test_the_layout_changes_and_the_meaning_does_not(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert json.loads(indented(text)) == json.loads(compact(text)) == value
    assert compact(indented(text)) == compact(text)


def test_numbers_keep_their_spelling_and_keys_their_number() -> None:
    text = '{"a": 1.00, "a": 1e400, "b": [ ], "c": "x, \\"y\\": [1]"}'
    assert compact(text) == '{"a":1.00,"a":1e400,"b":[],"c":"x, \\"y\\": [1]"}'
    assert indented(text) == '{\n  "a": 1.00,\n  "a": 1e400,\n  "b": [],\n  "c": "x, \\"y\\": [1]"\n}'


def test_what_is_wrong_is_said_with_its_place() -> None:
    assert complaint_about('{"a": 1}') is None
    assert complaint_about('{"a":\n 1,}') is not None
    assert "line 2, column" in str(complaint_about('{"a":\n 1 1}'))


def test_keys_texts_numbers_and_words_are_told_apart() -> None:
    line = '  "é": ["x", -1.5, true, null]'
    told = [(line.encode()[start:end].decode(), name) for start, end, name in highlights(line)]
    assert told == [
        ('"é"', "json.label"),
        ('"x"', "string"),
        ("-1.5", "number"),
        ("true", "boolean"),
        ("null", "json.null"),
    ]
