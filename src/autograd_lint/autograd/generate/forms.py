"""The overloads of an operator: its parameters, their types and defaults."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograd_lint.autograd.generate.measuring import Bound, Call

_SPELT_OUT = {"einsum": ("equation", "operands")}
"""Parameters of functions that take whatever they get."""


@dataclass(frozen=True)
class Form:
    """One overload."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    """Their types as schemas spell them, empty where a signature does not tell."""
    positional: int
    """How many of them may be given by position."""
    defaults: dict[str, Any]

    def _takes(self, given: Call, *, by_type: bool) -> bool:
        count = len(given.args)
        if count > self.positional or not set(given.kwargs) <= set(self.names[count:]):
            return False
        named = [*zip(self.names, given.args, strict=False), *given.kwargs.items()]
        types = dict(zip(self.names, self.types, strict=True))
        if not by_type:
            return True
        missing = set(self.names) - set(self.defaults) - {name for name, _ in named}
        return not missing and all(_suits(types[name], value) for name, value in named)


def _suits(wanted: str, value: Any) -> bool:
    if not wanted:
        return True
    if isinstance(value, Tensor):
        return wanted in ("Tensor", "Optional[Tensor]")
    if isinstance(value, int | float):
        return "Tensor" not in wanted
    return True


def schemas_of(function: Callable[..., Any], name: str) -> list[Any]:
    """Return an operator's schemas: those of its own name without named dimensions."""
    short = name.rpartition(".")[2]
    for spelling in (getattr(function, "__name__", short), short, name.replace(".", "_")):
        found = [
            schema
            for schema in torch._C._jit_get_schemas_for_operator(f"aten::{spelling}")
            if any("Tensor" in str(argument.type) for argument in schema.arguments)
            and "Dimname" not in str(schema)
            and not any(argument.is_out for argument in schema.arguments)
        ]
        if found:
            return found
    return []


def forms_of(function: Callable[..., Any], name: str, *, method: bool = False) -> list[Form]:
    """Return the overloads of a function or method."""
    short = name.rpartition(".")[2]
    if short in _SPELT_OUT:
        return [_untyped(_SPELT_OUT[short], {})]
    signature = _signature(function, short)
    if signature is not None:
        return [signature]
    found: list[Form] = []
    for schema in schemas_of(function, name):
        arguments = [a for a in schema.arguments if a.name != "generator"]
        if method and arguments[0].name != "self":
            arguments.sort(key=lambda argument: argument.name != "self")
        form = Form(
            tuple(argument.name for argument in arguments),
            tuple(str(argument.type) for argument in arguments),
            sum(not argument.kwarg_only for argument in arguments),
            {a.name: a.default_value for a in arguments if a.has_default_value()},
        )
        if form not in found:
            found.append(form)
    # An overload that takes more must be tried first: `mean(self, dim)`, then `mean(self)`.
    found.sort(key=lambda form: -form.positional)
    return found or [_untyped(("self", "other") if short.startswith("__") else ("self",), {})]


def _signature(function: Callable[..., Any], short: str) -> Form | None:
    """Return the parameters of a function written in Python."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if {p.kind for p in parameters} == {
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    }:
        # Whether it returns indices is an argument: see the function that always does.
        general = getattr(torch.nn.functional, f"{short}_with_indices", None)
        return None if general is None else _signature(general, short)
    named = [p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
    return _untyped(
        tuple(parameter.name for parameter in named),
        {p.name: p.default for p in named if p.default is not inspect.Parameter.empty},
    )


def _untyped(names: tuple[str, ...], defaults: dict[str, Any]) -> Form:
    return Form(names, ("",) * len(names), len(names), defaults)


def bind(forms: Sequence[Form], given: Call) -> tuple[Form, Bound]:
    """Name the arguments of a call by the overload that takes them."""
    count = len(given.args)
    names: tuple[str, ...]
    for by_type in (True, False):
        for form in forms:
            if form._takes(given, by_type=by_type):
                names = (*form.names[:count], *given.kwargs)
                return form, Bound(names, (*given.args, *given.kwargs.values()), count)
    form = forms[0]
    names = form.names[:count]
    names = (*names, *[form.names[-1]] * (count - len(names)), *given.kwargs)
    return form, Bound(names, (*given.args, *given.kwargs.values()), count)
