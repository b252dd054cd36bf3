"""Gradient scalers that are bypassed, or asked in the wrong order (AGL306, AGL308)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes import lines
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted, mentions
from autograd_lint.fixes.program import Program, descendants
from autograd_lint.fixes.zero_grad import stepped


@fixes("AGL306")
def unscale_before_clipping(finding: Finding, program: Program) -> Draft | None:
    """Unscale the gradients of the one optimizer that a scaler steps after the clipping."""
    clipping = lines.statement(program, finding.place)
    if clipping is None or "still scaled" not in finding.message:
        return None
    own = _step_after(clipping, program)
    if own is None:
        return None
    scaler, optimizer = own
    line = f"{scaler}.unscale_({optimizer})"
    return Draft(f"Call `{line}`", (lines.before(program, clipping, line),), safe=True)


def _step_after(clipping: cst.BaseStatement, program: Program) -> tuple[str, str] | None:
    """The scaler and optimizer that step after a clipping, in its suite or in one around it.

    Of several, the one that was made with the parameters that are clipped.
    """
    node: cst.CSTNode | None = clipping
    while isinstance(node, cst.SimpleStatementLine | cst.If | cst.With):
        among = list(lines.suite(program, node))
        steps = [
            found
            for other in among[among.index(node) :]
            if isinstance(other, cst.SimpleStatementLine)
            and (found := _scaler_step(other)) is not None
        ]
        if steps:
            mine = [own for own in steps if _optimizes(own[1], clipping, program)]
            steps = mine if len(steps) > 1 else steps
            return steps[0] if len(steps) == 1 else None
        node = program.above(node, cst.If, cst.With, cst.For, cst.While, cst.FunctionDef)
    return None


def _optimizes(optimizer: str, clipping: cst.BaseStatement, program: Program) -> bool:
    """Whether an optimizer is made, each time, of what a clipping is given first."""
    calls = (node for node in descendants(clipping) if isinstance(node, cst.Call) and node.args)
    call = next(calls, None)
    if call is None:
        return False
    clipped = program.code(call.args[0].value)
    made = [
        node.value
        for node in program.spans
        if isinstance(node, cst.Assign) and any(dotted(t.target) == optimizer for t in node.targets)
    ]
    return bool(made) and all(mentions(program, m, clipped) for m in made)


@fixes("AGL308")
def step_by_scaler(finding: Finding, program: Program) -> Draft | None:
    """Step by the scaler, where a step by the optimizer itself uses scaled gradients."""
    step = lines.statement(program, finding.place)
    if step is None or "still scaled" not in finding.message:
        return None
    optimizer, scaler = stepped(step), _scaler(finding, program, step)
    if optimizer is None or scaler is None or not isinstance(step.body[0], cst.Expr):
        return None
    changes = [Change(*program.spans[step.body[0]], f"{scaler}.step({optimizer})")]
    among = list(lines.suite(program, step))
    update = f"{scaler}.update"
    if not any(mentions(program, other, update) for other in among[among.index(step) :]):
        changes.append(lines.after(program, step, f"{update}()"))
    return Draft(f"Call `{scaler}.step({optimizer})`", tuple(changes), safe=False)


def _scaler(finding: Finding, program: Program, step: cst.SimpleStatementLine) -> str | None:
    """The scaler of the loss, if it has the same name where the step is."""
    scaling = program.find(finding.trace[0].place, cst.Call)
    if scaling is None or not isinstance(scaling.func, cst.Attribute):
        return None
    name = dotted(scaling.func.value)
    if name is None or scaling.func.attr.value != "scale":
        return None
    if program.scope(scaling) is program.scope(step):
        return name
    same_object = program.above(scaling, cst.ClassDef) is program.above(step, cst.ClassDef)
    return name if name.startswith("self.") and same_object else None


@fixes("AGL308")
def update_after_step(finding: Finding, program: Program) -> Draft | None:
    """Update a scaler that steps round after round and is never updated."""
    step = lines.statement(program, finding.place)
    if step is None or "stepped twice" not in finding.message:
        return None
    own = _scaler_step(step)
    if own is None:
        return None
    scaler, _ = own
    name = scaler.rpartition(".")[2]
    updated = any(
        isinstance(node, cst.Attribute)
        and node.attr.value == "update"
        and (dotted(node.value) or "").rpartition(".")[2] == name
        for node in program.spans
    )
    last = [
        other
        for other in lines.suite(program, step)
        if isinstance(other, cst.SimpleStatementLine)
        and (_scaler_step(other) or ("", ""))[0] == scaler
    ][-1]
    line = f"{scaler}.update()"
    return Draft(f"Call `{line}`", (lines.after(program, last, line),), safe=not updated)


@fixes("AGL308")
def unscale_once(finding: Finding, program: Program) -> Draft | None:
    """Leave out a second `unscale_`, and do one that comes after the step before it."""
    call = lines.statement(program, finding.place)
    if call is None or program.spans[call.body[0]] != program.span(finding.place):
        return None
    if "unscaled twice" in finding.message:
        change = lines.removed(program, call)
        return None if change is None else Draft("Unscale once", (change,), safe=False)
    if "unscaled after" in finding.message:
        step = lines.beside(program, call, finding.trace[0].place)
        among = list(lines.suite(program, call))
        if step is None or among.index(step) > among.index(call):
            return None
        return Draft("Unscale before the step", lines.moved(program, call, step, up=True), False)
    return None


def _scaler_step(statement: cst.SimpleStatementLine) -> tuple[str, str] | None:
    """The scaler and the optimizer of `scaler.step(optimizer)`."""
    for node in descendants(statement):
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            scaler, optimizer = dotted(node.func.value), stepped(statement)
            if node.func.attr.value == "step" and node.args and scaler and optimizer:
                return scaler, optimizer
    return None
