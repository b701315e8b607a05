"""Databases for tests of the screens: one engine of files and one with a server will do."""

import pytest

from tests.engines import TWO


@pytest.fixture(params=TWO)
def sample_url(request: pytest.FixtureRequest) -> str:
    """A private database with the sample, on two engines in turn; a test may ask for all."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=TWO)
def empty_url(request: pytest.FixtureRequest) -> str:
    """A private database without tables, on two engines in turn."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url
