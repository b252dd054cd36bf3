"""Leaves that are lost to an operator: made where they are to be, or told so last (AGL310, AGL402)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.autograd import operators
from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program, descendants

_CHAIN = (cst.Call, cst.Attribute, cst.Subscript)
_MOVES = frozenset({"to", "cuda", "cpu"})
_OVERLAPPING = frozenset({"as_strided", "broadcast_to", "expand", "expand_as", "unfold"})
"""What gives memory in which elements share their place, which no optimizer can write."""


@fixes("AGL402", "AGL310")
def create_on_device(finding: Finding, program: Program) -> Draft | None:
    """Make the leaf on the device that it is moved to."""
    move, torch = _kept(finding, program), program.torch()
    if torch is None or not isinstance(move, cst.Call) or not isinstance(move.func, cst.Attribute):
        return None
    creation, device = move.func.value, _device(move, move.func.attr.value, program)
    if device is None or not isinstance(creation, cst.Call) or creation.lpar:
        return None
    space, _, name = (dotted(creation.func) or "").rpartition(".")
    if space != torch or not operators.is_factory(name) or _argument(creation, "device"):
        return None
    given = _argument(creation, "requires_grad")
    end, stop = program.spans[creation][1], program.spans[move][1]
    if given is None or not _is_true(given.value) or "#" in program.text[end:stop]:
        return None
    start, _ = program.spans[given]
    space_before = program.text[len(program.text[:start].rstrip()) : start] or " "
    changes = (Change(start, start, f"device={device},{space_before}"), Change(end, stop, ""))
    return Draft(f"Create it with `device={device}`", changes, safe=True)


def _kept(finding: Finding, program: Program) -> cst.CSTNode | None:
    """What is computed and kept in the place of the leaf, with the moves that follow.

    None where it could not be a leaf that is optimized.
    """
    is_given = finding.code == "AGL310" and "the result of an operator" in finding.message
    place = finding.trace[0].place if is_given else finding.place
    node: cst.CSTNode | None = program.find(place, *_CHAIN, cst.BinaryOperation)
    while node is not None:
        method = program.parents[node]
        call = program.parents.get(method)
        is_move = isinstance(method, cst.Attribute) and method.attr.value in _MOVES
        if not is_move or not isinstance(call, cst.Call) or call.func is not method:
            break
        node = call
    if node is not None and any(
        isinstance(part, cst.Attribute) and part.attr.value in _OVERLAPPING
        for part in descendants(node)
    ):
        return None
    return node


def _device(move: cst.Call, method: str, program: Program) -> str | None:
    """The device that a call of `to` or `cuda` moves to, where it cannot be anything else."""
    if method == "cuda" and not move.args:
        return '"cuda"'
    if method not in ("to", "cuda") or len(move.args) != 1 or move.args[0].star:
        return None
    given = move.args[0]
    if given.keyword is not None and given.keyword.value != "device":
        return None
    value = given.value
    if method == "cuda" and isinstance(value, cst.Integer):
        return f'"cuda:{value.value}"'
    called = dotted(value.func) if isinstance(value, cst.Call) else dotted(value)
    is_said = given.keyword is not None or isinstance(value, cst.SimpleString)
    if is_said or (called or "").rpartition(".")[2].lower().endswith("device"):
        return program.code(value)
    return None


def _argument(call: cst.Call, keyword: str) -> cst.Arg | None:
    """The argument of a call with this name."""
    named = (arg for arg in call.args if arg.keyword is not None and arg.keyword.value == keyword)
    return next(named, None)


@fixes("AGL402", "AGL310")
def compute_before(finding: Finding, program: Program) -> Draft | None:
    """Compute with what a parameter is made of, and not with the parameter."""
    whole = _kept(finding, program)
    made = None if whole is None else _first_call(whole)
    if whole is None or made is None or made is whole or made.lpar or not made.args:
        return None
    given = made.args[0]
    is_parameter = (dotted(made.func) or "").rpartition(".")[2] == "Parameter"
    if not is_parameter or given.star or not isinstance(given.value, (*_CHAIN, cst.Name)):
        return None
    start, stop = program.spans[whole]
    first, last = program.spans[made]
    before, after = program.text[start:first], program.text[last:stop]
    if "#" in before + after:
        return None
    inner, outer = program.spans[given.value]
    changes = (
        Change(start, first, ""),
        Change(inner, inner, before),
        Change(outer, outer, after),
        Change(last, stop, ""),
    )
    return Draft("Make the parameter last", changes, safe=True)


@fixes("AGL402", "AGL310")
def require_grad_last(finding: Finding, program: Program) -> Draft | None:
    """Take `requires_grad=True` out of the leaf's creation, and ask for it of what is kept."""
    whole = _kept(finding, program)
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
        safe=_first_call(whole) is creation,
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


def _first_call(whole: cst.CSTNode) -> cst.Call | None:
    """The call of a name, by its dots, that all else is computed from: with numbers, and by methods."""
    node = whole
    while not (isinstance(node, cst.Call) and dotted(node.func)):
        if isinstance(node, cst.Call):
            node = node.func
        elif isinstance(node, cst.Attribute | cst.Subscript):
            node = node.value
        elif isinstance(node, cst.BinaryOperation) and isinstance(node.right, cst.BaseNumber):
            node = node.left
        elif isinstance(node, cst.BinaryOperation) and isinstance(node.left, cst.BaseNumber):
            node = node.right
        else:
            return None
    return node
