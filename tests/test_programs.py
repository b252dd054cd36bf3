"""`check` on whole programs that were written without knowing how it works, with their fixed twins.

torch has borne out their marks; `autograd-lint confirm tests/programs` does so again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint.confirm import checking
from autograd_lint.confirm.verdict import read

FOLDER = Path(__file__).with_name("programs")
PROGRAMS = sorted(FOLDER.glob("*/*.py"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_check_reports_the_marked_lines_and_nothing_else(path: Path) -> None:
    found = checking.disagreements(read(path))

    assert [f"line {d.line}: {d.message}" for d in found] == []


def test_every_bad_program_has_a_good_twin() -> None:
    bad = {path.stem.removesuffix("_bad") for path in PROGRAMS if path.stem.endswith("_bad")}
    good = {path.stem.removesuffix("_good") for path in PROGRAMS if path.stem.endswith("_good")}

    assert len(bad) == 169
    assert bad <= good
