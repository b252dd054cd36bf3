"""The oracle of the project's campaigns: torch is the judge of the sanitizer, over random programs."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("torch")

from campaign.sanitize import sanitize

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="programs are run in forks")

SAMPLE = range(9_000_000, 9_000_040)


def test_what_random_programs_raise_is_explained_and_nothing_else_is_told() -> None:
    tally = sanitize(SAMPLE)

    assert tally.raising > 5
    assert tally.explained == tally.raising
    assert dict(tally.wrong) == {}
