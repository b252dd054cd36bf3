"""Code whose callers, models or optimizers are out of sight: what is said of it, and what is not.

The mistakes are such as public projects have made and mended; the right programs are such as a finding
was wrong about once.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd_lint import runner
from autograd_lint.config import Config

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.py"))
MARK = re.compile(r"# expect: (AGL\d+)")


def expected(path: Path) -> list[tuple[int, str]]:
    lines = enumerate(path.read_text().splitlines(), 1)
    return [(number, mark[1]) for number, line in lines if (mark := MARK.search(line))]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_what_is_said_is_what_is_marked(path: Path) -> None:
    report = runner.check([str(path)], lambda _: Config())
    found = [(finding.place.line, finding.code) for finding in report.findings]
    assert report.failed == ()
    assert found == expected(path)


def test_wrong_programs_are_among_them() -> None:
    wrong = [path for path in PROGRAMS if expected(path)]
    assert {path.stem.endswith("_bad") for path in wrong} == {True}
    assert len(wrong) >= 12
