"""Relevance: which functions could matter to autograd, seen from their text alone.

A function that neither writes in place nor goes backward, nor speaks of one that does, leaves nothing
for a rule to find; to build a model, as most functions of a model library do, is not to run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from autograd_lint.syntax import tree

_CALLS = frozenset({"backward", "grad", "step", "zero_grad", "manual_backward", "minimize"})
_KEYWORDS = frozenset({"inplace", "out", "retain_graph"})
_ATTRIBUTES = frozenset({"data", "grad", "requires_grad"})


def nodes(part: object) -> Iterator[tree.Node]:
    """Yield all nodes of a tree, bodies of functions included."""
    stack = [part]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, tree.Node):
            yield node
            if isinstance(node, tree.Function):
                stack += [node.body, node.decorators, node.params]
            else:
                stack.extend(
                    getattr(node, slot) for slot in node.__dataclass_fields__ if slot != "pos"
                )


def names_in(part: object) -> Iterator[str]:
    """Yield the names and attributes that a tree speaks of."""
    for node in nodes(part):
        if isinstance(node, tree.Name):
            yield node.id
        elif isinstance(node, tree.Attribute):
            yield node.attr


def reads_own(part: object, name: str) -> bool:
    """Whether a tree reads `self.name`, and does not only write it."""
    written = read = 0
    for node in nodes(part):
        if isinstance(node, tree.Assign):
            written += sum(_is_own(target, name) for target in node.targets)
        read += _is_own(node, name)
    return read > written


def _is_own(node: tree.Node, name: str) -> bool:
    return (
        isinstance(node, tree.Attribute)
        and node.attr == name
        and isinstance(node.value, tree.Name)
        and node.value.id == "self"
    )


def acts(part: object) -> bool:
    """Whether something in a tree writes in place, goes backward, steps or zeroes."""
    return any(map(_acts, nodes(part)))


def _acts(node: tree.Node) -> bool:
    if isinstance(node, tree.AugAssign):
        return True
    if isinstance(node, tree.Assign):
        return any(map(_is_part, node.targets))
    if isinstance(node, tree.Argument):
        return node.keyword in _KEYWORDS
    if isinstance(node, tree.Parameter):
        return node.name == "inplace"
    if isinstance(node, tree.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in _CALLS or (name.endswith("_") and not name.endswith("__"))
    return False


def _is_part(target: tree.Expr) -> bool:
    if isinstance(target, tree.Attribute):
        return target.attr in _ATTRIBUTES
    return isinstance(target, tree.Subscript)


def closure(acting: Iterable[str], speaks_of: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return those that act, those that speak of them, and so on."""
    found = set(acting)
    grown = True
    while grown:
        more = {name for name, spoken in speaks_of.items() if name not in found and spoken & found}
        found |= more
        grown = bool(more)
    return frozenset(found)
