"""Losses are collected without their graphs (AGL601)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted, uses
from autograd_lint.fixes.program import Program

_CHAIN = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)
_DISPLAYS = (cst.Tuple, cst.List, cst.Dict, cst.Set, cst.BaseComp)
_OF_NUMBERS = frozenset({"len", "max", "mean", "min", "plot", "print", "sum"})
_COLLECTING = frozenset({"append", "appendleft"})


@fixes("AGL601")
def keep_number(finding: Finding, program: Program) -> Draft | None:
    """Keep the number, where all that asks for it can do with one; else the tensor, detached."""
    kept = _kept(finding, program)
    if kept is None or isinstance(kept[1], _DISPLAYS):
        return None
    where, value = kept
    known = isinstance(value, cst.Name) and _is_bound_here(value, program)
    number = where is not None and known and _wants_numbers(where, program)
    method = "item" if number else "detach"
    start, end = program.spans[value]
    changes = [Change(end, end, f".{method}()")]
    if not isinstance(value, _CHAIN):
        changes = [Change(start, start, "("), Change(end, end, f").{method}()")]
    return Draft(f"Keep `.{method}()` of it", tuple(changes), safe=known)


def _kept(finding: Finding, program: Program) -> tuple[cst.Name | None, cst.BaseExpression] | None:
    """The name of the collection or sum, and what is added to it."""
    total = program.find(finding.place, cst.AugAssign)
    if total is not None:
        name = total.target if isinstance(total.target, cst.Name) else None
        return (name, total.value) if isinstance(total.operator, cst.AddAssign) else None
    call = program.find(finding.place, cst.Call)
    if call is None or not isinstance(call.func, cst.Attribute) or len(call.args) != 1:
        return None
    argument, collection = call.args[0], call.func.value
    if call.func.attr.value not in _COLLECTING or argument.keyword or argument.star:
        return None
    return collection if isinstance(collection, cst.Name) else None, argument.value


def _is_bound_here(value: cst.Name, program: Program) -> bool:
    """Whether a name is computed in the same function, and so is the same tensor every time."""
    scope = program.scope(value)
    return any(
        isinstance(program.parents[use], cst.AssignTarget)
        for use in uses(program, scope, value.value)
    )


def _wants_numbers(name: cst.Name, program: Program) -> bool:
    """Whether a collection or sum is used by nothing but what takes numbers as it takes tensors.

    What is not made in the same function may be used anywhere, and a global of a notebook in all of
    its cells.
    """
    scope = program.scope(name)
    if isinstance(scope, cst.Module):
        blocks = program.all_blocks()
        if blocks is None:
            return False
        found = [(use, part) for part in blocks for use in uses(part, part.module, name.value)]
    else:
        found = [(use, program) for use in uses(program, scope, name.value)]
    is_made = any(isinstance(part.parents[use], cst.AssignTarget) for use, part in found)
    return is_made and all(_takes_numbers(use, part) for use, part in found)


def _takes_numbers(use: cst.Name, program: Program) -> bool:
    parent = program.parents[use]
    if isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.FormattedStringExpression):
        return True
    if isinstance(parent, cst.Attribute):
        return parent.attr.value in _COLLECTING
    if isinstance(parent, cst.Arg):
        call = program.parents[parent]
        called = dotted(call.func) if isinstance(call, cst.Call) else None
        space, _, function = (called or "").rpartition(".")
        return function in _OF_NUMBERS and space != program.torch()
    if isinstance(parent, cst.BinaryOperation):
        above = program.parents[parent]
        return isinstance(above, cst.FormattedStringExpression)
    return False
