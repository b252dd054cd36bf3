"""What a fixer asks of the names in a program."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from autograd_lint.fixes.program import Program, descendants


def dotted(node: cst.CSTNode) -> str | None:
    """The text of a name or of attributes of one, which is the same object whenever it is asked."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return None if base is None else f"{base}.{node.attr.value}"
    return None


def root(node: cst.CSTNode) -> cst.CSTNode:
    """What a chain of attributes, calls and subscripts begins with."""
    while True:
        if isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        elif isinstance(node, cst.Call):
            node = node.func
        else:
            return node


def mentions(program: Program, node: cst.CSTNode, text: str) -> bool:
    """Whether a name, or attributes of one, stands in a node."""
    found = re.search(rf"(?<![\w.]){re.escape(text)}(?!\w)", program.code(node))
    return found is not None


def uses(program: Program, scope: cst.CSTNode, name: str) -> Iterator[cst.Name]:
    """Where a name stands in a scope as a name: not as an attribute or a keyword."""
    for node in descendants(scope):
        if not isinstance(node, cst.Name) or node.value != name or node not in program.spans:
            continue
        parent = program.parents[node]
        is_attribute = isinstance(parent, cst.Attribute) and parent.attr is node
        is_keyword = isinstance(parent, cst.Arg) and parent.keyword is node
        if not is_attribute and not is_keyword:
            yield node


def is_within(program: Program, node: cst.CSTNode, whole: cst.CSTNode) -> bool:
    """Whether a node is part of another."""
    return any(parent is whole for parent in program.ancestors(node))
