"""Whether a tensor that a name stands for is known under other names as well.

A write in place is seen under all names of the tensor; what is computed out of place is seen under
the one that it is bound to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

import libcst as cst

from autograd_lint.autograd import operators
from autograd_lint.autograd.operators import Operator
from autograd_lint.fixes.lines import suite
from autograd_lint.fixes.names import dotted, is_within, root, uses
from autograd_lint.fixes.program import Program

_SPACES = frozenset(
    {"torch", "th", "F", "functional", "nn", "nn.functional", "torch.nn.functional"}
)
_ARITHMETIC = (cst.BinaryOperation, cst.UnaryOperation, cst.Comparison)


_COMPOUND = (
    cst.If, cst.Else, cst.For, cst.While, cst.With, cst.Try, cst.FunctionDef, cst.ClassDef,
)  # fmt: skip


class Sharing(Enum):
    """What is known of a tensor's other names."""

    ALONE = "alone"
    """It has none: it was computed here, and has not been given away."""
    OPEN = "open"
    """It may have some."""
    SHARED = "shared"
    """It is part of another tensor that is used later, or what a loop goes through."""


def sharing(program: Program, name: str, write: cst.BaseStatement) -> Sharing:
    """What is known of the other names of the tensor that `name` stands for in a write."""
    binding = _binding(program, name, write)
    if binding is None:
        return _shared_by_a_loop(program, name, write)
    value = binding.value
    target = binding.targets[0].target
    if isinstance(target, cst.Name) and is_fresh(value):
        return Sharing.ALONE if _is_kept(program, name, binding, write) else Sharing.OPEN
    if isinstance(value, cst.Name | cst.Attribute | cst.Subscript) or _views(value):
        return _shared_with(program, value, write)
    return Sharing.OPEN


def is_fresh(value: cst.BaseExpression) -> bool:
    """Whether an expression computes a new tensor, which is no view of another one."""
    if isinstance(value, cst.BinaryOperation | cst.UnaryOperation):
        return True
    known = _operator(value)
    return known is not None and known.view == "no" and not known.writes


def _views(value: cst.BaseExpression) -> bool:
    known = _operator(value)
    return known is not None and known.view not in ("no", None)


def _operator(value: cst.BaseExpression) -> Operator | None:
    """The operator that a call calls, by its name."""
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
        return None
    if any(arg.keyword is not None and arg.keyword.value == "inplace" for arg in value.args):
        return None
    name = value.func.attr.value
    if dotted(value.func.value) in _SPACES:
        return operators.function(name) or operators.function(f"nn.functional.{name}")
    first = root(value)
    if isinstance(first, cst.Name) and first.value == "self":
        return None  # a method of the program's own
    return operators.method(name)


def _binding(program: Program, name: str, write: cst.BaseStatement) -> cst.Assign | None:
    """The assignment that binds a name before a write, in its suite or in one around it."""
    node: cst.CSTNode = write
    while isinstance(node, cst.BaseStatement) and not isinstance(node, cst.FunctionDef):
        among = suite(program, node)
        for other in reversed(among[: list(among).index(node)]):
            found = _assigns(other, name)
            if found is not None:
                return found
            if any(_is_bound(program, use) for use in uses(program, other, name)):
                return None  # on some way through that statement
        above = program.above(node, *_COMPOUND)
        if above is None or isinstance(above, cst.ClassDef):
            return None
        node = above
    return None


def _assigns(statement: cst.BaseStatement, name: str) -> cst.Assign | None:
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    small = statement.body[0]
    if not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return None
    target = small.targets[0].target
    names = [target] if not isinstance(target, cst.Tuple) else [e.value for e in target.elements]
    return small if any(isinstance(n, cst.Name) and n.value == name for n in names) else None


def _is_bound(program: Program, use: cst.Name) -> bool:
    """Whether a name is bound where it stands; what is bound and written at once does not count."""
    node: cst.CSTNode = use
    for parent in program.ancestors(use):
        if isinstance(parent, cst.AssignTarget | cst.NamedExpr | cst.For | cst.CompFor):
            return getattr(parent, "target", None) is node
        if isinstance(parent, cst.AsName | cst.Del | cst.Global | cst.Nonlocal):
            return True
        if not isinstance(parent, cst.Tuple | cst.Element | cst.List | cst.StarredElement):
            return False
        node = parent
    return False


def _is_kept(program: Program, name: str, binding: cst.Assign, write: cst.BaseStatement) -> bool:
    """Whether all uses of a name between its binding and a write only compute with it."""
    _, since = program.spans[binding]
    _, until = program.spans[write]
    loop = _loop_around(program, write, binding)
    if loop is not None:
        _, until = program.spans[loop]
    scope = program.scope(write)
    return all(
        _only_computes(program, use)
        for use in uses(program, scope, name)
        if since <= program.spans[use][0] < until and not is_within(program, use, write)
    )


def _only_computes(program: Program, use: cst.Name) -> bool:
    """Whether what is done with a name where it stands makes it known under no other one."""
    if program.scope(use) is not program.scope(program.parents[use]):
        return False
    parent = program.parents[use]
    if isinstance(parent, cst.AugAssign) and parent.target is use:
        return True
    if isinstance(parent, _ARITHMETIC):
        return True
    if isinstance(parent, cst.ComparisonTarget | cst.Await):
        return isinstance(parent, cst.ComparisonTarget)
    if isinstance(parent, cst.Attribute):
        above = program.parents[parent]
        if isinstance(above, cst.Call) and above.func is parent:
            return is_fresh(above) or parent.attr.value in (
                "size",
                "dim",
                "numel",
                "item",
                "tolist",
            )
        return parent.attr.value in ("shape", "dtype", "device", "ndim", "is_cuda")
    if isinstance(parent, cst.Arg):
        call = program.parents[parent]
        return isinstance(call, cst.Call) and is_fresh(call)
    return False


def _loop_around(
    program: Program, write: cst.BaseStatement, binding: cst.Assign
) -> cst.CSTNode | None:
    """The outermost loop that a write is in and the binding is not."""
    found = None
    for node in program.ancestors(write):
        if is_within(program, binding, node):
            break
        if isinstance(node, cst.For | cst.While):
            found = node
    return found


def _shared_by_a_loop(program: Program, name: str, write: cst.BaseStatement) -> Sharing:
    """What holds for a name that no assignment binds: that of a loop stands for parts of others."""
    for node in program.ancestors(write):
        if isinstance(node, cst.For) and any(
            _is_bound(program, use) for use in uses(program, node.target, name)
        ):
            return Sharing.SHARED
        if isinstance(node, cst.FunctionDef):
            break
    return Sharing.OPEN


def _shared_with(program: Program, value: cst.BaseExpression, write: cst.BaseStatement) -> Sharing:
    """What holds for a view: it is part of what it was taken from."""
    base = value
    while isinstance(base, cst.Subscript) or _views(base):
        if isinstance(base, cst.Subscript):
            base = base.value
        elif isinstance(base, cst.Call):
            method = base.func
            is_function = isinstance(method, cst.Attribute) and dotted(method.value) in _SPACES
            if is_function and base.args:
                base = base.args[0].value
            elif isinstance(method, cst.Attribute):
                base = method.value
    if isinstance(base, cst.Attribute):
        return Sharing.SHARED
    if not isinstance(base, cst.Name):
        return Sharing.OPEN  # what it was taken from has been computed there
    _, end = program.spans[write]
    later = uses(program, program.scope(write), base.value)
    return Sharing.SHARED if any(program.spans[use][0] >= end for use in later) else Sharing.OPEN


def is_used_later(program: Program, name: str, write: cst.BaseStatement) -> bool:
    """Whether a name is asked for after a write, in this round of a loop or in the next."""
    scope, (start, end) = program.scope(write), program.spans[write]
    asked = [use for use in uses(program, scope, name) if not _is_bound(program, use)]
    if any(program.spans[use][0] >= end for use in asked):
        return True
    for node in program.ancestors(write):
        if node is scope:
            break
        if isinstance(node, cst.For | cst.While):
            first, _ = program.spans[node]
            if any(first <= program.spans[use][0] < start for use in asked):
                return not any(
                    _is_bound(program, use) and first <= program.spans[use][0] < start
                    for use in uses(program, scope, name)
                )
    return False


def names_of(targets: Sequence[cst.AssignTarget]) -> list[str]:
    """The names, or attributes of names, that an assignment binds."""
    parts = [part for target in targets for part in _parts(target.target)]
    return [name for part in parts if (name := dotted(part)) is not None]


def _parts(target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a target consists of, where it unpacks."""
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _parts(element.value)
    else:
        yield target
