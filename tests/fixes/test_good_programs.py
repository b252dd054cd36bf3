"""A correct program is never changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
GOOD = sorted(
    [*TESTS.glob("fixtures/AGL*/good_*.py"), *TESTS.glob("programs/*/*_good.py")],
)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_a_good_program_is_left_as_it_is(path: Path, fixed_bytes: Callable[..., bytes]) -> None:
    content = path.read_bytes()

    assert fixed_bytes(content) == content
