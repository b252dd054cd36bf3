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
    if target.attr.value != _FLAG:
        change = Change(*program.spans[target.attr], _FLAG)
        return Draft(f"Write `{_FLAG}`", (change,), safe=True)
    if isinstance(value, cst.Tuple | cst.Yield) or value.lpar:
        return None
    _, name_end = program.spans[target]
    start, end = program.spans[value]
    changes = (Change(name_end, start, "_("), Change(end, end, ")"))
    return Draft(f"Call `{_FLAG}_`", changes, safe=True)
