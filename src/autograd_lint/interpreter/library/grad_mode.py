"""Grad mode: as a context, a decorator, and a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograd_lint.autograd.provenance import Cut
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    Function,
    GradMode,
    Native,
    Unknown,
    Value,
)

KINDS = {
    "torch.no_grad": "no_grad",
    "torch.autograd.no_grad": "no_grad",
    "torch.enable_grad": "enable_grad",
    "torch.autograd.enable_grad": "enable_grad",
    "torch.inference_mode": "inference_mode",
    "torch.autograd.inference_mode": "inference_mode",
    "torch.set_grad_enabled": "set_grad_enabled",
    "torch.autograd.set_grad_enabled": "set_grad_enabled",
}


def make(machine: Machine, kind: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call `torch.no_grad(...)` and the like."""
    given = args[0] if args else kwargs.get("mode", kwargs.get("func", True))
    if isinstance(given, Function | Bound | Native | Class):
        return decorated(machine, GradMode(kind, moment=machine.now()), given)
    mode = GradMode(kind, given, machine.autograd.grad_enabled, machine.now())
    if kind == "set_grad_enabled":
        machine.autograd.grad_enabled = _known(given)
    return mode


def call(machine: Machine, mode: GradMode, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Use a grad mode as a decorator."""
    if args and isinstance(args[0], Function | Bound | Native | Class):
        if mode.kind == "set_grad_enabled":
            machine.autograd.grad_enabled = mode.before
        return decorated(machine, mode, args[0])
    return args[0] if args else machine.unknown()


def decorated(machine: Machine, mode: GradMode, function: Value) -> Value:
    """Return a function that runs in a grad mode."""
    if isinstance(function, Class):
        return function
    if isinstance(function, Function) and function.mode is None:
        made = Function(machine.epoch, function.node, function.scope, function.defaults)
        made.mode = mode
        return made

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        with entered(machine, mode):
            return machine.call(function, args, kwargs)

    return Native("decorated", run)


@contextmanager
def entered(machine: Machine, mode: GradMode, *, as_context: bool = False) -> Iterator[None]:
    """Within this, a grad mode holds."""
    autograd = machine.autograd
    before = (autograd.grad_enabled, autograd.inference, autograd.off)
    if mode.kind == "set_grad_enabled" and as_context:
        before = (mode.before, autograd.inference, autograd.off)
    autograd.off = Cut("no_grad", mode.moment or machine.now())
    enabled = _known(mode.enabled)
    if mode.kind == "no_grad":
        autograd.grad_enabled = False
    elif mode.kind == "enable_grad":
        autograd.grad_enabled = True
    elif mode.kind == "set_grad_enabled":
        autograd.grad_enabled = enabled
    elif enabled is not False:
        autograd.grad_enabled, autograd.inference = False, enabled is True
    else:
        autograd.inference = False
    try:
        yield
    finally:
        autograd.grad_enabled, autograd.inference, autograd.off = before


def _known(value: Value) -> bool | None:
    if isinstance(value, Unknown):
        return value.truth
    return bool(value) if isinstance(value, int) else None
