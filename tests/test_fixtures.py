"""`check` finds in each rule's programs what their marks say, and nothing else.

That torch says the same is what `autograd-lint confirm` proves.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint import catalogue, confirm
from autograd_lint.confirm import checking
from autograd_lint.confirm.verdict import misnamed, read

FIXTURES = Path(__file__).with_name("fixtures")
PROGRAMS = sorted(FIXTURES.glob("AGL*/*.py"))
CODES = sorted(folder.name for folder in FIXTURES.glob("AGL*"))


def name(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_check_reports_the_marked_lines_and_nothing_else(path: Path) -> None:
    program = read(path)

    found = [*misnamed(program), *checking.disagreements(program)]

    assert [f"line {d.line}: {d.message}" for d in found] == []


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_at_least_four_bad_and_four_good_programs(code: str) -> None:
    names = [path.name for path in PROGRAMS if path.parent.name == code]

    assert sum(name.startswith("bad_") for name in names) >= 4
    assert sum(name.startswith("good_") for name in names) >= 4
    assert all(name.startswith(("bad_", "good_")) for name in names)


def test_every_rule_has_programs_and_every_program_a_rule() -> None:
    rules = {code for code in catalogue.all_rules() if not code.startswith("AGL9")}

    assert set(CODES) == rules


def test_the_checkout_s_programs_are_those_that_confirm_runs() -> None:
    assert confirm.fixtures() == FIXTURES
