"""Measures what one call of an operator does to autograd's state.

What a call saves is seen by `saved_tensors_hooks`, which compare memory with that of the operands and
results; whether a second backward raises, by calling it; what is written, by version counters; what
is a view, by shared memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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

    def with_first(self, value: Any) -> Bound:
        """Return the call with another first argument."""
        return Bound(self.names, (value, *self.values[1:]), self.positional)

    def tensors(self) -> list[tuple[str, Tensor]]:
        """Return the tensors among the arguments, with their parameters' names."""
        pairs = zip(self.names, self.values, strict=True)
        return [(name, tensor) for name, value in pairs for tensor in tensors_in(value)]


def bind(forms: Sequence[Sequence[str]], given: Call) -> Bound:
    """Name the arguments of a call by the overload that takes them."""
    count = len(given.args)
    for form in forms:
        if count <= len(form) and all(name in form[count:] for name in given.kwargs):
            names = tuple(form[:count])
            break
    else:
        form = forms[0]
        names = (*form[: count - 1], *[form[-1]] * (count - len(form) + 1))
    return Bound((*names, *given.kwargs), (*given.args, *given.kwargs.values()), count)


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


def fresh(value: Any, requires_grad: bool) -> Any:
    """Copy an argument, with its tensors made leaves."""
    if isinstance(value, Tensor):
        leaf = value.detach().clone()
        if requires_grad and differentiable(leaf):
            leaf.requires_grad_()
        return leaf
    if isinstance(value, list | tuple):
        return type(value)(fresh(item, requires_grad) for item in value)
    return value


def strided(value: Any) -> Any:
    """Copy an argument, with its tensors laid out in memory with gaps."""
    if isinstance(value, Tensor) and value.dim():
        wide = value.new_zeros((*value.shape, 2))
        wide[..., 0] = value
        return wide[..., 0]
    if isinstance(value, list | tuple):
        return type(value)(strided(item) for item in value)
    return value


@dataclass(frozen=True)
class Fact:
    """What one call did, with the operands that required grad."""

    bound: Bound
    needing: frozenset[str]
    saved: frozenset[str]
    """The parameters and results (``result``, ``result1``, …) whose memory is saved."""
    twice: bool | None
    """Whether a second backward raises, `None` if nothing required grad."""
    writes: frozenset[str]
    differentiable: tuple[bool, ...]
    kinds: tuple[str, ...]
    shapes: tuple[torch.Size, ...]
    outputs: int | None
    """How many results a tuple or list holds, 0 for a single tensor, `None` if it has none."""
    view: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


def kind(tensor: Tensor) -> str:
    """Return the kind of a tensor's dtype."""
    if tensor.dtype == torch.bool:
        return "bool"
    if tensor.is_complex():
        return "complex"
    return "float" if tensor.is_floating_point() else "int"


def _prepared(bound: Bound, needing: frozenset[str], inplace: bool) -> Bound:
    """Return the call with fresh arguments; what is to be written in place is no leaf."""
    pairs = zip(bound.names, bound.values, strict=True)
    made = [fresh(value, name in needing) for name, value in pairs]
    if inplace and made[0].requires_grad:
        made[0] = made[0].clone()
    return Bound(bound.names, tuple(made), bound.positional)


def measure(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], *, inplace: bool
) -> Fact:
    """Run an operator on fresh copies of these arguments and return what it did.

    `needing` are the parameters whose tensors require grad. With `inplace`, the first argument is
    written to: it is saved as ``result`` if it is what it holds afterwards that is needed.
    """
    given = _prepared(bound, needing, inplace)
    packed: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        packed.append(tensor)
        return tensor

    before = [tensor._version for _, tensor in given.tensors()]
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = given.run(function)
    results = tensors_in(result)
    names: dict[int, str] = {}
    for index, tensor in enumerate(results):
        names.setdefault(memory(tensor), "result" if index == 0 else f"result{index}")
    names.update({memory(tensor): name for name, tensor in reversed(given.tensors())})
    twice = _raises_twice(function, bound, needing, inplace)
    if inplace and not _is_overwritten(function, bound, needing):
        names[memory(given.values[0])] = "result"
    names.pop(0, None)
    after = [tensor._version for _, tensor in given.tensors()]
    return Fact(
        bound,
        needing,
        saved=frozenset(
            names[memory(tensor)] for tensor in packed if tensor.numel() and memory(tensor) in names
        ),
        twice=twice,
        writes=frozenset(
            name
            for (name, _), old, new in zip(given.tensors(), before, after, strict=True)
            if old != new
        ),
        differentiable=tuple(tensor.requires_grad for tensor in results),
        kinds=tuple(map(kind, results)),
        shapes=tuple(tensor.shape for tensor in results),
        outputs=(len(results) if isinstance(result, list | tuple) else 0) if results else None,
    )


def _backward(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], inplace: bool, times: int
) -> bool | None:
    """Walk backward that often; `None` if there is nothing to walk."""
    results = tensors_in(_prepared(bound, needing, inplace).run(function))
    roots = [tensor for tensor in results if tensor.requires_grad]
    if not roots:
        return None
    ones = [torch.ones_like(root) for root in roots]
    for _ in range(times):
        torch.autograd.backward(roots, ones)
    return True


def _raises_twice(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str], inplace: bool
) -> bool | None:
    """Whether a second backward raises, `None` if nothing requires grad."""
    try:
        walked = _backward(function, bound, needing, inplace, 2)
    except RuntimeError as error:
        return "second time" in str(error)
    return None if walked is None else False


def _is_overwritten(
    function: Callable[..., Any], bound: Bound, needing: frozenset[str]
) -> bool:
    """Whether a write in place destroys what its own backward needs."""
    try:
        _backward(function, bound, needing, True, 1)
    except RuntimeError as error:
        return "modified by an inplace operation" in str(error)
    return False


def view_kind(function: Callable[..., Any], bound: Bound) -> str | None:
    """Return how the results share the first argument's memory, `None` if it is no tensor."""
    base = bound.values[0]
    if not isinstance(base, Tensor) or not base.numel():
        return None
    base = base if base.is_contiguous() else strided(base)
    result = bound.with_first(base).run(function)
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
    trial = _prepared(bound, frozenset(), False)
    try:
        trial.with_first(base[:1].clone().expand_as(base)).run(function)
    except RuntimeError as error:
        return None if "single memory location" not in str(error) else False
    return True
