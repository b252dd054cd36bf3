"""State that is carried from round to round leaves its graph behind (AGL202)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import libcst as cst

from autograd_lint.finding import Finding, Place
from autograd_lint.fixes import lines
from autograd_lint.fixes.aliasing import names_of
from autograd_lint.fixes.draft import Draft, fixes
from autograd_lint.fixes.names import dotted, mentions
from autograd_lint.fixes.program import Program, Span, descendants

_Round: TypeAlias = cst.For | cst.While | cst.FunctionDef
"""What is executed again and again."""


@fixes("AGL202")
def detach_state(finding: Finding, program: Program) -> Draft | None:
    """Detach, after the backward, what is computed in each round from what it was before.

    Unsafe, as it ends the way on which gradients were to go through time.
    """
    backward = lines.statement(program, finding.place)
    if backward is None or not isinstance(backward.body[0], cst.Expr):
        return None
    whole = program.above(backward, cst.For, cst.While, cst.FunctionDef)
    if not isinstance(whole, _Round):
        return None
    place = finding.trace[0].place
    carried = _carried_in(whole, backward, place, program) or _carried_by_object(
        backward, place, program
    )
    if len(carried) != 1:
        return None
    names = carried[0]
    if re.search(r"`LSTM`", finding.trace[0].message) and len(names) == 1:
        line = f"{names[0]} = tuple(part.detach() for part in {names[0]})"
    else:
        line = f"{', '.join(names)} = {', '.join(f'{name}.detach()' for name in names)}"
    change = lines.after(program, backward, line)
    return Draft(f"Detach `{', '.join(names)}` after the backward", (change,), safe=False)


def _carried_in(
    whole: _Round, backward: cst.CSTNode, saved: Place, program: Program
) -> list[list[str]]:
    """What a round computes, before its backward, from what it was in the round before.

    Of several, that in which is saved what the backward misses.
    """
    until = program.spans[backward][0]
    found = {
        tuple(names): node
        for node in _assignments(whole)
        if program.spans[node][0] < until
        and program.scope(node) is program.scope(backward)
        and (names := _carried(node, program))
        and not any(_is_made_anew(name, node, whole, program) for name in names)
    }
    if len(found) > 1:
        there = program.span(saved)
        found = {n: at for n, at in found.items() if there and _contains(program.spans[at], there)}
    return [list(names) for names in found]


def _is_made_anew(name: str, use: cst.CSTNode, whole: _Round, program: Program) -> bool:
    """Whether each round begins with a value of its own for a name."""
    return any(
        isinstance(node, cst.Assign)
        and program.spans[node][0] < program.spans[use][0]
        and program.above(node, cst.IndentedBlock) is whole.body
        and name in names_of(node.targets)
        and not mentions(program, node.value, name)
        for node in _assignments(whole)
    )


def _carried_by_object(backward: cst.CSTNode, saved: Place, program: Program) -> list[list[str]]:
    """What the methods of a class carry as attributes of its object.

    Outside of the class, its object has to have the one name there is for such.
    """
    around = program.above(backward, cst.ClassDef)
    whole = around or _class_at(saved, program)
    if whole is None:
        return []
    found = [names for node in _assignments(whole) if (names := _carried(node, program))]
    carried = [names for names in found if all(name.startswith("self.") for name in names)]
    if around is not None:
        return carried
    owners = [
        name
        for node in program.spans
        if isinstance(node, cst.Assign)
        and isinstance(node.value, cst.Call)
        and dotted(node.value.func) == whole.name.value
        for name in names_of(node.targets)
    ]
    if len(owners) != 1:
        return []
    return [[f"{owners[0]}.{name.removeprefix('self.')}" for name in names] for names in carried]


def _class_at(place: Place, program: Program) -> cst.ClassDef | None:
    """The innermost class that a place is in."""
    span = program.span(place)
    around = [
        node
        for node, where in program.spans.items()
        if isinstance(node, cst.ClassDef) and span and _contains(where, span)
    ]
    return max(around, key=lambda node: program.spans[node][0], default=None)


def _contains(outer: Span, inner: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _assignments(whole: cst.CSTNode) -> Iterator[cst.Assign | cst.AugAssign]:
    for node in descendants(whole):
        if isinstance(node, cst.Assign | cst.AugAssign):
            yield node


def _carried(node: cst.Assign | cst.AugAssign, program: Program) -> list[str]:
    """The names that an assignment binds to what is computed from them."""
    if isinstance(node, cst.AugAssign):
        name = dotted(node.target)
        return [] if name is None or isinstance(node.value, cst.BaseNumber) else [name]
    return [name for name in names_of(node.targets) if mentions(program, node.value, name)]
