"""einops: its patterns stand for torch's own views, reductions and products.

https://einops.rocks/api/rearrange/ tells that a rearrangement is a view wherever torch can make it one.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd_lint.interpreter import classes
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Class, ListValue, Torch, Value

Run = Callable[[Machine, list[Value], dict[str, Value]], Value]


def _on_tensor(method: str) -> Run:
    """Return what does with its first argument as a method of tensors does, along unknown dimensions."""

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        value = args[0] if args else None
        if isinstance(value, ListValue):
            value = machine.call(Torch("torch.stack"), [value], {})
        tensor = machine.tensor(value)
        if tensor is None:
            return machine.unknown()
        return machine.method(tensor, method, machine.unknown("number"))

    return run


def _rearrange(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Only what merges dimensions may have to copy: `b c h w -> b (h w) c` may, `b (h w) -> b h w` not."""
    pattern = args[1] if len(args) > 1 else None
    result = pattern.partition("->")[2] if isinstance(pattern, str) else "("
    return _on_tensor("reshape" if "(" in result else "permute")(machine, args, kwargs)


_REDUCTIONS = {"mean": "mean", "sum": "sum", "max": "amax", "min": "amin", "prod": "prod"}


def _reduce(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    how = args[2] if len(args) > 2 else kwargs.get("reduction")
    method = _REDUCTIONS.get(how) if isinstance(how, str) else None
    return _on_tensor(method or "mean")(machine, args, kwargs)


def _einsum(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.call(Torch("torch.einsum"), [args[-1], *args[:-1]], {})


FUNCTIONS: dict[str, Run] = {
    "einops.rearrange": _rearrange,
    "einops.repeat": _on_tensor("reshape"),
    "einops.reduce": _reduce,
    "einops.einsum": _einsum,
}


def _layer(name: str, run: Run) -> Class:
    """Return the module that does what a function does; the pattern is what it is made with."""

    def forward(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return run(machine, [*args[1:], None, "mean"], kwargs)

    module = Torch("torch.nn.Module")
    return classes.provided("einops", name, (module,), {"forward": forward})


CLASSES: dict[str, Value] = {
    "einops.layers.torch.Rearrange": _layer("Rearrange", _on_tensor("reshape")),
    "einops.layers.torch.Reduce": _layer("Reduce", _reduce),
}
"""What stands behind these full names."""
