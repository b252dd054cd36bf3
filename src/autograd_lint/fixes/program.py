"""A block of a source file as libcst sees it, and what stands where in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from autograd_lint.finding import Place
from autograd_lint.source import Block, SourceFile
from autograd_lint.syntax.bounds import with_room, within_bounds

Span: TypeAlias = tuple[int, int]
"""Where something starts and ends, in characters from the start of the block."""

_Node = TypeVar("_Node", bound=cst.CSTNode)
_TORCH = re.compile(r"^import torch(?: as (?P<name>\w+))?[ \t]*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One block, parsed; nodes are those of its tree."""

    source: SourceFile
    block: Block
    module: cst.Module
    spans: Mapping[cst.CSTNode, Span]
    """Of each node, without parentheses around it."""
    parents: Mapping[cst.CSTNode, cst.CSTNode]

    @property
    def text(self) -> str:
        return self.block.text

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node, without parentheses around it."""
        start, end = self.spans[node]
        return self.text[start:end]

    def span(self, place: Place) -> Span | None:
        """Where a place stands in this block, if it does."""
        if place.path != self.source.path:
            return None
        position = self.source.position(place)
        if position is None or self.source.block(position[0]) is not self.block:
            return None
        line, column, end_line, end_column = position
        starts = _line_starts(self.text)
        first = self.block.first_line
        return starts[line - first] + column, starts[end_line - first] + end_column

    def find(self, place: Place, *kinds: type[_Node]) -> _Node | None:
        """The outermost node of these kinds that stands exactly at a place."""
        span = self.span(place)
        found = [n for n, s in self.spans.items() if s == span and isinstance(n, kinds)]
        return next((n for n in found if self.parents[n] not in found), None)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node is part of, from the inside out."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def above(self, node: cst.CSTNode, *kinds: type[_Node]) -> _Node | None:
        """The innermost node of one of these kinds that a node is part of."""
        return next((n for n in self.ancestors(node) if isinstance(n, kinds)), None)

    def scope(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function, class or module whose names a node uses."""
        kinds = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module)
        found = self.above(node, *kinds)
        assert found is not None
        return found

    def all_blocks(self) -> list[Program] | None:
        """The blocks of the file, this one included; None if libcst cannot parse all of them."""
        found = [_parsed(self.source, index) for index in range(len(self.source.blocks))]
        known = [program for program in found if program is not None]
        return known if len(known) == len(found) else None

    def torch(self) -> str | None:
        """The name under which the file has imported torch."""
        found = _TORCH.search(self.source.text)
        return None if found is None else found["name"] or "torch"


def parsed(source: SourceFile, place: Place) -> Program | None:
    """The program of the block at a place; `None` if libcst cannot parse it."""
    position = source.position(place)
    if position is None:
        return None
    return _parsed(source, source.blocks.index(source.block(position[0])))


@lru_cache(maxsize=8)  # the findings of a file follow each other
def _parsed(source: SourceFile, index: int) -> Program | None:
    block = source.blocks[index]
    if not within_bounds(block.text):
        return None
    return with_room(lambda: _program(source, block))


def _program(source: SourceFile, block: Block) -> Program | None:
    try:
        module = cst.parse_module(block.text)
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)  # it has no node twice
        ranges = wrapper.resolve(PositionProvider)
        parents = wrapper.resolve(ParentNodeProvider)
    except Exception:  # libcst refuses with errors of several families
        return None
    starts = _line_starts(block.text)
    spans: dict[cst.CSTNode, Span] = {}
    for node, where in ranges.items():
        start, end = where.start, where.end
        spans[node] = (starts[start.line - 1] + start.column, starts[end.line - 1] + end.column)
    return Program(source, block, module, spans, parents)


@lru_cache(maxsize=8)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer("\n", text)), len(text))


def descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all that is part of it, in the order of the text."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))
