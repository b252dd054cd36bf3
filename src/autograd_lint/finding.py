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

    @property
    def is_safe(self) -> bool:
        return self.applicability is Applicability.SAFE


@dataclass(frozen=True, slots=True)
class SavedTensor:
    """What a node of the graph keeps for its backward."""

    what: str
    """Which it is, as the operator has it: "its result", "its `weight`"."""
    version: int
    """Its version when it was saved."""
    version_now: int
    write: Step | None = None
    """How it has been written since, if it has."""


class NodeKind(str, Enum):
    """What a node of a picture stands for."""

    BACKWARD = "backward"
    """Where a backward starts."""
    OPERATOR = "operator"
    LEAF = "leaf"
    """What gradients are for: parameters, and other leaves that require grad."""
    CUT = "cut"
    """Where values go on and gradients do not."""


class NodeState(str, Enum):
    """What becomes of a node in the backward that a finding is about."""

    WALKED = "walked"
    FAILS = "fails"
    """torch raises there, or computes what is wrong."""
    AHEAD = "ahead"
    """The backward stops before it."""
    UNREACHED = "unreached"
    """No gradient comes to it, though its values take part."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of the autograd graph, a leaf, or what starts or cuts the graph."""

    kind: NodeKind
    state: NodeState
    name: str
    """The operator's name, or what else it is."""
    code: str
    """The code that made it."""
    place: Place
    saved: tuple[SavedTensor, ...] = ()
    freed: Step | None = None
    """The earlier backward that has freed what it saved."""


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """The way of a gradient between two nodes, which are given by their positions."""

    start: int
    end: int
    hidden: bool = False
    """Whether there are further nodes in between."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The autograd graph around the node that a finding is about, in the order of the backward."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    left_out: int = 0
    """How many nodes of the whole graph are not among these."""


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
    graph: Graph | None = None
    """What the backward met, for the rules that are about one."""
