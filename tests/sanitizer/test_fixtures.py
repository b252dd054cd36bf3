"""The sanitizer on the programs of all rules: what their marks say, measured.

The everyday run takes a sample; `make test` takes all.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("torch")

from autograd_lint.confirm.verdict import Program, read
from autograd_lint.sanitizer.confirming import UNMEASURED
from autograd_lint.sanitizer.measuring import measure

TESTS = Path(__file__).parent.parent
FIXTURES = sorted((TESTS / "fixtures").glob("AGL*/*.py"))
PROGRAMS = sorted((TESTS / "programs").glob("*/*.py"))
SAMPLE = set(random.Random(9).sample(FIXTURES, 12))

MISSED = {
    "fixtures/AGL310/bad_copy_trained.py": "told as steps without gradients, where they step",
    "fixtures/AGL409/bad_glimpses.py": "the indices are cut before the parameters' own value",
    "fixtures/AGL412/bad_elbo_half.py": "the parameters get gradients by another way",
}
"""Programs in which something is missed, or something else is told, and why."""


def case(path: Path) -> object:
    """A program as a test case; one that is missed has to fail."""
    name = path.relative_to(TESTS).as_posix()
    marks = [] if path in SAMPLE else [pytest.mark.slow]
    if name in MISSED:
        marks.append(pytest.mark.xfail(reason=MISSED[name], strict=True))
    return pytest.param(path, id=name, marks=marks)


def measured(program: Program) -> list[tuple[int, str]]:
    found = measure(program.path)
    assert found.code is not None
    assert {finding.place.path for finding in found.findings} <= {str(program.path)}
    return sorted({(finding.place.line, finding.code) for finding in found.findings})


def expected(program: Program) -> list[tuple[int, str]]:
    return sorted({(mark.line, mark.code) for mark in program.marks.expects})


def is_measured(path: Path) -> bool:
    """Whether all that its marks say can be measured at all."""
    return not any(mark.code in UNMEASURED for mark in read(path).marks.expects)


@pytest.mark.parametrize("path", [case(path) for path in FIXTURES if is_measured(path)])
def test_a_run_shows_the_marked_lines_and_nothing_else(path: Path) -> None:
    program = read(path)

    assert measured(program) == expected(program)


@pytest.mark.slow
@pytest.mark.parametrize("path", [case(path) for path in PROGRAMS if path.stem.endswith("_good")])
def test_of_good_programs_nothing_is_said_but_what_is_marked(path: Path) -> None:
    program = read(path)

    assert measured(program) == expected(program)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        case(path)
        for path in PROGRAMS
        if path.stem.endswith("_bad") and read(path).marks.raises and is_measured(path)
    ],
)
def test_each_raise_of_a_program_is_explained(path: Path) -> None:
    program = read(path)

    assert set(measured(program)) & set(expected(program))
