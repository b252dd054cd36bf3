"""Where the nodes of a parsed text stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import libcst as cst
from libcst.metadata import CodePosition, CodeRange

from autograd_lint.syntax import tree


class Text:
    """What the nodes of one parsed text share: how their positions are told."""

    def __init__(self, ranges: Mapping[cst.CSTNode, CodeRange], shift: int) -> None:
        self.ranges = ranges
        self.shift = shift
        """How many lines stand before this text."""
        self.string: tree.Position | None = None
        """The f-string that we are in: everything in it stands where it does."""
        self.yields = False
        """Whether a `yield` was lowered since the current function's body was begun."""

    def between(self, start: CodePosition, end: CodePosition) -> tree.Position:
        """Return the position of what goes from `start` to `end`."""
        if self.string is not None:
            return self.string
        return start.line + self.shift, start.column, end.line + self.shift, end.column

    def position(self, node: cst.CSTNode) -> tree.Position:
        """Return where a node stands, without the parentheses around it."""
        place = self.ranges[node]
        return self.between(place.start, place.end)

    def start(self, node: cst.CSTNode) -> CodePosition:
        """Return where a node begins, with the parentheses around it."""
        return self.ranges[_outermost(node, "lpar", 0)].start

    def end(self, node: cst.CSTNode) -> CodePosition:
        """Return where a node ends, with the parentheses around it, and with its comma."""
        comma = getattr(node, "comma", None)
        if isinstance(comma, cst.Comma):
            return self.ranges[comma].end
        return self.ranges[_outermost(node, "rpar", -1)].end

    @contextmanager
    def body(self) -> Iterator[None]:
        """Lower a function's body: its `yield`s are not those of the function around it."""
        outer, self.yields = self.yields, False
        yield
        self.yields = outer


def _outermost(node: cst.CSTNode, side: str, index: int) -> cst.CSTNode:
    parentheses = getattr(node, side, ())
    return parentheses[index] if parentheses else node
