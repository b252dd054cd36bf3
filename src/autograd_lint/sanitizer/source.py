"""Finds in a program's text what a run does not show: where a name was bound, or something put into it."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache

from autograd_lint.sanitizer.sites import Span

_GROWING = {"append", "extend", "appendleft", "insert", "setdefault"}


def assignment(name: str, kind: type[ast.expr], filename: str, line: int) -> Span | None:
    """What binds a variable, an attribute or the key of a dictionary, nearest to a line."""
    found = [node for node in _nodes(filename) if _binds(node, name, kind)]
    nearest = min(found, key=lambda node: abs(node.lineno - line), default=None)
    if nearest is None:
        looped = _looped_over(name, filename, line)
        return assignment(*looped, filename, line) if looped is not None else None
    return _span(nearest)


def growth(name: str, filename: str) -> Span | None:
    """What puts something into the list or dictionary that is called `name`: the first such place."""
    for node in _nodes(filename):
        target: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = node.func.value if node.func.attr in _GROWING else None
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0].value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        if target is not None and _ends_in(target, name):
            return _span(node)
    return None


def receiver(method: str, filename: str, line: int) -> tuple[str, type[ast.expr]] | None:
    """The last name of what a method is called on at a line: the attribute `a` of `self.a.load()`."""
    for node in _nodes(filename):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            and node.lineno <= line <= (node.end_lineno or node.lineno)
        ):
            name = _last_name(node.func.value)
            return (name, type(node.func.value)) if name is not None else None
    return None


@lru_cache(maxsize=64)
def _tree(filename: str) -> ast.Module:
    try:
        return ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:
        return ast.Module([], [])


def _nodes(filename: str) -> Iterator[ast.expr | ast.stmt]:
    for node in ast.walk(_tree(filename)):
        if isinstance(node, (ast.expr, ast.stmt)):
            yield node


def _looped_over(name: str, filename: str, line: int) -> tuple[str, type[ast.expr]] | None:
    """What a loop around a line takes a variable from: `targets` in `for t, c in zip(targets, critics)`."""
    for node in _nodes(filename):
        if isinstance(node, ast.For) and node.lineno <= line <= (node.end_lineno or node.lineno):
            targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            is_zip = isinstance(node.iter, ast.Call) and _last_name(node.iter.func) == "zip"
            sources = node.iter.args if is_zip and isinstance(node.iter, ast.Call) else [node.iter]
            for target, source in zip(targets, sources, strict=False):
                source_name = _last_name(source)
                if isinstance(target, ast.Name) and target.id == name and source_name is not None:
                    return source_name, type(source)
    return None


def _binds(node: ast.expr | ast.stmt, name: str, kind: type[ast.expr]) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(t, kind) and _last_name(t) == name for t in node.targets)
    if isinstance(node, ast.Dict) and kind is ast.Subscript:
        return any(isinstance(key, ast.Constant) and key.value == name for key in node.keys)
    return False


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Subscript):
        key = node.slice
        return str(key.value) if isinstance(key, ast.Constant) else _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _ends_in(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Subscript):
        return _ends_in(target.value, name)
    if isinstance(target, ast.Attribute):
        return target.attr == name
    return isinstance(target, ast.Name) and target.id == name


def _span(node: ast.expr | ast.stmt) -> Span:
    return node.lineno, node.end_lineno or node.lineno, node.col_offset, node.end_col_offset or 0
