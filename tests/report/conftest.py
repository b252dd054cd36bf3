from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograd_lint import Confidence, Finding, Place, Severity, Step

TRAIN = (
    "import torch",
    "",
    "w = torch.zeros(3, requires_grad=True)",
    "y = w.exp()",
    "y += 1",
    "",
    "y.sum().backward()",
)
CELL = ("bad = torch.zeros(2, 2, requires_grad=True)", "bad[0, 0] = 1.0")


def place(line: int, column: int, end_column: int, cell: int | None = None) -> Place:
    return Place("train.py" if cell is None else "a b.ipynb", cell, line, column, line, end_column)


FINDINGS = (
    Finding(
        code="AGL101",
        name="leaf-inplace",
        message="`bad` is a leaf that requires grad: 100% wrong",
        place=place(2, 1, 16, cell=9),
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        trace=(Step("made here", place(1, 1, 4, cell=9)),),
    ),
    Finding(
        code="AGL102",
        name="saved-tensor-modified",
        message="the result of `exp`, which its backward needs, is modified",
        place=place(7, 1, 19),
        severity=Severity.ERROR,
        confidence=Confidence.LIKELY,
        trace=(
            Step("`exp` saves its result", place(4, 5, 12)),
            Step("written in place", place(5, 1, 7)),
        ),
        help="write `y = y + 1`",
    ),
    Finding(
        code="AGL206",
        name="backward-accumulates",
        message="gradients add up",
        place=Place("train.py", None, 3, 1, 5, 7),
        severity=Severity.WARNING,
        confidence=Confidence.POSSIBLE,
    ),
)


@pytest.fixture
def findings() -> tuple[Finding, ...]:
    return FINDINGS


def lines_of(place: Place) -> Sequence[str]:
    return TRAIN if place.cell is None else CELL


@pytest.fixture
def lines():  # type: ignore[no-untyped-def]
    return lines_of
