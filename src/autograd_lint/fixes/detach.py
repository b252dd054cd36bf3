"""State that is carried from round to round leaves its graph behind (AGL202)."""

from __future__ import annotations

import re

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes import lines
from autograd_lint.fixes.aliasing import names_of
from autograd_lint.fixes.draft import Draft, fixes
from autograd_lint.fixes.names import dotted, mentions
from autograd_lint.fixes.program import Program


@fixes("AGL202")
def detach_state(finding: Finding, program: Program) -> Draft | None:
    """Detach, after the backward, what is computed in each round from what it was before.

    Unsafe, as it ends the way on which gradients were to go through time.
    """
    backward = lines.statement(program, finding.place)
    if backward is None or not isinstance(backward.body[0], cst.Expr):
        return None
    whole = program.above(backward, cst.For, cst.While, cst.FunctionDef)
    if whole is None:
        return None
    carried = [
        names
        for node, (start, _) in program.spans.items()
        if isinstance(node, cst.Assign | cst.AugAssign)
        and program.above(node, cst.For, cst.While, cst.FunctionDef) is whole
        and start < program.spans[backward][0]
        and (names := _carried(node, program))
    ] or _carried_by_object(backward, program)
    if len(carried) != 1:
        return None
    names = carried[0]
    if re.search(r"`LSTM`", finding.trace[0].message) and len(names) == 1:
        line = f"{names[0]} = tuple(part.detach() for part in {names[0]})"
    else:
        line = f"{', '.join(names)} = {', '.join(f'{name}.detach()' for name in names)}"
    change = lines.after(program, backward, line)
    return Draft(f"Detach `{', '.join(names)}` after the backward", (change,), safe=False)


def _carried_by_object(backward: cst.CSTNode, program: Program) -> list[list[str]]:
    """What other methods of the same class carry as attributes of the object."""
    whole = program.above(backward, cst.ClassDef)
    found = [
        _carried(node, program)
        for node in program.spans
        if isinstance(node, cst.Assign) and whole and program.above(node, cst.ClassDef) is whole
    ]
    return [names for names in found if names and all(n.startswith("self.") for n in names)]


def _carried(node: cst.Assign | cst.AugAssign, program: Program) -> list[str]:
    """The names that an assignment binds to what is computed from them."""
    if isinstance(node, cst.AugAssign):
        name = dotted(node.target)
        return [] if name is None else [name]
    return [name for name in names_of(node.targets) if mentions(program, node.value, name)]
