"""Parentheses for what is named and was to be called (AGL305, AGL603)."""

from __future__ import annotations

import re

import libcst as cst

from autograd_lint.finding import Finding
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program

_WITHOUT_ARGUMENTS = frozenset({"backward", "zero_grad", "step", "eval", "train", "detach_"})
_NEEDS_ARGUMENTS = re.compile(r"\b(?:ReduceLROnPlateau|LBFGS)\b")
_MODES = frozenset({"no_grad", "enable_grad", "inference_mode"})


@fixes("AGL305")
def call_method(finding: Finding, program: Program) -> Draft | None:
    """Call the method that a statement names, if it can be called without arguments."""
    statement = program.find(finding.place, cst.Expr)
    if statement is None or not isinstance(statement.value, cst.Attribute):
        return None
    method = statement.value
    if statement.value.lpar or not _takes_nothing(method, program):
        return None
    _, end = program.spans[method]
    return Draft(f"Call `{program.code(method)}`", (Change(end, end, "()"),), safe=True)


def _takes_nothing(method: cst.Attribute, program: Program) -> bool:
    name, text = method.attr.value, program.source.text
    receiver = (dotted(method.value) or "").rpartition(".")[2].lower()
    if name == "update":
        return "scaler" in receiver
    if name not in _WITHOUT_ARGUMENTS:
        return False
    if name == "step" and ("scaler" in receiver or _NEEDS_ARGUMENTS.search(text)):
        return False
    # The file's own methods of that name may be what is meant.
    return not re.search(rf"\bdef {name}\((?!\s*self\s*\))", text)


@fixes("AGL603")
def make_mode(finding: Finding, program: Program) -> Draft | None:
    """Make the grad mode that a `with` enters as a class."""
    item = program.find(finding.place, cst.WithItem)
    mode = program.find(finding.place, cst.Name, cst.Attribute) if item is None else item.item
    if not isinstance(mode, cst.Name | cst.Attribute):
        return None
    if not isinstance(program.parents[mode], cst.WithItem):
        return None
    named = mode.attr if isinstance(mode, cst.Attribute) else mode
    if named.value not in _MODES:
        return None  # what else it stands for at other times is not known
    _, end = program.spans[mode]
    return Draft(f"Call `{program.code(mode)}`", (Change(end, end, "()"),), safe=True)
