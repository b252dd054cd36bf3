"""The patterns of a `match`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autograd_lint.syntax import tree
from autograd_lint.syntax.abstract.expressions import expr, exprs
from autograd_lint.syntax.abstract.text import Text
from autograd_lint.syntax.shape import Rule, rules

_PATTERNS: dict[type, Rule[tree.Pattern]] = {}
_match_pattern = rules(_PATTERNS, ast)


def lower_pattern(text: Text, node: ast.pattern) -> tree.Pattern:
    """Lower a pattern."""
    return _PATTERNS[type(node)](text, node)


def _patterns(text: Text, nodes: Iterable[ast.pattern]) -> tuple[tree.Pattern, ...]:
    return tuple([lower_pattern(text, node) for node in nodes])


@_match_pattern("MatchValue")
def _match_value(text: Text, node: ast.MatchValue) -> tree.Pattern:
    return tree.ValuePattern(text.position(node), expr(text, node.value))


@_match_pattern("MatchSingleton")
def _match_singleton(text: Text, node: ast.MatchSingleton) -> tree.Pattern:
    place = text.position(node)
    return tree.ValuePattern(place, tree.Const(place, node.value))


@_match_pattern("MatchSequence")
def _match_sequence(text: Text, node: ast.MatchSequence) -> tree.Pattern:
    return tree.SequencePattern(text.position(node), _patterns(text, node.patterns))


@_match_pattern("MatchStar")
def _match_star(text: Text, node: ast.MatchStar) -> tree.Pattern:
    return tree.StarPattern(text.position(node), node.name)


@_match_pattern("MatchMapping")
def _match_mapping(text: Text, node: ast.MatchMapping) -> tree.Pattern:
    return tree.MappingPattern(
        text.position(node),
        exprs(text, node.keys),
        _patterns(text, node.patterns),
        node.rest,
    )


@_match_pattern("MatchClass")
def _match_class(text: Text, node: ast.MatchClass) -> tree.Pattern:
    keywords = zip(node.kwd_attrs, _patterns(text, node.kwd_patterns), strict=True)
    return tree.ClassPattern(
        text.position(node),
        expr(text, node.cls),
        _patterns(text, node.patterns),
        tuple(keywords),
    )


@_match_pattern("MatchAs")
def _match_as(text: Text, node: ast.MatchAs) -> tree.Pattern:
    pattern = None if node.pattern is None else lower_pattern(text, node.pattern)
    return tree.AsPattern(text.position(node), pattern, node.name)


@_match_pattern("MatchOr")
def _match_or(text: Text, node: ast.MatchOr) -> tree.Pattern:
    return tree.OrPattern(text.position(node), _patterns(text, node.patterns))
