"""Gradients that go into two steps are zeroed in between (AGL301)."""

from __future__ import annotations

import re

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes import lines
from autograd_lint.fixes.draft import Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program

_ZEROED = re.compile(r"\bzero_grad\b|\.grad\s*=\s*None|\.grad\.zero_\(|\.grad\.data\.zero_\(")


@fixes("AGL301")
def zero_before_backward(finding: Finding, program: Program) -> Draft | None:
    """Zero before the backward of each round; where that is elsewhere, after the step.

    Safe where the program zeroes nothing: else its author has had something in mind.
    """
    step = lines.statement(program, finding.place)
    if step is None:
        return None
    if isinstance(step.body[0], cst.AugAssign):
        return _zero_leaf(step, step.body[0], program)
    optimizer = stepped(step)
    if optimizer is None:
        return None
    line = f"{optimizer}.zero_grad()"
    backward = _first_backward(finding, step, program)
    message = f"Call `{line}`"
    if backward is not None:
        safe = not _ZEROED.search(program.source.text)
        return Draft(message, (lines.before(program, backward, line),), safe)
    return Draft(message, (lines.after(program, step, line),), safe=False)


def _first_backward(
    finding: Finding, step: cst.SimpleStatementLine, program: Program
) -> cst.SimpleStatementLine | None:
    """The first of the backwards that a finding is about, beside the step and before it."""
    among = [lines.beside(program, step, way.place) for way in finding.trace]
    before = [
        (program.spans[node][0], node)
        for node in among
        if isinstance(node, cst.SimpleStatementLine)
        and lines.is_alone(program, node)
        and program.spans[node] < program.spans[step]
    ]
    return min(before, key=lambda found: found[0])[1] if before else None


def _zero_leaf(
    step: cst.SimpleStatementLine, update: cst.AugAssign, program: Program
) -> Draft | None:
    name = dotted(update.target)
    if name is None:
        return None
    safe = not _ZEROED.search(program.source.text)
    change = lines.after(program, step, f"{name}.grad.zero_()")
    return Draft(f"Zero `{name}.grad` after the step", (change,), safe)


def stepped(statement: cst.SimpleStatementLine) -> str | None:
    """The optimizer that a statement steps, by itself or through a gradient scaler."""
    small = statement.body[0]
    call = small.value if isinstance(small, cst.Expr | cst.Assign) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value != "step":
        return None
    if not call.args:
        return dotted(call.func.value)
    first = call.args[0]
    is_plain = len(call.args) == 1 and first.keyword is None and not first.star
    return dotted(first.value) if is_plain else None
