"""Values that a check lists: each engine's spelling of one, and what is more than a list."""

import pytest

from tui.db.dialects.listed import checks_in, listed


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("status IN ('a', 'b')", ("status", ("a", "b"))),
        ("(status = ANY (ARRAY['a'::text, 'it''s'::text]))", ("status", ("a", "it's"))),
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ("status", ("a", "b")),
        ),
        ("(n = ANY (ARRAY[1, 2, 3]))", ("n", ("1", "2", "3"))),
        ("`my status` in ('new','''')", ("my status", ("new", "'"))),
        ('"a ""b""" in (\'x\')', ('a "b"', ("x",))),
        ("[x] IN (1,-2)", ("x", ("1", "-2"))),
        ("status IN ('a)','b')", ("status", ("a)", "b"))),
        ("status NOT IN ('a')", None),
        ("lower(status) IN ('a','b')", None),
        ("status IN ('a') AND n > 0", None),
        ("((status = ANY (ARRAY['a'::text])) OR (status IS NULL))", None),
        ("status IN (SELECT x FROM y)", None),
        ("n > 0", None),
        ("", None),
    ],
)
def test_a_list_is_told_and_nothing_else(check: str, found: object) -> None:
    assert listed(check) == found


def test_the_checks_of_a_table_are_found_in_its_statement() -> None:
    sql = "CREATE TABLE t (a text Check (a in ('x','(y')), \"check(\" int, CHECK(b > (1)), CHECK (z"
    assert list(checks_in(sql)) == ["a in ('x','(y')", "b > (1)"]
