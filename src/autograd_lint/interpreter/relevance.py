"""Relevance: which functions could matter to autograd, seen from their text alone.

A function that neither writes in place nor goes backward, nor speaks of one that does, leaves nothing
for a rule to find; to build a model, as most functions of a model library do, is not to run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TypeGuard

from autograd_lint.interpreter.roles import CALLED
from autograd_lint.syntax import tree

_CALLS = frozenset({"backward", "grad", "step", "zero_grad", "manual_backward", "minimize"})
_OPTIMIZERS = frozenset({"Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "LBFGS"})
"""Those that most programs make: what they are given may be none."""
_KEYWORDS = frozenset({"inplace", "out", "retain_graph"})
_ATTRIBUTES = frozenset({"data", "grad", "requires_grad"})
_CONTAINERS = (tree.Sequence, tree.Mapping, tree.Comprehension)
_INITIALIZERS = frozenset(
    {
        "constant_", "dirac_", "eye_", "kaiming_normal_", "kaiming_uniform_", "normal_", "ones_",
        "orthogonal_", "sparse_", "trunc_normal_", "uniform_", "xavier_normal_", "xavier_uniform_",
        "zeros_",
    }
)  # fmt: skip
"""The functions of `torch.nn.init`, which write where no graph is recorded. Methods of the same
names write where one may be."""


def nodes(part: object) -> Iterator[tree.Node]:
    """Yield all nodes of a tree, bodies of functions included."""
    stack = [part]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif isinstance(node, tree.Node):
            yield node
            stack += [getattr(node, slot) for slot in _PARTS[type(node)]]


_PARTS: dict[type, tuple[str, ...]] = {
    kind: tuple(slot for slot in kind.__dataclass_fields__ if slot != "pos")
    for kind in vars(tree).values()
    if isinstance(kind, type) and issubclass(kind, tree.Node)
}
"""The slots in which nodes of each kind hold others."""
_PARTS[tree.Function] = ("body", "decorators", "params")


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


def gives(part: object, keyword: str) -> bool:
    """Whether some call in a tree is given an argument of this name."""
    return any(isinstance(node, tree.Argument) and node.keyword == keyword for node in nodes(part))


def uses(part: object) -> dict[str, set[str]]:
    """Return which attributes a tree asks names for, and `self.x`, and which of them it calls."""
    found: dict[str, set[str]] = {}
    for node in nodes(part):
        if isinstance(node, tree.Attribute):
            owner, asked = node.value, node.attr
        elif isinstance(node, tree.Call):
            owner, asked = node.func, CALLED
        else:
            continue
        if isinstance(owner, tree.Name):
            found.setdefault(owner.id, set()).add(asked)
        elif isinstance(owner, tree.Attribute) and _is_own(owner, owner.attr):
            found.setdefault(f"self.{owner.attr}", set()).add(asked)
    return found


def acts(part: object) -> bool:
    """Whether something in a tree writes in place, goes backward, steps or zeroes."""
    counts: set[str] = set()
    for node in nodes(part):
        if _acts(node):
            if not _is_count(node):
                return True
            counts.update(names_in(node.target))
    return bool(counts) and not counts <= _counters(part)


def _is_count(node: tree.Node) -> TypeGuard[tree.AugAssign]:
    """Whether it is `n += 1`, which writes in place only if `n` is no number."""
    return (
        isinstance(node, tree.AugAssign)
        and isinstance(node.target, tree.Name)
        and _is_number(node.value)
    )


def _counters(part: object) -> Set[str]:
    """Return the names that stand for nothing but literal numbers, and sums of them."""
    numbers: set[str] = set()
    others: set[str] = set()
    for node in nodes(part):
        if isinstance(node, tree.Assign):
            found = numbers if _is_number(node.value) else others
            found.update(name for target in node.targets for name in names_in(target))
        elif isinstance(node, tree.Parameter):
            others.add(node.name)
        elif not isinstance(node, tree.AugAssign):
            others.update(names_in(getattr(node, "target", None)))
        elif not _is_number(node.value):
            others.update(names_in(node.target))
    return numbers - others


def _is_number(node: tree.Expr | None) -> bool:
    return isinstance(node, tree.Const) and isinstance(node.value, int | float)


def _acts(node: tree.Node) -> bool:
    if isinstance(node, tree.AugAssign):
        return not isinstance(node.value, _CONTAINERS)  # which would be no operand of a tensor's
    if isinstance(node, tree.Assign):
        return any(map(_is_part, node.targets))
    if isinstance(node, tree.Argument):
        return node.keyword in _KEYWORDS
    if isinstance(node, tree.Parameter):
        return node.name == "inplace"
    if isinstance(node, tree.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in _INITIALIZERS and not _is_method(node.func):
            return False
        return (
            name in _CALLS
            or name in _OPTIMIZERS
            or (name.endswith("_") and not name.endswith("__"))
        )
    return False


def _is_method(function: tree.Expr) -> bool:
    """Whether a function is an attribute of anything but `init`, as `torch.nn.init` is called."""
    if not isinstance(function, tree.Attribute):
        return False
    owner = function.value
    return getattr(owner, "attr", getattr(owner, "id", "")) != "init"


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


def keeps(part: object) -> bool:
    """Whether something in a tree gives the object itself something to keep, or goes backward."""
    for node in nodes(part):
        if isinstance(node, tree.Assign | tree.AugAssign | tree.Annotated):
            targets = node.targets if isinstance(node, tree.Assign) else (node.target,)
            if any(map(_is_of_self, targets)) and not isinstance(node.value, tree.Const):
                return True
        elif isinstance(node, tree.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("backward", "register_buffer", "setattr"):
                return True
            if name in _FILLING and _is_of_self(getattr(node.func, "value", None)):
                return True
    return False


_FILLING = frozenset(
    {"add", "append", "appendleft", "extend", "insert", "put", "setdefault", "update"}
)


def _is_of_self(target: object) -> bool:
    """Whether it is `self.x`, a part of it, or several things among which such a one is."""
    if isinstance(target, tree.Sequence):
        return any(map(_is_of_self, target.elements))
    while isinstance(target, tree.Subscript | tree.Starred):
        target = target.value
    return isinstance(target, tree.Attribute) and _is_own(target, target.attr)


def hides(part: object) -> bool:
    """Whether something in a tree may put what it makes into a plain container of the object's."""
    filled: set[str] = set()
    kept: list[tree.Expr] = []
    for node in nodes(part):
        if isinstance(node, tree.Assign):
            if any(map(_is_of_self, node.targets)):
                kept.append(node.value)
            elif _holds_made(node.value):
                filled.update(name for target in node.targets for name in names_in(target))
        elif (
            isinstance(node, tree.Call)
            and isinstance(node.func, tree.Attribute)
            and node.func.attr in _FILLING
            and any(_makes(arg.value) for arg in node.args)
        ):
            if _is_of_self(node.func.value):
                return True
            filled.update(names_in(node.func.value))
    return any(_holds_made(v) or (isinstance(v, tree.Name) and v.id in filled) for v in kept)


def _holds_made(value: object) -> bool:
    if isinstance(value, tree.Sequence):
        return any(map(_makes, value.elements))
    if isinstance(value, tree.Mapping):
        return any(map(_makes, value.values))
    return (
        isinstance(value, tree.Comprehension)
        and value.kind != "generator"
        and (_makes(value.element) or _makes(value.value))
    )


def _makes(value: object) -> bool:
    """Whether an expression calls something that may be a class."""
    if not isinstance(value, tree.Call):
        return _holds_made(value)
    name: str = getattr(value.func, "attr", getattr(value.func, "id", ""))
    return name[:1].isupper()
