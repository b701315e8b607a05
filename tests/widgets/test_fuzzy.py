"""A few letters that mean a name: the best first, and never slow."""

import pytest

from tui.widgets.fuzzy import fitting, rank


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("user", ["user", "users", "auth_user", "superuser", "u_s_e_r"]),
        ("USER", ["user", "users", "auth_user", "superuser", "u_s_e_r"]),
        ("usrs", ["users"]),
        ("aus", ["auth_user"]),
        ("", ["superuser", "u_s_e_r", "auth_user", "users", "user"]),
        ("resu", []),
        ("[.*", []),
    ],
)
def test_the_best_fit_comes_first(wanted: str, found: list[str]) -> None:
    assert fitting(wanted, ["superuser", "u_s_e_r", "auth_user", "users", "user"], str) == found


def test_equal_fits_keep_their_order() -> None:
    assert fitting("o", ["orders", "offers", "ab_o"], str) == ["orders", "offers", "ab_o"]


def test_a_name_made_to_be_slow_is_not() -> None:
    """By trying combinations of letters this would take years."""
    assert rank("a" * 60 + "b", "a" * 10_000) is None
