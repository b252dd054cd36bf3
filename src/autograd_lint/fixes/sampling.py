"""Samples that pass gradients on (AGL412)."""

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
    if call is None or not isinstance(call.func, cst.Attribute):
        return None
    name = call.func.attr
    if name.value != "sample":
        return None
    change = Change(*program.spans[name], "rsample")
    return Draft("Draw with `rsample`", (change,), safe=False)
