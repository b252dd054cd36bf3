"""The spelling of `requires_grad` (AGL406)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.program import Program

_FLAG = "requires_grad"


@fixes("AGL406")
def spell_flag(finding: Finding, program: Program) -> Draft | None:
    """Set the flag that a tensor has, or call the method that sets it in all of a module."""
    assignment = program.find(finding.place, cst.Assign)
    if assignment is None or len(assignment.targets) != 1:
        return None
    target, value = assignment.targets[0].target, assignment.value
    if not isinstance(target, cst.Attribute) or target.lpar:
        return None
    name = target.attr
    # Who writes `_` has meant the method.
    if name.value != _FLAG and not name.value.endswith("_"):
        change = Change(*program.spans[name], _FLAG)
        return Draft(f"Write `{_FLAG}`", (change,), safe=True)
    if isinstance(value, cst.Tuple | cst.Yield) or value.lpar:
        return None
    first, _ = program.spans[name]
    start, end = program.spans[value]
    changes = (Change(first, start, f"{_FLAG}_("), Change(end, end, ")"))
    return Draft(f"Call `{_FLAG}_`", changes, safe=True)
