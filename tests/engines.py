"""The engines that tests run on, by the names of their fixtures."""

import pytest

ENGINES = ("sqlite", "postgresql", "mariadb")

TWO = ("sqlite", "postgresql")
"""For tests of the screens, where the engine makes no difference."""

EMPTY_WITH_ROW_ADDRESSES = pytest.mark.parametrize("empty_url", TWO, indirect=True)
"""For tests that need the engine's own address of a row, in an empty database."""

ALL_SAMPLES = pytest.mark.parametrize("sample_url", ENGINES, indirect=True)
"""For the few tests of the screens that run on every engine."""

TWO_SAMPLES = pytest.mark.parametrize("sample_url", TWO, indirect=True)
"""For tests that don't know the third engine yet."""

SERVERS = pytest.mark.parametrize("sample_url", ["postgresql", "mariadb"], indirect=True)
"""For tests of connections, which files don't have."""

ALL_EMPTY = pytest.mark.parametrize("empty_url", ENGINES, indirect=True)
"""For the few that run on every engine in an empty database."""
