"""What a type's numbers may be, said while one types."""

import pytest

from tui.widgets.number_range import range_note


@pytest.mark.parametrize(
    ("type_name", "text", "says", "is_error"),
    [
        ("smallint", "5", "from -32,768 to 32,767", False),
        ("smallint", "40000", "too large: from -32,768 to 32,767", True),
        ("int(11) unsigned", "-1", "too small: from 0 to 4,294,967,295", True),
        ("numeric(5,2)", "1000", "too large: from -999.99 to 999.99", True),
        ("numeric(5,2)", "1.234", "2 digits behind the point are kept", False),
        ("numeric(5,2)", "", "from -999.99 to 999.99", False),
        ("numeric", "1", "", False),
        ("double precision", "1", "", False),
        (
            "bigint",
            "9223372036854775808",
            "too large: from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807",
            True,
        ),
    ],
)
def test_the_range_is_said(type_name: str, text: str, says: str, is_error: bool) -> None:
    assert range_note(type_name, text) == (says, is_error)
