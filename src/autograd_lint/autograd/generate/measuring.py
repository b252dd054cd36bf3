"""Measures what one call of an operator does to autograd's state.

What a call saves is seen by `saved_tensors_hooks`: what they get has the version counter of an operand
or result. Whether a second backward raises is seen by calling it; what is written, by version
counters; what is a view, by shared memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Call:
    """The arguments of one call."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def call(*args: Any, **kwargs: Any) -> Call:
    """Return these arguments as a call."""
    return Call(args, kwargs)


@dataclass(frozen=True)
class Bound:
    """A call whose arguments have their parameters' names, positional ones first.

    Several of them have the same name where a parameter takes all that remain.
    """

    names: tuple[str, ...]
    values: tuple[Any, ...]
    positional: int

    def run(self, function: Callable[..., Any]) -> Any:
        """Call a function with these arguments."""
        keywords = zip(self.names[self.positional :], self.values[self.positional :], strict=True)
        return function(*self.values[: self.positional], **dict(keywords))

    def with_values(self, values: Sequence[Any]) -> Bound:
        """Return the call with other arguments."""
        return Bound(self.names, tuple(values), self.positional)

    def with_first(self, value: Any) -> Bound:
        """Return the call with another first argument."""
        return self.with_values((value, *self.values[1:]))

    def tensors(self) -> list[tuple[str, Tensor]]:
        """Return the tensors among the arguments, with their parameters' names."""
        pairs = zip(self.names, self.values, strict=True)
        return [(name, tensor) for name, value in pairs for tensor in tensors_in(value)]


def tensors_in(value: Any) -> list[Tensor]:
    """Return the tensors in an argument or result."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in tensors_in(item)]
    return []


def memory(tensor: Tensor) -> int:
    """Return what identifies a tensor's memory, 0 for none."""
    try:
        return tensor.untyped_storage().data_ptr()
    except (RuntimeError, NotImplementedError):
        return 0


def differentiable(tensor: Tensor) -> bool:
    """Whether a tensor is of a dtype that may require grad."""
    return tensor.is_floating_point() or tensor.is_complex()


def fresh(
    value: Any, requires_grad: bool, layout: Callable[[Tensor], Tensor] = Tensor.contiguous
) -> Any:
    """Copy an argument, with its tensors made leaves of this layout in memory."""
    if isinstance(value, Tensor):
        leaf = value.detach().clone()
        leaf = layout(leaf) if leaf.layout is torch.strided else leaf
        if requires_grad and differentiable(leaf):
            leaf.requires_grad_()
        return leaf
    if isinstance(value, list | tuple):
        return type(value)(fresh(item, requires_grad, layout) for item in value)
    return value


def gapped(tensor: Tensor) -> Tensor:
    """Copy a tensor to memory with gaps between its elements."""
    return torch.stack([tensor, tensor], -1)[..., 0].detach() if tensor.dim() else tensor


def transposed(tensor: Tensor) -> Tensor:
    """Copy a tensor to memory in which its last two dimensions are exchanged."""
    return tensor.mT.contiguous().mT.detach() if tensor.dim() > 1 else tensor


@dataclass(frozen=True)
class Fact:
    """What one call did, with the operands that required grad."""

    needing: frozenset[str]
    saved: frozenset[str]
    """The parameters and results (``result``, ``result1``, …) that are saved."""
    twice: bool | None
    """Whether a second backward raises, `None` if nothing required grad."""
    writes: frozenset[str]
    differentiable: tuple[bool, ...]
    node: str
    """The name of the first result's node, empty for none."""
    gradient: str | None
    """``zero``, ``missing`` or ``overwritten``, `None` for an ordinary gradient."""
    kinds: tuple[str, ...]
    shapes: tuple[torch.Size, ...]
    outputs: int | None
    """How many results a tuple or list holds, 0 for a single tensor, `None` if it has none."""


def kind(tensor: Tensor) -> str:
    """Return the kind of a tensor's dtype."""
    if tensor.dtype == torch.bool:
        return "bool"
    if tensor.is_complex():
        return "complex"
    return "float" if tensor.is_floating_point() else "int"


def _leaves(
    bound: Bound,
    needing: frozenset[str],
    layout: Callable[[Tensor], Tensor] = Tensor.contiguous,
) -> Bound:
    """Return the call with fresh arguments, of which some require grad."""
    pairs = zip(bound.names, bound.values, strict=True)
    return bound.with_values([fresh(value, name in needing, layout) for name, value in pairs])


def _written(leaves: Bound) -> Bound:
    """Return the call with a first argument that may be written to: no leaf."""
    first = leaves.values[0]
    return leaves.with_first(first.clone()) if first.requires_grad else leaves


def saving(function: Callable[[], Any]) -> tuple[Any, list[Tensor]]:
    """Call a function; return its result and what is saved meanwhile."""
    packed: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        packed.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = function()
    return result, packed


def saved_names(
    packed: Iterable[Tensor], operands: Iterable[tuple[str, Tensor]], results: Sequence[Tensor]
) -> frozenset[str]:
    """Return the names of the operands and results that are among what was saved.

    That is what a backward checks: whether the saved tensor's version is another one after a write to
    the operand. Memory alone does not tell, some views have a version of their own.
    """
    outputs = (("result" if n == 0 else f"result{n}", r) for n, r in enumerate(results))
    rest = [tensor for tensor in packed if tensor.numel()]
    found = set()
    for name, tensor in (*operands, *outputs):
        before = [saved._version for saved in rest]
        torch.autograd.graph.increment_version(tensor.detach())
        kept = [s for s, version in zip(rest, before, strict=True) if s._version == version]
        if len(kept) < len(rest):
            found.add(name)
        rest = kept
    return frozenset(found)


def copied(function: Callable[..., Any], bound: Bound, needing: frozenset[str]) -> frozenset[str]:
    """Return what is saved only where the operands are contiguous, elsewhere a copy of it."""
    found = []
    for layout in (Tensor.contiguous, gapped, transposed):
        given = _leaves(bound, needing, layout)
        try:
            result, packed = saving(partial(given.run, function))
        except Exception:  # not every operator takes every layout
            continue
        found.append(saved_names(packed, given.tensors(), tensors_in(result)))
    return found[0] - frozenset.intersection(*found) if found else frozenset()


@dataclass(frozen=True)
class Saving:
    """What one call saves."""

    operands: Sequence[tuple[str, Tensor]]
    saved: frozenset[str]
    copied: frozenset[str]
    """What is saved itself only if it is contiguous."""


def folded(calls: Iterable[Saving]) -> list[str]:
    """Return what is copied only where it has more than two dimensions, to fold it into two."""
    copied: set[str] = set()
    kept: set[str] = set()
    for one in calls:
        for name, tensor in one.operands:
            if tensor.dim() > 2 and name in one.copied:
                copied.add(name)
            elif tensor.dim() == 2 and name in one.saved - one.copied:
                kept.add(name)
    return sorted(copied & kept)


def measure(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], *, inplace: bool
) -> Fact:
    """Run an operator on fresh copies of these arguments and return what it did.

    `needing` are the parameters whose tensors require grad. With `inplace`, the first argument is
    written to: what is saved of it is called ``result`` if that is what it holds afterwards.
    """
    gradient, twice = _walk(function, bound, needing, inplace)
    leaves = _leaves(bound, needing)
    given = _written(leaves) if inplace else leaves
    before = [tensor._version for _, tensor in given.tensors()]
    result, packed = saving(partial(given.run, function))
    after = [tensor._version for _, tensor in given.tensors()]
    results = tensors_in(result)
    operands = given.tensors()
    if inplace and gradient != "overwritten":
        operands = [(name if n else "result", tensor) for n, (name, tensor) in enumerate(operands)]
    changes = zip(given.tensors(), before, after, strict=True)
    node = results[0].grad_fn.name() if results and results[0].grad_fn else ""
    flags = tuple(tensor.requires_grad for tensor in results)
    return Fact(
        needing,
        # It bumps versions, after which not every result can still be asked.
        saved=saved_names(packed, operands, results),
        twice=twice,
        writes=frozenset(name for (name, _), old, new in changes if old != new),
        differentiable=flags,
        node=node,
        gradient=gradient,
        kinds=tuple(map(kind, results)),
        shapes=tuple(tensor.shape for tensor in results),
        outputs=(len(results) if isinstance(result, list | tuple) else 0) if results else None,
    )


def of_integers(function: Callable[..., Any], bound: Bound) -> tuple[str | None, frozenset[str]]:
    """Return the kind of what an operator makes of integers, and the parameters for which a fraction
    makes that a float.

    The kind is `None` where it does not take integers.
    """
    whole = bound.with_values([_whole(value) for value in bound.values])
    kind_of_whole = _kind_of_result(function, whole)
    if kind_of_whole != "int":
        return kind_of_whole, frozenset()
    promoting = set()
    for position, name in enumerate(bound.names[1:], start=1):
        value = bound.values[position]
        if isinstance(value, Tensor | int | float) and not isinstance(value, bool):
            values = [*whole.values[:position], 1.5, *whole.values[position + 1 :]]
            if _kind_of_result(function, whole.with_values(values)) == "float":
                promoting.add(name)
    return kind_of_whole, frozenset(promoting)


def infinite(function: Callable[..., Any], bound: Bound) -> frozenset[int]:
    """Return at which of zero and one an operator of a single tensor has an infinite derivative."""
    if len(bound.tensors()) != 1 or not isinstance(bound.values[0], Tensor):
        return frozenset()
    found = set()
    for value in (0, 1):
        try:
            leaf = torch.full_like(bound.values[0], value).detach().requires_grad_()
            for result in tensors_in(bound.with_first(leaf).run(function))[:1]:
                torch.autograd.backward(result.sum())
        except Exception:  # not every operator takes these values, or has a derivative
            continue
        if leaf.grad is not None and not leaf.grad.to_dense().isfinite().all():
            found.add(value)
    return frozenset(found)


def _kind_of_result(function: Callable[..., Any], bound: Bound) -> str | None:
    values = [fresh(value, requires_grad=False) for value in bound.values]
    try:
        results = tensors_in(bound.with_values(values).run(function))
    except Exception:  # not every operator takes integers
        return None
    return kind(results[0]) if results else None


def _whole(value: Any) -> Any:
    """Return an argument with integers in the place of fractions, none of them zero."""
    if isinstance(value, Tensor):
        if not value.is_floating_point() or value.layout is not torch.strided:
            return value
        return value.abs().ceil().long() + 1
    if isinstance(value, float):
        return int(value) + 1 if math.isfinite(value) else value
    if isinstance(value, list | tuple):
        return type(value)(map(_whole, value))
    return value


def _walk(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], inplace: bool
) -> tuple[str | None, bool | None]:
    """Walk backward twice: return what the gradients are, and whether the second time raises.

    The gradients are ``zero`` if all of them are, ``missing`` if torch has no derivative,
    ``overwritten`` if a write in place has destroyed what its own backward needs, else `None`.
    """
    leaves = _leaves(bound, needing)
    results = tensors_in((_written(leaves) if inplace else leaves).run(function))
    roots = [tensor for tensor in results if tensor.requires_grad]
    if not roots:
        return None, None
    try:
        gradient = _backward(leaves, roots)
    except RuntimeError as error:
        if "modified by an inplace operation" in str(error):
            return "overwritten", True
        if "not implemented" in str(error):
            return "missing", True
        # Some decompositions are differentiable in their first result only.
        roots = roots[:1]
        gradient = _backward(leaves, roots)
    try:
        _backward(leaves, roots)
    except RuntimeError as error:
        if "second time" not in str(error):
            raise
        return gradient, True
    return gradient, False


def _backward(leaves: Bound, roots: list[Tensor]) -> str | None:
    """Walk backward; return ``zero`` if that is what all gradients are."""
    torch.autograd.backward(roots, [_gradient_for(root) for root in roots])
    gradients = [tensor.grad for _, tensor in leaves.tensors() if tensor.requires_grad]
    nothing = all(g is None or not g.to_dense().any() for g in gradients)
    return "zero" if nothing else None


def _gradient_for(root: Tensor) -> Tensor:
    return torch.rand_like(root) if root.layout is torch.strided else root.detach()


def view_kind(
    function: Callable[..., Any], bound: Bound, layout: Callable[[Tensor], Tensor]
) -> str | None:
    """Return how the results share the first argument's memory, `None` if it is no tensor."""
    bound = _leaves(bound, frozenset(), layout)
    base = bound.values[0]
    if not isinstance(base, Tensor) or not base.numel():
        return None
    result = bound.run(function)
    results = tensors_in(result)
    if not results:
        return None
    if not all(memory(tensor) == memory(base) for tensor in results):
        return "no"
    if results[0] is base:
        return "self"
    if not isinstance(result, list | tuple):
        return "view" if results[0]._is_view() else "no"
    if not differentiable(base):
        return None
    trial = bound.with_first(base.detach().clone().requires_grad_() + 0)
    try:
        tensors_in(trial.run(function))[0].mul_(2)
    except RuntimeError as error:
        if "multiple views" in str(error):
            return "multi"
    return "views"


def takes_expanded(function: Callable[..., Any], bound: Bound) -> bool | None:
    """Whether a write goes to expanded memory without complaint, `None` if it cannot be asked."""
    base = bound.values[0]
    if not base.dim() or base.shape[0] < 2:
        return None
    expanded = base[:1].clone().expand_as(base)
    try:
        _leaves(bound, frozenset()).with_first(expanded).run(function)
    except RuntimeError as error:
        return None if "single memory location" not in str(error) else False
    return True
