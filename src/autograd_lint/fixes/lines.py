"""Statements that stand on lines of their own: to put some before or after them, and to move them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from autograd_lint.finding import Place
from autograd_lint.fixes.draft import Change
from autograd_lint.fixes.names import mentions
from autograd_lint.fixes.program import Program, Span, descendants

_COMMENT = re.compile(r"[ \t]*#(?! ?%%)")  # `# %%` begins a cell
_NOTHING_ELSE = re.compile(r"[ \t]*(?:#[^\n]*)?$")
_SCOPES = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


def statement(program: Program, place: Place) -> cst.SimpleStatementLine | None:
    """The one simple statement on its lines that a place is in."""
    span = program.span(place)
    return None if span is None else _statement(program, span)


def _statement(program: Program, span: Span) -> cst.SimpleStatementLine | None:
    for node, (start, end) in program.spans.items():
        if isinstance(node, cst.SimpleStatementLine) and start <= span[0] and span[1] <= end:
            return node if is_alone(program, node) else None
    return None


def is_alone(program: Program, node: cst.BaseStatement) -> bool:
    """Whether a statement shares its lines with comments only."""
    if isinstance(node, cst.SimpleStatementLine) and len(node.body) != 1:
        return False
    start, end = _lines(program, node)
    first, last = program.spans[node]
    before, after = program.text[start:first], program.text[last:end]
    return not before.strip() and _NOTHING_ELSE.match(after) is not None


def suite(program: Program, node: cst.BaseStatement) -> Sequence[cst.BaseStatement]:
    """The statements that a statement stands among, itself included."""
    parent = program.parents[node]
    if isinstance(parent, cst.IndentedBlock | cst.Module):
        return [child for child in parent.body if isinstance(child, cst.BaseStatement)]
    return [node]


def beside(program: Program, node: cst.BaseStatement, place: Place) -> cst.BaseStatement | None:
    """The statement among which `node` stands that a place is in, and not in a function of it."""
    span = program.span(place)
    if span is None:
        return None
    for other in suite(program, node):
        start, end = program.spans[other]
        if start <= span[0] and span[1] <= end and other is not node:
            inner = _innermost(program, span)
            return other if program.scope(inner) is program.scope(node) else None
    return None


def _innermost(program: Program, span: Span) -> cst.CSTNode:
    around = [
        (end - start, node)
        for node, (start, end) in program.spans.items()
        if start <= span[0] and span[1] <= end and not isinstance(node, cst.Module)
    ]
    return min(around, key=lambda found: found[0])[1]


def before(program: Program, node: cst.BaseStatement, line: str) -> Change:
    """Puts a line before a statement and the comments that belong to it."""
    start = _with_comments(program, node)
    return Change(start, start, f"{_indent(program, node)}{line}\n")


def after(program: Program, node: cst.BaseStatement, line: str) -> Change:
    """Puts a line after a statement."""
    _, end = _lines(program, node)
    return Change(end, end, f"\n{_indent(program, node)}{line}")


def removed(program: Program, node: cst.SimpleStatementLine) -> Change | None:
    """Takes a statement's lines away, unless its suite would be empty without it."""
    if len(suite(program, node)) == 1:
        return None
    _, end = _lines(program, node)
    return Change(_with_comments(program, node), end + 1, "")


def moved(
    program: Program, node: cst.SimpleStatementLine, anchor: cst.BaseStatement, *, up: bool
) -> tuple[Change, ...]:
    """Moves a statement with its comments before (`up`) or after another one beside it."""
    start, (_, end) = _with_comments(program, node), _lines(program, node)
    taken = Change(start, end + 1, "")
    own = program.text[start:end]
    if up:
        target = _with_comments(program, anchor)
        return (taken, Change(target, target, own + "\n"))
    _, target = _lines(program, anchor)
    return (taken, Change(target, target, "\n" + own))


def crossed(
    program: Program, node: cst.BaseStatement, anchor: cst.BaseStatement
) -> Sequence[cst.BaseStatement]:
    """The statements between two that stand beside each other."""
    among = list(suite(program, node))
    first, last = sorted((among.index(node), among.index(anchor)))
    return among[first + 1 : last]


def independent(program: Program, node: cst.BaseStatement, others: Sequence[cst.CSTNode]) -> bool:
    """Whether none of the statements speaks of an object that `node` acts on."""
    subjects = {
        program.code(part.func.value)
        for part in descendants(node)
        if isinstance(part, cst.Call) and isinstance(part.func, cst.Attribute)
    }
    return not any(mentions(program, other, subject) for other in others for subject in subjects)


def wrapped(
    program: Program, nodes: Sequence[cst.BaseStatement], header: str
) -> list[Change] | None:
    """Puts consecutive statements under a header; `None` where a string goes over their lines."""
    start, end = _lines(program, nodes[0])[0], _lines(program, nodes[-1])[1]
    text = program.text[start:end]
    if '"""' in text or "'''" in text or "\\\n" in text:
        return None
    indent, unit = _indent(program, nodes[0]), _unit(program)
    changes = [Change(start, start, f"{indent}{header}\n{unit}")]
    for line in re.finditer(r"\n(?=[ \t]*\S)", text):
        at = start + line.end()
        changes.append(Change(at, at, unit))
    return changes


def _unit(program: Program) -> str:
    """What a level of the block is indented by."""
    for node in program.spans:
        if isinstance(node, cst.IndentedBlock):
            inner = _indent(program, node.body[0])
            outer = program.above(node, cst.IndentedBlock)
            return inner if outer is None else inner[len(_indent(program, outer.body[0])) :]
    return "    "


def _indent(program: Program, node: cst.CSTNode) -> str:
    first = program.spans[node][0]
    return program.text[program.text.rfind("\n", 0, first) + 1 : first]


def _lines(program: Program, node: cst.CSTNode) -> Span:
    """From the start of a node's first line to the end of its last, without the newline."""
    first, last = program.spans[node]
    if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.decorators:
        first = program.spans[node.decorators[0]][0]
    end = program.text.find("\n", last)
    return program.text.rfind("\n", 0, first) + 1, len(program.text) if end < 0 else end


def _with_comments(program: Program, node: cst.CSTNode) -> int:
    """Where the lines of a statement start, with the comments directly above it."""
    start, _ = _lines(program, node)
    while start > 0:
        above = program.text.rfind("\n", 0, start - 1) + 1
        if not _COMMENT.match(program.text[above:start]):
            break
        start = above
    return start
