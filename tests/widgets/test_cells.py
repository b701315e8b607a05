import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.db.values import DEFAULT, BadText, Cut, Kind, Value
from tui.widgets.cells import Role, cell, fit, fit_ends, label, text_of, visible

HOSTILE = [
    "[red]x",
    "[/]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred",
    "\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "a\0b",
    "a\r\nb\tc",
    "user\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "\U000e0041\U000e007f",
    "👨\u200d👩\u200d👧",
    "❤\ufe0f",
    "👍\U0001f3fd",
    "\ud800 alone",
    "\n" * 10_000_000,
]
ANYTHING = st.text(alphabet=st.characters(exclude_categories=()))


def test_no_code_point_at_all_comes_out_unprintable() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    shown = visible(everything, len(everything))

    assert shown.isprintable()
    assert len(shown) > len(everything)


@given(ANYTHING)
def test_any_text_comes_out_printable(text: str) -> None:
    assert visible(text).isprintable()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_comes_out_printable_and_fitting(text: str) -> None:
    shown, _ = cell(text, Kind.TEXT, 17)

    assert shown.isprintable()
    assert cell_len(shown) == 17


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\0", "a␊b␀"),
        ("\x1b[31m", "␛[31m"),
        ("\x7f", "␡"),
        ("\x9b", r"\x9b"),
        ("\u202e", r"\u202e"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("❤\ufe0f", r"❤\ufe0f"),
        ("李小龍 é", "李小龍 é"),
        ("[red]x[/]", "[red]x[/]"),
    ],
)
def test_what_has_no_shape_becomes_a_picture(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_text_is_cut_before_it_is_looked_at() -> None:
    assert visible("ab\n" * 5_000_000, 4) == "ab␊a…"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        ("", ""),
        ("NULL", "NULL"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0.123456, "0.123456"),
        (1e300, "1e+300"),
        (-(2**63), "-9223372036854775808"),
        (b"\x00\xff", "x'00ff'"),
        (b"", "x''"),
        (BadText(b"caf\xe9\n"), r"caf\xe9␊"),
        (Cut("begin"), "begin…"),
        (Cut(b"\x00\x01"), "x'0001…"),
        (Cut(BadText(b"\xe9")), r"\xe9…"),
        (DEFAULT, "default"),
    ],
)
def test_values_are_shown_exactly(value: Value, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", ["ä" * 600, b"\0" * 600, BadText(b"\xc3\xa4" * 300 + b"\xff")])
def test_whatever_is_cut_says_so(value: Value) -> None:
    assert text_of(value).endswith("…")


def test_null_and_the_default_are_told_from_words() -> None:
    assert cell(None, Kind.TEXT, 6) == ("NULL  ", Role.NULL)
    assert cell(DEFAULT, Kind.TEXT, 7) == ("default", Role.DEFAULT)
    assert cell("NULL", Kind.TEXT, 6) == ("NULL  ", Role.PLAIN)


def test_numbers_stand_at_the_right() -> None:
    assert cell(42, Kind.NUMBER, 5)[0] == "   42"
    assert cell("42", Kind.TEXT, 5)[0] == "42   "


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("hello", 5, "hello"),
        ("hello", 4, "hel…"),
        ("hello", 1, "…"),
        ("hello", 0, ""),
        ("李小龍", 6, "李小龍"),
        ("李小龍", 5, "李小…"),
        ("李小龍", 4, "李… "),
        ("李", 1, "…"),
    ],
)
def test_text_that_does_not_fit_ends_in_an_ellipsis(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


VALUES = st.one_of(
    st.none(),
    ANYTHING,
    st.integers(),
    st.floats(),
    st.binary(),
    st.binary().map(BadText),
    ANYTHING.map(Cut),
    st.binary().map(Cut),
    st.text(alphabet="李小龍👍e\u0301\u200d\ufe0f a", max_size=80),
)


@given(VALUES, st.sampled_from(Kind), st.integers(1, 60))
def test_a_cell_is_exactly_as_wide_as_it_is_told_to_be(value: Value, kind: Kind, width: int) -> None:
    shown, _ = cell(value, kind, width)

    assert cell_len(shown) == width
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("name", "width", "fitted"),
    [
        ("users", 5, "users"),
        ("users", 7, "users  "),
        ("host_summary_by_file_io", 11, "hos…file_io"),
        ("host_summary_by_stages", 11, "hos…_stages"),
        ("host_summary", 5, "host…"),
        ("表表表表表表表", 8, "表…表表 "),
    ],
)
def test_a_long_name_keeps_both_ends(name: str, width: int, fitted: str) -> None:
    assert fit_ends(name, width) == fitted
    assert cell_len(fitted) == width


def test_a_label_reads_no_markup_and_hides_nothing() -> None:
    content = label("[@click=app.quit]x[/]\x1b]52;c;x\x07")

    assert content.plain == "[@click=app.quit]x[/]␛]52;c;x␇"
    assert not content.spans


@given(ANYTHING, st.integers(1, 60))
def test_what_is_visible_stays_as_it_is_and_is_never_longer_than_asked(text: str, limit: int) -> None:
    shown = visible(text, len(text))

    assert visible(shown, len(shown)) == shown
    assert visible(text, limit).removesuffix("…") == visible(text[:limit], limit).removesuffix("…")
    assert fit(fit(shown, limit), limit) == fit(shown, limit)
