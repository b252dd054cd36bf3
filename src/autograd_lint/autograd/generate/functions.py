"""Rows of functions, tensor methods and operators, in every spelling that Python has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograd_lint.autograd.generate import rows
from autograd_lint.autograd.generate.forms import Form, forms_of, schemas_of
from autograd_lint.autograd.generate.left_out import is_left_out
from autograd_lint.autograd.generate.measuring import Call
from autograd_lint.autograd.generate.nn_samples import nn_samples, torch_nn_samples
from autograd_lint.autograd.generate.samples import by_schema, samples

SPACES: dict[str, Any] = {
    "": torch,
    "nn.functional.": torch.nn.functional,
    "special.": torch.special,
    "linalg.": torch.linalg,
    "fft.": torch.fft,
}
"""The modules whose functions are in the table, by how their names begin there."""


def names_in(space: Any) -> list[str]:
    """Return the public callables of a module that are no classes."""
    return [
        name
        for name in dir(space)
        if not name.startswith("_")
        and callable(getattr(space, name))
        and not isinstance(getattr(space, name), type)
    ]


def methods() -> list[str]:
    """Return the tensor's public methods, and those that Python's operators call."""
    return [
        name
        for name in dir(Tensor)
        if callable(getattr(Tensor, name))
        and (not name.startswith("_") or name in _COMPARISONS or _is_special(name))
    ]


def _is_special(name: str) -> bool:
    """Whether a name is that of a special method that not every object has."""
    return name.startswith("__") and name not in dir(object)


_COMPARISONS = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"})
"""Those that every object has, and that are operators of tensors all the same."""


def function_rows() -> dict[str, Any]:
    """Return the rows of all functions and methods; an alias has the key of the row that it means."""
    found: dict[str, tuple[dict[str, Any], frozenset[str]]] = {}
    for key, function, forms, calls, inplace in spellings():
        ran = rows.run(function, forms, calls, inplace=inplace)
        if ran:
            nodes = frozenset(fact.node for one in ran for fact in one.facts if fact.node)
            found[key] = rows.summary(forms, ran), nodes
    return {key: _canonical(key, found) or row for key, (row, _) in found.items()}


def spellings() -> Iterator[tuple[str, Callable[..., Any], list[Form], list[Call], bool]]:
    """Yield each spelling of each operator: its key, itself, its overloads, calls, is it in place?"""
    known = samples() | torch_nn_samples()
    known |= {f"nn.functional.{name}": calls for name, calls in nn_samples().items()}
    for prefix, space in SPACES.items():
        for name in names_in(space):
            if is_left_out(prefix or "torch.", name):
                continue
            function, inplace = getattr(space, name), name.endswith("_")
            forms = forms_of(function, prefix + name)
            calls = _calls(known, prefix or "torch.", name, function)
            yield f"function {prefix}{name}", function, forms, calls, inplace
            if any("inplace" in form.names for form in forms):
                changed = [Call(c.args, {**c.kwargs, "inplace": True}) for c in calls]
                yield f"inplace {prefix}{name}", function, forms, changed, True
    for name in methods():
        if is_left_out("Tensor.", name):
            continue
        method = getattr(Tensor, name)
        forms = forms_of(method, name, method=True)
        yield f"method {name}", method, forms, _calls(known, "Tensor.", name, method), _writes(name)


def _writes(method: str) -> bool:
    """Whether a method is one that writes in place, by its name."""
    if method.startswith("__"):
        return method.startswith("__i") and hasattr(Tensor, f"__{method[3:]}")
    return method.endswith("_")


def _calls(
    known: dict[str, list[Call]], prefix: str, name: str, function: Callable[..., Any]
) -> list[Call]:
    """Return calls of an operator: its own, else those of its name, else as its schema says."""
    base = name if name.startswith("__") else name.rstrip("_")
    spellings = [prefix + name, prefix + base, name, base]
    if prefix == "torch.":
        spellings.append(f"nn.functional.{base}")
    for spelling in spellings:
        if spelling in known:
            return known[spelling]
    return by_schema(schemas_of(function, name))


def _canonical(key: str, found: dict[str, tuple[dict[str, Any], frozenset[str]]]) -> str | None:
    """Return the key of the row that this one repeats, `None` if it is one of its own.

    Only a row of the same name or one whose name its node has is repeated: many operators that have
    nothing to do with each other save and write alike.
    """
    row, nodes = found[key]
    name = key.partition(" ")[2]
    if key.startswith("method ") and found.get(f"function {name}", (None, nodes))[0] == row:
        return f"function {name}"
    if not nodes or any(_is_named(node, name) for node in nodes):
        return None
    same = [other for other, (its, made) in found.items() if its == row and made == nodes]
    canonical = [o for o in same if any(_is_named(node, o.partition(" ")[2]) for node in nodes)]
    return min(canonical, default=None)


def _is_named(node: str, name: str) -> bool:
    """Whether a node is that of the operator of this name, ``MulBackward0`` that of ``mul``."""
    if name.startswith("__"):
        return False
    plain = name.removeprefix("nn.functional.").replace(".", "").replace("_", "")
    return node.partition("Backward")[0].lower() == plain
