"""Leaves that are lost to an operator: what requires grad is told so last (AGL402)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program, descendants

_CHAIN = (cst.Call, cst.Attribute, cst.Subscript)


@fixes("AGL402")
def require_grad_last(finding: Finding, program: Program) -> Draft | None:
    """Take `requires_grad=True` out of the leaf's creation, and ask for it of what is kept."""
    whole = program.find(finding.place, cst.Call, cst.Attribute, cst.Subscript, cst.BinaryOperation)
    if whole is None:
        return None
    given = [
        node
        for node in descendants(whole)
        if isinstance(node, cst.Arg)
        and node.keyword is not None
        and node.keyword.value == "requires_grad"
    ]
    if len(given) != 1 or not _is_true(given[0].value):
        return None
    creation = program.parents[given[0]]
    if not isinstance(creation, cst.Call) or creation is whole:
        return None
    _, end = program.spans[whole]
    last = [Change(end, end, ".requires_grad_()")]
    if isinstance(whole, cst.BinaryOperation):
        start, _ = program.spans[whole]
        last = [Change(start, start, "("), Change(end, end, ").requires_grad_()")]
    return Draft(
        "Call `requires_grad_()` last",
        (_without(creation, given[0], program), *last),
        safe=_is_simple(whole, creation),
    )


def _is_true(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "True"


def _without(call: cst.Call, argument: cst.Arg, program: Program) -> Change:
    """Takes an argument out of a call with a comma before or after it, and no comment."""
    index = call.args.index(argument)
    start, end = program.spans[argument]
    if index == 0:
        return Change(start, program.spans[call.args[1]][0] if call.args[1:] else end, "")
    if isinstance(argument.comma, cst.Comma):
        space = len(program.text[:start]) - len(program.text[:start].rstrip())
        return Change(start - space, program.text.index(",", end) + 1, "")
    comma = _comma(call.args[index - 1], program)
    return Change(start if "#" in program.text[comma:start] else comma, end, "")


def _comma(argument: cst.Arg, program: Program) -> int:
    """Where the comma of an argument, or the space before it, starts."""
    assert isinstance(argument.comma, cst.Comma)
    return program.spans[argument.comma][0]


def _is_simple(whole: cst.BaseExpression, creation: cst.Call) -> bool:
    """Whether no other tensor has a part in what is kept, that may itself require grad."""
    if isinstance(whole, cst.BinaryOperation):
        operands = [whole.left, whole.right]
        others = [operand for operand in operands if operand is not creation]
        return len(others) == 1 and isinstance(others[0], cst.Integer | cst.Float)
    node: cst.CSTNode = whole
    while isinstance(node, _CHAIN) and node is not creation:
        node = node.func if isinstance(node, cst.Call) else node.value
    return node is creation and dotted(creation.func) is not None
