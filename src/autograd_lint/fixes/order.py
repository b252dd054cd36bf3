"""Statements of a training loop that stand in the wrong order (AGL302, AGL306, AGL307)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes import lines
from autograd_lint.fixes.draft import Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program, descendants

_ZEROING = frozenset({"zero_grad"})
_CLIPPING = frozenset(
    {"clip_grad_norm", "clip_grad_norm_", "clip_grad_value_", "clip_grads_with_norm_"}
)
_SCHEDULING = frozenset({"step"})


@fixes("AGL302")
def zero_earlier(finding: Finding, program: Program) -> Draft | None:
    """Zero before the backward; where that is elsewhere, after the step."""
    zeroing = _action(finding, program, _ZEROING)
    if zeroing is None:
        return None
    backward = lines.beside(program, zeroing, finding.trace[0].place)
    if backward is not None:
        return _moved(zeroing, backward, program, up=True, message="Zero before the backward")
    step = lines.beside(program, zeroing, finding.trace[2].place)
    if step is None:
        return None
    draft = _moved(zeroing, step, program, up=False, message="Zero after the step")
    return None if draft is None else Draft(draft.message, draft.changes, safe=False)


@fixes("AGL306")
def clip_in_between(finding: Finding, program: Program) -> Draft | None:
    """Clip after the backward and before the step."""
    clipping, other = _action(finding, program, _CLIPPING), finding.trace[1]
    if clipping is None:
        return None
    anchor = lines.beside(program, clipping, other.place)
    if anchor is None:
        return None
    if "after the step" in finding.message:
        return _moved(clipping, anchor, program, up=True, message="Clip before the step")
    if "before there are" in finding.message:
        return _moved(clipping, anchor, program, up=False, message="Clip after the backward")
    return None


@fixes("AGL307")
def schedule_later(finding: Finding, program: Program) -> Draft | None:
    """Step the scheduler after the optimizer; where that is elsewhere, at the end of the round."""
    schedule = _action(finding, program, _SCHEDULING)
    if schedule is None:
        return None
    step = lines.beside(program, schedule, finding.trace[1].place)
    if step is not None:
        return _moved(schedule, step, program, up=False, message="Step the scheduler afterwards")
    among = lines.suite(program, schedule)
    loop = program.above(schedule, cst.For, cst.While, cst.FunctionDef)
    if not isinstance(loop, cst.For | cst.While) or program.parents[schedule] is not loop.body:
        return None
    leaves = (cst.Continue, cst.Break, cst.Return)
    if among[-1] is schedule or any(isinstance(node, leaves) for node in descendants(loop)):
        return None
    changes = lines.moved(program, schedule, among[-1], up=False)
    return Draft("Step the scheduler at the end of the round", changes, safe=False)


def _action(
    finding: Finding, program: Program, methods: frozenset[str]
) -> cst.SimpleStatementLine | None:
    """The statement of a finding, if it only calls what the finding is about.

    A program's own function that does so may do other things as well, which are to stay.
    """
    statement = lines.statement(program, finding.place)
    if statement is None or not isinstance(statement.body[0], cst.Expr):
        return None
    call = statement.body[0].value
    if not isinstance(call, cst.Call):
        return None
    if (dotted(call.func) or "").rpartition(".")[2] not in methods:
        return None
    return statement if program.spans[call] == program.span(finding.place) else None


def _moved(
    node: cst.SimpleStatementLine,
    anchor: cst.BaseStatement,
    program: Program,
    *,
    up: bool,
    message: str,
) -> Draft | None:
    """Moves a statement past others, which is safe if they do not speak of what it acts on."""
    among = list(lines.suite(program, node))
    if (among.index(anchor) < among.index(node)) is not up:
        return None
    between = lines.crossed(program, node, anchor)
    safe = isinstance(anchor, cst.SimpleStatementLine) and lines.independent(program, node, between)
    return Draft(message, lines.moved(program, node, anchor, up=up), safe)
