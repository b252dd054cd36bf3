"""Leaves are updated where autograd does not record it (AGL101)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes import lines
from autograd_lint.fixes.draft import Draft, fixes
from autograd_lint.fixes.names import dotted, root
from autograd_lint.fixes.program import Program, descendants

_PARAMETERS = ("weight", "bias")


@fixes("AGL101")
def update_without_grad(finding: Finding, program: Program) -> Draft | None:
    """Put a write to a leaf, and those that follow it, under `torch.no_grad()`.

    Safe for a step along the leaf's own gradient, which cannot be meant to be recorded.
    """
    statement, torch = lines.statement(program, finding.place), program.torch()
    if statement is None or torch is None:
        return None
    written = _written(statement)
    if written is None or program.span(finding.place) is None:
        return None
    among = lines.suite(program, statement)
    group: list[cst.BaseStatement] = [statement]
    for other in among[list(among).index(statement) + 1 :]:
        if not lines.is_alone(program, other) or not isinstance(other, cst.SimpleStatementLine):
            break
        if isinstance(other.body[0], cst.Return):
            break
        if not _belongs_to(written, _written(other)) and not _is_step(program, other):
            break
        group.append(other)
    changes = lines.wrapped(program, group, f"with {torch}.no_grad():")
    if changes is None:
        return None
    return Draft(f"Write under `{torch}.no_grad()`", tuple(changes), _is_step(program, statement))


def _belongs_to(first: str, written: str | None) -> bool:
    """Whether a write is one to the same tensor, or to another parameter of the same module."""
    if written is None or written == first:
        return written == first
    (module, _, one), (other, _, another) = first.rpartition("."), written.rpartition(".")
    return module == other and one.startswith(_PARAMETERS) and another.startswith(_PARAMETERS)


def _written(statement: cst.SimpleStatementLine) -> str | None:
    """The name whose tensor, or a part of it, a statement writes in place and does no more."""
    small = statement.body[0]
    if isinstance(small, cst.AugAssign):
        return _name(small.target)
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        target = small.targets[0].target
        if isinstance(target, cst.Subscript):
            return _name(target)
        if isinstance(target, cst.Attribute) and target.attr.value == "grad":
            return _name(target.value)
        return None
    if isinstance(small, cst.Expr | cst.Return) and isinstance(small.value, cst.Call):
        return _name(small.value) if _is_inplace(small.value) else None
    return None


def _is_inplace(call: cst.Call) -> bool:
    """Whether a call, or a chain of them, consists of methods that write in place."""
    node: cst.BaseExpression = call
    while isinstance(node, cst.Call):
        if not isinstance(node.func, cst.Attribute) or not node.func.attr.value.endswith("_"):
            return False
        node = node.func.value
    return True


def _name(node: cst.BaseExpression | cst.BaseAssignTargetExpression) -> str | None:
    first: cst.CSTNode = node
    while isinstance(first, cst.Call | cst.Subscript):
        first = (
            first.func.value
            if isinstance(first, cst.Call) and isinstance(first.func, cst.Attribute)
            else first.value
            if isinstance(first, cst.Subscript)
            else root(first)
        )
    name = dotted(first)
    return None if name is None else name.removesuffix(".grad")


def _is_step(program: Program, statement: cst.SimpleStatementLine) -> bool:
    small = statement.body[0]
    if not isinstance(small, cst.AugAssign | cst.Expr):
        return False
    gradient = f"{_written(statement)}.grad"
    return any(dotted(n) == gradient for n in descendants(small) if isinstance(n, cst.Attribute))
