"""The patterns of a `match`."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
from libcst.metadata import CodePosition

from autograd_lint.syntax import tree
from autograd_lint.syntax.concrete.expressions import expr, exprs, identifier, parenthesized
from autograd_lint.syntax.concrete.text import Text
from autograd_lint.syntax.shape import Rule, rules

_PATTERNS: dict[type, Rule[tree.Pattern]] = {}
_match_pattern = rules(_PATTERNS, cst)


def lower_pattern(text: Text, node: cst.CSTNode) -> tree.Pattern:
    """Lower a pattern."""
    return _PATTERNS[type(node)](text, node)


@_match_pattern("MatchValue", "MatchSingleton")
def _match_value(text: Text, node: cst.MatchValue | cst.MatchSingleton) -> tree.Pattern:
    value = expr(text, node.value)
    return tree.ValuePattern(value.pos, value)


@_match_pattern("MatchTuple")
def _match_tuple(text: Text, node: cst.MatchTuple) -> tree.Pattern:
    return tree.SequencePattern(parenthesized(text, node), _in_sequence(text, node.patterns))


@_match_pattern("MatchList")
def _match_list(text: Text, node: cst.MatchList) -> tree.Pattern:
    return tree.SequencePattern(text.position(node), _in_sequence(text, node.patterns))


def _in_sequence(text: Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Pattern, ...]:
    return tuple(
        [
            lower_pattern(text, node.value if isinstance(node, cst.MatchSequenceElement) else node)
            for node in nodes
        ]
    )


@_match_pattern("MatchStar")
def _match_star(text: Text, node: cst.MatchStar) -> tree.Pattern:
    start = text.ranges[node].start
    # libcst counts the comma after it to it.
    if node.name is not None:
        place = text.between(start, text.ranges[node.name].end)
        return tree.StarPattern(place, identifier(node.name))
    name = text.ranges[node.whitespace_before_name].end
    end = CodePosition(name.line, name.column + len("_"))
    return tree.StarPattern(text.between(start, end), None)


@_match_pattern("MatchMapping")
def _match_mapping(text: Text, node: cst.MatchMapping) -> tree.Pattern:
    return tree.MappingPattern(
        text.position(node),
        exprs(text, [element.key for element in node.elements]),
        tuple([lower_pattern(text, element.pattern) for element in node.elements]),
        None if node.rest is None else identifier(node.rest),
    )


@_match_pattern("MatchClass")
def _match_class(text: Text, node: cst.MatchClass) -> tree.Pattern:
    return tree.ClassPattern(
        text.position(node),
        expr(text, node.cls),
        _in_sequence(text, node.patterns),
        tuple([(identifier(word.key), lower_pattern(text, word.pattern)) for word in node.kwds]),
    )


@_match_pattern("MatchAs")
def _match_as(text: Text, node: cst.MatchAs) -> tree.Pattern:
    pattern = None if node.pattern is None else lower_pattern(text, node.pattern)
    name = None if node.name is None else identifier(node.name)
    return tree.AsPattern(text.position(node), pattern, name)


@_match_pattern("MatchOr")
def _match_or(text: Text, node: cst.MatchOr) -> tree.Pattern:
    options = [lower_pattern(text, option.pattern) for option in node.patterns]
    return tree.OrPattern(text.position(node), tuple(options))
