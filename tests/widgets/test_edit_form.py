"""Every value goes into an editor and back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import BROKEN, VALUES
from tui.db.values import BadText
from tui.widgets.cells import in_place
from tui.widgets.edit_form import Form, form_of, is_plain, joined, read, written

ANYTHING = st.text()
AWKWARD = st.text(alphabet="\\xuU0nrt19afAF{}\r\n\t\0\x1b\x7f\x9b\u202e\ufe0f\U0001f1e6é李")


def is_bad(data: bytes) -> bool:
    return data.decode("utf-8", "replace").encode() != data


@given(ANYTHING | AWKWARD)
def test_any_text_comes_back_and_is_drawn_with_a_shape(text: str) -> None:
    form = form_of(text)
    shown = written(text, form)
    assert read(shown, form) == text
    assert is_plain(shown)
    assert "\r" not in shown


@given(st.binary().filter(is_bad))
def test_any_broken_text_comes_back(data: bytes) -> None:
    value = BadText(data)
    back = read(written(value, form_of(value)), Form.ESCAPED)
    assert back == BadText(data)


@given(st.binary())
def test_any_bytes_come_back(data: bytes) -> None:
    assert form_of(data) is Form.HEX
    assert bytes.fromhex(written(data, Form.HEX)) == data


@pytest.mark.parametrize("text", VALUES.values(), ids=VALUES)
def test_every_hostile_text_comes_back(text: str) -> None:
    assert read(written(text, form_of(text)), form_of(text)) == text


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_every_broken_text_comes_back(data: bytes) -> None:
    assert read(written(BadText(data), Form.ESCAPED), Form.ESCAPED) == BadText(data)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_line_of_input_has_one_shape_for_each_character(text: str) -> None:
    shown = in_place(text)
    assert len(shown) == len(text)
    assert is_plain(shown)


@pytest.mark.parametrize(
    ("before", "after", "form", "meant"),
    [
        ("a\\", "b", Form.PLAIN, "a\\.b"),
        ("a\\\\", "\\x1b", Form.ESCAPED, "a\\.\x1b"),
        ("a\\", "b", Form.ESCAPED, None),
        ("\\xff", "b", Form.ESCAPED, None),
        ("00", "ff", Form.HEX, "00.ff"),
    ],
)
def test_a_plain_text_between_others_is_joined_as_all_of_it_is_meant(
    before: str, after: str, form: Form, meant: str | None
) -> None:
    assert joined(before, ".", after, form) == meant
