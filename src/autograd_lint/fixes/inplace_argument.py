"""`inplace=True` where its write spoils what was saved (AGL102, AGL103, AGL105)."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program, descendants


@fixes("AGL102", "AGL103", "AGL105", "AGL101")
def clear_inplace(finding: Finding, program: Program) -> Draft | None:
    """Turn `inplace=True` into `inplace=False`: of the call, or of the module that is called."""
    call = program.find(finding.place, cst.Call)
    if call is None or (dotted(call.func) or "_").endswith("_"):
        return None
    own = _flags(call.args)
    if own:
        safe = _keeps_its_meaning(call, program)
        return None if _is_dropped(call, program) else _cleared(own, program, safe)
    made = _constructor(call, program)
    if made is not None:
        calls = _calls_of(dotted(call.func) or "", program)
        if any(_is_dropped(other, program) for other in calls):
            return None
        safe = all(_keeps_its_meaning(other, program) for other in calls)
        return _cleared(_flags(made.args), program, safe)
    if isinstance(call.func, cst.Name | cst.Attribute):
        everywhere = _flags([node for node in program.spans if isinstance(node, cst.Arg)])
        return _cleared(everywhere, program, safe=False)
    return None


def _flags(args: Sequence[cst.Arg]) -> list[cst.BaseExpression]:
    """The values of `inplace=True` among arguments."""
    return [
        arg.value
        for arg in args
        if arg.keyword is not None
        and arg.keyword.value == "inplace"
        and isinstance(arg.value, cst.Name)
        and arg.value.value == "True"
    ]


def _cleared(flags: list[cst.BaseExpression], program: Program, safe: bool) -> Draft | None:
    if len(flags) != 1:
        return None
    change = Change(*program.spans[flags[0]], "False")
    return Draft("Write `inplace=False`", (change,), safe)


def _constructor(call: cst.Call, program: Program) -> cst.Call | None:
    """What makes the module that is called, if that is said once in its class."""
    name, whole = dotted(call.func), program.above(call, cst.ClassDef)
    if name is None or whole is None or not name.startswith("self."):
        return None
    made = [
        node.value
        for node in descendants(whole)
        if isinstance(node, cst.Assign) and any(dotted(t.target) == name for t in node.targets)
    ]
    if len(made) != 1 or not isinstance(made[0], cst.Call):
        return None
    return made[0] if _flags(made[0].args) else None


def _calls_of(name: str, program: Program) -> list[cst.Call]:
    return [n for n in program.spans if isinstance(n, cst.Call) and dotted(n.func) == name]


def _is_dropped(call: cst.Call, program: Program) -> bool:
    """Whether nobody takes the result, so that out of place nothing would be left of it."""
    return isinstance(program.parents[call], cst.Expr)


def _keeps_its_meaning(call: cst.Call, program: Program) -> bool:
    """Whether the result is used, and what was written is not asked for again."""
    parent = program.parents[call]
    if not call.args:
        return False
    written = call.args[0].value
    if isinstance(parent, cst.Assign):
        return [dotted(t.target) for t in parent.targets] == [dotted(written)]
    return isinstance(written, cst.Call) or isinstance(parent, cst.Return)
