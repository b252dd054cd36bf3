"""What is written in place, computed out of place instead (AGL102, AGL103, AGL105)."""

from __future__ import annotations

import re

import libcst as cst

from autograd_lint.autograd import operators
from autograd_lint.finding import Finding
from autograd_lint.fixes import aliasing, lines
from autograd_lint.fixes.aliasing import Sharing
from autograd_lint.fixes.draft import Change, Draft, fixes
from autograd_lint.fixes.names import dotted
from autograd_lint.fixes.program import Program

_OPERATOR = re.compile(r"(?P<space>\s*)(?P<operator>[-+*/%&|^<>]+)=")
_TIGHTER = (cst.Multiply, cst.Divide, cst.FloorDivide, cst.Modulo, cst.MatrixMultiply, cst.Power)
_ATOMS = (
    cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float, cst.List, cst.Tuple,
)  # fmt: skip
_UNRECORDED = re.compile(r"\b(?:no_grad|inference_mode|set_grad_enabled)\b")


@fixes("AGL102", "AGL103", "AGL105")
def assign_sum(finding: Finding, program: Program) -> Draft | None:
    """Turn `x += y` into `x = x + y`."""
    node = program.find(finding.place, cst.AugAssign)
    if node is None:
        return None
    target, value = node.target, node.value
    name = dotted(target)
    statement = program.above(node, cst.SimpleStatementLine, cst.SimpleStatementSuite)
    if name is None or statement is None or target.lpar:
        return None
    safe = _verdict(finding, program, target, statement)
    if safe is None:
        return None
    _, end = program.spans[target]
    start, stop = program.spans[value]
    sign = _OPERATOR.match(program.text, end, start)
    if sign is None:
        return None
    space = sign["space"]
    changes = [Change(end, sign.end(), f"{space}={space}{name}{space}{sign['operator']}")]
    if not value.lpar and not _binds_tighter(sign["operator"], value):
        changes += [Change(start, start, "("), Change(stop, stop, ")")]
    return Draft(f"Assign `{name} {sign['operator']} …` to `{name}`", tuple(changes), safe)


def _binds_tighter(operator: str, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.BinaryOperation):
        tighter = _TIGHTER if operator in "+-" else (cst.Power,)
        return operator != "**" and isinstance(value.operator, tighter)
    return isinstance(value, _ATOMS)


@fixes("AGL102", "AGL103", "AGL105")
def call_out_of_place(finding: Finding, program: Program) -> Draft | None:
    """Turn `x.mul_(y)` into `x = x.mul(y)`."""
    statement = lines.statement(program, finding.place)
    if statement is None or len(statement.body) != 1:
        return None
    small = statement.body[0]
    if not isinstance(small, cst.Expr | cst.Return | cst.Assign) or small.value is None:
        return None
    if program.spans[small.value][0] != (program.span(finding.place) or (-1, -1))[0]:
        return None
    methods = _chain(small.value)
    if methods is None:
        return None
    target = methods[-1].value
    name = dotted(target)
    if name is None:
        return None
    changes = [Change(*program.spans[m.attr], m.attr.value.removesuffix("_")) for m in methods]
    if isinstance(small, cst.Expr):
        safe = _verdict(finding, program, target, statement)
        start, _ = program.spans[small.value]
        changes.append(Change(start, start, f"{name} = "))
    elif isinstance(small, cst.Return):
        safe = _verdict(finding, program, target, statement, returned=True)
    else:
        again = aliasing.names_of(small.targets) == [name]
        safe = _verdict(finding, program, target, statement) if again else None
    if safe is None:
        return None
    what = f"{methods[0].attr.value.removesuffix('_')}"
    return Draft(f"Compute `{what}` out of place", tuple(sorted(changes)), safe)


def _chain(node: cst.BaseExpression) -> list[cst.Attribute] | None:
    """The methods of a chain of calls that all write in place and all have a twin that does not."""
    methods: list[cst.Attribute] = []
    while isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        name = node.func.attr.value
        if not name.endswith("_") or operators.method(name.removesuffix("_")) is None:
            return None
        methods.append(node.func)
        node = node.func.value
    return methods or None


@fixes("AGL102", "AGL105")
def write_to_clone(finding: Finding, program: Program) -> Draft | None:
    """Clone before a write to a part of a tensor, or one that has no twin out of place."""
    statement = lines.statement(program, finding.place)
    if statement is None:
        return None
    small = statement.body[0]
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        written: cst.CSTNode = small.targets[0].target
    elif isinstance(small, cst.AugAssign):
        written = small.target
        if isinstance(written, cst.Subscript) and not _is_part(written):
            return None  # it may be what a list or dictionary holds that is written
    elif isinstance(small, cst.Expr) and isinstance(small.value, cst.Call):
        called = small.value.func
        if not isinstance(called, cst.Attribute) or not called.attr.value.endswith("_"):
            return None
        written = called
    else:
        return None
    if program.span(finding.place) != program.spans[small]:
        return None
    if not isinstance(written, cst.Subscript | cst.Attribute):
        return None
    name = dotted(written.value)
    if name is None:
        return None
    safe = _verdict(finding, program, written.value, statement)
    if safe is None:
        return None
    change = lines.before(program, statement, f"{name} = {name}.clone()")
    return Draft(f"Write to a clone of `{name}`", (change,), safe)


def _is_part(node: cst.Subscript) -> bool:
    """Whether it is a part that only tensors have."""
    return len(node.slice) > 1 or any(isinstance(one.slice, cst.Slice) for one in node.slice)


def _verdict(
    finding: Finding,
    program: Program,
    target: cst.BaseExpression,
    statement: cst.CSTNode,
    *,
    returned: bool = False,
) -> bool | None:
    """Whether binding a name anew is a safe fix; `None` if it is none.

    Expanded memory cannot be written under any name, so there it does not matter who shares it.
    """
    if finding.code != "AGL105" and _is_unrecorded(program, statement):
        return None  # what is bound anew would lose its graph
    if not isinstance(statement, cst.BaseStatement):
        return None
    if not isinstance(target, cst.Name):
        # What is one of several views is written for the sake of the whole.
        is_view = finding.code == "AGL103"
        return None if is_view or _is_special(program, target) else False
    name = target.value
    shared = aliasing.sharing(program, name, statement)
    if shared is Sharing.SHARED and finding.code != "AGL105":
        return None
    if not returned and not aliasing.is_used_later(program, name, statement):
        return None  # it is written for the sake of another name
    return shared is Sharing.ALONE


def _is_unrecorded(program: Program, statement: cst.CSTNode) -> bool:
    for node in program.ancestors(statement):
        if isinstance(node, cst.With) and any(
            _UNRECORDED.search(program.code(item)) for item in node.items
        ):
            return True
        if isinstance(node, cst.FunctionDef):
            return any(_UNRECORDED.search(program.code(d)) for d in node.decorators)
    return False


def _is_special(program: Program, target: cst.BaseExpression) -> bool:
    """Whether an attribute cannot be assigned any tensor: `.data`, `.grad`, a parameter."""
    if not isinstance(target, cst.Attribute):
        return True
    name = target.attr.value
    made = re.compile(rf"\b{name}\s*(?::[^=\n]*)?=\s*(?:\w+\.)*Parameter\(|['\"]{name}['\"]")
    return name in ("data", "grad", "weight", "bias") or bool(made.search(program.source.text))
