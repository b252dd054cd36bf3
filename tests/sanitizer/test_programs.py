"""Realistic programs, each with its right twin: every raise is explained by the line that is to blame.

A line's `# good: …` is what stands there in the twin.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("torch")

from autograd_lint.confirm.verdict import read
from autograd_lint.sanitizer.measuring import measure

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
SAMPLE = set(random.Random(9).sample(PROGRAMS, 6))


def case(path: Path) -> object:
    return pytest.param(path, id=path.stem, marks=[] if path in SAMPLE else [pytest.mark.slow])


def twin(text: str) -> str:
    lines = []
    for line in text.splitlines():
        bare = line.partition("  # expect:")[0].partition("  # raises:")[0]
        code, good, instead = bare.partition("  # good: ")
        indent = code[: len(code) - len(code.lstrip())]
        lines.append(indent + instead if good else bare)
    return "\n".join(lines) + "\n"


def measured(path: Path) -> tuple[int | None, list[tuple[int, str]]]:
    found = measure(path)
    return found.code, sorted({(each.place.line, each.code) for each in found.findings})


@pytest.mark.parametrize("path", [case(path) for path in PROGRAMS])
def test_what_went_wrong_is_told_at_its_line_and_nothing_else(path: Path) -> None:
    marks = read(path).marks
    expected = sorted((mark.line, mark.code) for mark in marks.expects)

    assert measured(path) == (int(bool(marks.raises)), expected)


@pytest.mark.parametrize("path", [case(path) for path in PROGRAMS])
def test_nothing_is_said_of_the_right_twin(path: Path, tmp_path: Path) -> None:
    right = tmp_path / path.name
    right.write_text(twin(path.read_text(encoding="utf-8")), encoding="utf-8")

    assert measured(right) == (0, [])
