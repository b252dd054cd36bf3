"""`check` on programs of frameworks that go backward and step by themselves, or let the program do it.

They were written without knowing how it works, against the frameworks' own documentation; the frameworks
are not installed here, so that nothing but `check` is asked. Right programs are to be left alone; of
Lightning's manual optimization and of Fabric there are pairs, which differ in one mistake.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint.confirm import checking
from autograd_lint.confirm.verdict import read

PROGRAMS = sorted(Path(__file__).with_name("frameworks").glob("*.py"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_check_reports_the_marked_lines_and_nothing_else(path: Path) -> None:
    found = checking.disagreements(read(path))

    assert [f"line {d.line}: {d.message}" for d in found] == []


def test_there_are_right_programs_and_pairs() -> None:
    names = {path.stem for path in PROGRAMS}
    bad = {name.removesuffix("_bad") for name in names if name.endswith("_bad")}

    assert len([name for name in names if name.startswith("right_")]) == 25
    assert len(bad) == 13
    assert {f"{name}_good" for name in bad} <= names
