"""Liveness: which names of a running function what is still to come can ask for.

Seen from the text alone, and generous: a name is live that is mentioned further down, in a loop that
is running, or in a function within this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograd_lint.syntax import tree

_Place = tuple[int, int]
_ANYTHING = frozenset({"locals", "vars", "eval", "exec"})


@dataclass(slots=True)
class Mentions:
    """Where a function mentions names other than to assign them."""

    last: dict[str, _Place] = field(default_factory=dict)
    """The last place of each."""
    loops: list[tuple[_Place, _Place, frozenset[str]]] = field(default_factory=list)
    """Where each loop begins and ends, and what it mentions."""
    always: set[str] = field(default_factory=set)
    """Those in functions within it, which may be called at any time."""

    def live(self, place: _Place) -> frozenset[str] | None:
        """Return the names that can be asked for from `place` on; `None` for all of them."""
        if not _ANYTHING.isdisjoint(self.last):
            return None
        names = {name for name, last in self.last.items() if last >= place} | self.always
        for start, end, inside in self.loops:
            if start <= place < end:
                names |= inside
        return frozenset(names)


def mentions_in(function: tree.Function) -> Mentions:
    """Return where a function mentions names."""
    found = Mentions()
    _scan(function.body, found)
    return found


def _scan(part: object, found: Mentions) -> None:
    for node in _nodes(part):
        if isinstance(node, tree.Name):
            place = (node.pos[0], node.pos[1])
            found.last[node.id] = max(place, found.last.get(node.id, place))
        elif isinstance(node, tree.Function | tree.Class):
            inner = Mentions()
            inside = (node.body, node.decorators)
            _scan((*inside, node.params) if isinstance(node, tree.Function) else inside, inner)
            found.always |= inner.last.keys() | inner.always
        elif isinstance(node, tree.For | tree.While):
            inner = Mentions()
            _scan(_parts(node), inner)
            line, column, end_line, end_column = node.pos
            names = frozenset(inner.last)
            found.loops.append(((line, column), (end_line, end_column), names))


def _nodes(part: object) -> Iterator[tree.Node]:
    """Yield all nodes of a tree but the insides of functions and the names that it assigns."""
    stack = [part]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, tree.Node):
            yield node
            if not isinstance(node, tree.Function | tree.Class):
                stack.extend(_parts(node))


def _parts(node: tree.Node) -> Iterator[object]:
    """Yield what a node is made of, without names that it only assigns."""
    for slot in node.__dataclass_fields__:
        part = getattr(node, slot)
        if slot in ("target", "targets") and not isinstance(node, tree.AugAssign):
            targets = part if isinstance(part, tuple) else (part,)
            yield from (target for target in targets if not _is_name(target))
        elif slot != "pos":
            yield part


def _is_name(target: object) -> bool:
    if isinstance(target, tree.Sequence):
        return all(map(_is_name, target.elements))
    if isinstance(target, tree.Starred):
        return _is_name(target.value)
    return isinstance(target, tree.Name)
