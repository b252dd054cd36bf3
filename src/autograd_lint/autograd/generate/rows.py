"""Rows of the table: what holds for all calls of an operator, and for those with certain arguments."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograd_lint.autograd.generate import measuring
from autograd_lint.autograd.generate.forms import Form, bind
from autograd_lint.autograd.generate.measuring import Bound, Call, Fact, Saving

GIVEN = "*"
"""Stands for an argument that is given, where it only matters that it is."""
_DEPTH = 2
"""By how many arguments a row is split at most."""


@dataclass(frozen=True)
class Ran:
    """One call and what was measured of it."""

    bound: Bound
    facts: tuple[Fact, ...]
    """One for each set of operands that required grad."""
    view: str | None
    expanded: bool | None
    copied: frozenset[str]
    """What it saves only if the operands are contiguous, and else as a copy."""
    whole: str | None
    """The kind of what it makes of integers."""
    promoting: frozenset[str]
    """The parameters for which a fraction makes that a float."""
    infinite: frozenset[int]
    """At which of zero and one its derivative is infinite."""
    options: dict[str, Any]
    """Its arguments as far as a row may be split by them, with defaults."""


def run(
    function: Callable[..., Any], forms: Sequence[Form], calls: Iterable[Call], *, inplace: bool
) -> list[Ran]:
    """Measure an operator on those of the calls that it takes."""
    found = []
    for given in calls:
        form, bound = bind(forms, given)
        facts = tuple(_facts(function, bound, inplace=inplace))
        if not facts:
            continue
        whole, promoting = (
            (None, frozenset()) if inplace else measuring.of_integers(function, bound)
        )
        found.append(
            Ran(
                bound,
                facts,
                None if inplace else _view(function, bound),
                measuring.takes_expanded(function, bound) if inplace else None,
                frozenset() if inplace else measuring.copied(function, bound, facts[-1].needing),
                whole,
                promoting,
                frozenset() if inplace else measuring.infinite(function, bound),
                _options(form, bound, forms),
            )
        )
    return found


def _facts(function: Callable[..., Any], bound: Bound, *, inplace: bool) -> list[Fact]:
    """Return what a call does for each set of operands that may require grad."""
    operands: dict[str, bool] = {}
    for name, tensor in bound.tensors():
        operands[name] = operands.get(name, True) and measuring.differentiable(tensor)
    able = [name for name, is_able in operands.items() if is_able]
    sets = [
        frozenset(needing)
        for size in sorted({1, 2, len(able)})
        for needing in itertools.combinations(able, size)
    ]
    found = [_fact(function, bound, needing, inplace) for needing in sets]
    if not any(found):
        found = [_fact(function, bound, frozenset(), inplace)]
    return [fact for fact in found if fact is not None]


def _fact(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], inplace: bool
) -> Fact | None:
    try:
        fact = measuring.measure(function, bound, needing, inplace=inplace)
    except Exception:  # not every operand may require grad
        return None
    return fact if fact.shapes else None


def _view(function: Callable[..., Any], bound: Bound) -> str | None:
    """Return how the results share the first operand's memory, whatever its layout."""
    found = []
    for layout in (torch.Tensor.contiguous, measuring.gapped, measuring.transposed):
        try:
            found.append(measuring.view_kind(function, bound, layout))
        except Exception:  # not every operator takes every layout
            continue
    return agreed_view(found)


def agreed_view(kinds: Iterable[str | None]) -> str | None:
    """Return the one kind of view that all agree on; views that may be copies are ``maybe``."""
    distinct = set(kinds) - {None}
    if len(distinct) == 1:
        return distinct.pop()
    if distinct and distinct <= {"view", "self", "no", "maybe"}:
        return "maybe"
    return "multi" if "multi" in distinct else None


def _options(form: Form, bound: Bound, forms: Sequence[Form]) -> dict[str, Any]:
    given = dict(zip(bound.names, bound.values, strict=True))
    found = {}
    for name in dict.fromkeys(name for each in forms for name in each.names):
        value = given.get(name, form.defaults.get(name))
        found[name] = value if isinstance(value, bool | str | None) else GIVEN
    del found[forms[0].names[0]]
    return found


# Summaries


def summary(forms: Sequence[Form], ran: Sequence[Ran]) -> dict[str, Any]:
    """Return a row: what holds for all calls, and what more holds by an argument's value.

    What is as for most operators is left out: see `Operator`.
    """
    names = list(dict.fromkeys(form.names for form in forms))
    row: dict[str, Any] = {"forms": names, **_common(ran)}
    if len(names) > 1:
        typed = [dict(zip(form.names, form.types, strict=True)) for form in forms]
        row["tensors"] = [
            name
            for name in dict.fromkeys(name for form in names for name in form[1:])
            if {types[name] for types in typed if name in types} <= {"Tensor", "Optional[Tensor]"}
        ]
    row.update(_split(forms, ran, _DEPTH))
    return {key: value for key, value in row.items() if value != DEFAULTS.get(key, ())}


DEFAULTS: dict[str, Any] = {
    "tensors": [],
    "saves": {},
    "view": "no",
    "writes": [],
    "updates": [],
    "outputs": 0,
    "differentiable": [True],
    "gradient": None,
    "kind": "float",
    "whole": None,
    "promoting": [],
    "infinite": [],
    "shape": None,
    "expanded": False,
    "copied": [],
    "folded": [],
}
"""What a row says where it says nothing."""


def _split(forms: Sequence[Form], ran: Sequence[Ran], depth: int) -> dict[str, Any]:
    """Return by which argument calls differ, and what holds by its value."""
    best, least = None, _vagueness(ran)
    for name in ran[0].options if depth and least else ():
        groups = _groups(ran, name)
        vagueness = sum(map(_vagueness, groups.values()))
        if len(groups) > 1 and vagueness < least:
            best, least = name, vagueness
    if best is None:
        return {}
    common = _common(ran)
    when = {}
    for value, group in sorted(_groups(ran, best).items()):
        own = {key: fact for key, fact in _common(group).items() if fact != common[key]}
        when[value] = own | _split(forms, group, depth - 1)
    default = next((f.defaults[best] for f in forms if best in f.defaults), None)
    return {"by": [best, _spelt(default)], "when": when}


def _groups(ran: Sequence[Ran], name: str) -> dict[str, list[Ran]]:
    groups: dict[str, list[Ran]] = {}
    for one in ran:
        groups.setdefault(_spelt(one.options[name]), []).append(one)
    return groups


def _spelt(value: Any) -> str:
    return GIVEN if value == GIVEN else json.dumps(value)


def _by_mask(ran: Iterable[Ran]) -> dict[tuple[str, tuple[str, ...]], list[Fact]]:
    groups: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for one in ran:
        present = ",".join(sorted({name for name, _ in one.bound.tensors()}))
        for fact in one.facts:
            if fact.twice is not None:
                groups.setdefault((present, tuple(sorted(fact.needing))), []).append(fact)
    return groups


def _vagueness(ran: Sequence[Ran]) -> int:
    """Count what is known of single calls and does not hold for all of them."""
    total = 0
    for facts in _by_mask(ran).values():
        common = frozenset.intersection(*(fact.saved for fact in facts))
        total += sum(len(fact.saved - common) for fact in facts)
        total += sum(fact.twice is not facts[0].twice for fact in facts)
    facts = [fact for one in ran for fact in one.facts]
    total += sum(fact.outputs != facts[0].outputs for fact in facts)
    total += sum(_flags([fact]) != _flags(facts) for fact in facts)
    return total + sum(one.view not in (None, ran[0].view) for one in ran)


def _common(ran: Sequence[Ran]) -> dict[str, Any]:
    """Return what holds for all of these calls."""
    facts = [fact for one in ran for fact in one.facts]
    walked = {fact.gradient for fact in facts if fact.twice is not None}
    first = {one.bound.names[0] for one in ran}
    written = {name for fact in facts for name in fact.writes}
    return {
        "saves": _saves(ran),
        "view": agreed_view(one.view for one in ran) or "no",
        "writes": sorted(written & first),
        "updates": sorted(written - first),
        "outputs": _agreed(fact.outputs for fact in facts),
        "differentiable": list(_flags(facts)),
        "gradient": next(iter(walked)) if walked in ({"zero"}, {"missing"}) else None,
        "kind": _agreed(fact.kinds[0] if fact.kinds else None for fact in facts),
        "whole": _agreed(one.whole for one in ran if one.whole is not None),
        "promoting": sorted(frozenset().union(*(one.promoting for one in ran))),
        "infinite": sorted(frozenset.intersection(*(one.infinite for one in ran))),
        "shape": _shape(ran),
        "expanded": any(one.expanded for one in ran),
        "copied": sorted(frozenset().union(*(one.copied for one in ran))),
        "folded": measuring.folded(
            Saving(one.bound.tensors(), one.facts[-1].saved, one.copied) for one in ran
        ),
    }


def _flags(facts: Sequence[Fact]) -> tuple[bool, ...]:
    flags = itertools.zip_longest(*(fact.differentiable for fact in facts), fillvalue=False)
    return tuple(any(flag) for flag in flags)


def _saves(ran: Sequence[Ran]) -> dict[str, list[Any]]:
    """Return what is saved by the operands that are there and those that require grad.

    What several operands save is what each of them does, and left out, unless it is more or less.
    """
    found: dict[tuple[str, tuple[str, ...]], tuple[frozenset[str], bool]] = {}
    for key, facts in _by_mask(ran).items():
        saved = frozenset.intersection(*(fact.saved for fact in facts))
        found[key] = saved, all(fact.twice for fact in facts)
    kept = {}
    for (present, needing), value in sorted(found.items()):
        alone = [found.get((present, (name,))) for name in needing]
        together = (
            frozenset().union(*(one[0] for one in alone if one)),
            any(one[1] for one in alone if one),
        )
        if len(needing) == 1 or value != together:
            kept[f"{present}|{','.join(needing)}"] = [*sorted(value[0]), value[1]]
    return kept


def _agreed(values: Iterable[Any]) -> Any:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _shape(ran: Sequence[Ran]) -> str | None:
    """Return how the first result's shape follows from those of the operands."""
    if any("reduction" in one.options for one in ran):
        return "loss"
    shapes = [(one, one.facts[0].shapes[0]) for one in ran if one.facts[0].shapes]
    if len(shapes) < len(ran):
        return None
    if all(_first_shape(one.bound) == shape for one, shape in shapes):
        return "same"
    if all(_together(one.bound) == shape for one, shape in shapes):
        return "broadcast"
    if all(shape == () for _, shape in shapes):
        return "scalar"
    reduced = [_is_reduced(one.bound, shape) for one, shape in shapes]
    return "reduce" if all(reduced) else None


def _first_shape(bound: Bound) -> torch.Size | None:
    first = bound.values[0]
    return first.shape if isinstance(first, torch.Tensor) else None


def _together(bound: Bound) -> torch.Size | None:
    try:
        shapes = [tensor.shape for _, tensor in bound.tensors()]
        return torch.Size(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]
    except RuntimeError:
        return None


def _is_reduced(bound: Bound, shape: torch.Size) -> bool:
    """Whether the dimensions in ``dim`` are gone, all of them if there is none."""
    given = dict(zip(bound.names, bound.values, strict=True))
    before = _first_shape(bound)
    dim = given.get("dim")
    if before is None or dim is None:
        return shape == ()
    axes = {axis % len(before) for axis in (dim if isinstance(dim, tuple | list) else (dim,))}
    if given.get("keepdim"):
        return list(shape) == [1 if n in axes else size for n, size in enumerate(before)]
    return list(shape) == [size for n, size in enumerate(before) if n not in axes]
