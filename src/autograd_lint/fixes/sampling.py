"""Samples that pass gradients on (AGL412, AGL204)."""

from __future__ import annotations

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.program import Program


@fixes("AGL412")
def reparameterize(finding: Finding, program: Program) -> Draft | None:
    """Draw by `rsample` what is drawn by `sample`.

    Unsafe, as a distribution that was not seen may have no `rsample`.
    """
    call = program.find(finding.place, cst.Call)
    return None if call is None or not _draws(call) else _reparameterized(call, program)


@fixes("AGL204")
def reparameterize_before(finding: Finding, program: Program) -> Draft | None:
    """Draw by `rsample` in a function whose backward finds no graph, if it draws once before."""
    backward = program.find(finding.place, cst.Call)
    if backward is None or "distributions" not in program.source.text:
        return None
    drawn = [
        node
        for node, (_, end) in program.spans.items()
        if isinstance(node, cst.Call)
        and _draws(node)
        and end <= program.spans[backward][0]
        and program.scope(node) is program.scope(backward)
    ]
    return _reparameterized(drawn[0], program) if len(drawn) == 1 else None


def _draws(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "sample"


def _reparameterized(call: cst.Call, program: Program) -> Draft:
    assert isinstance(call.func, cst.Attribute)
    change = Change(*program.spans[call.func.attr], "rsample")
    return Draft("Draw with `rsample`", (change,), safe=False)
