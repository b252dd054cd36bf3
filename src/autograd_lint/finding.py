"""What autograd-lint has to say: findings, and the trace that is their evidence.

This is the vocabulary that the rules write and the reports read; it knows nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How bad the effect is when the program runs."""

    ERROR = "error"
    """torch raises."""
    WARNING = "warning"
    """Gradients are silently wrong or missing."""
    INFO = "info"
    """Memory or work is wasted."""


class Confidence(str, Enum):
    """On which executions the claim holds."""

    CERTAIN = "certain"
    """On every execution that gets there."""
    LIKELY = "likely"
    """On an execution that nothing in the program rules out."""
    POSSIBLE = "possible"
    """It depends on code that was not seen; shown only when asked for."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of source text.

    Lines and columns count from 1, columns in characters; the end column is exclusive. In a
    notebook `cell` counts all cells from 1 and lines count within the cell.
    """

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: what happened, and where."""

    message: str
    place: Place


class Applicability(str, Enum):
    """What may go wrong when a fix is applied unread."""

    SAFE = "safe"
    """Nothing: the finding is certain, and the program computes what was meant."""
    UNSAFE = "unsafe"
    """The program may compute something else than what was meant."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Puts `text` in the place of what stands at `place`, of which there may be nothing."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that removes the cause of a finding; its edits do not overlap."""

    message: str
    """What it does, as an imperative: "Call `optimizer.step`"."""
    edits: tuple[Edit, ...]
    applicability: Applicability


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim with its evidence; the trace's steps stand in the order in which they happen."""

    code: str
    name: str
    message: str
    place: Place
    severity: Severity
    confidence: Confidence
    trace: tuple[Step, ...] = ()
    help: str | None = None
    fix: Fix | None = None
