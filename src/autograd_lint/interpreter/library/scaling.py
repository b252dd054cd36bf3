"""Gradient scalers: `scale`, `unscale_`, `step` and `update`, in the order that torch asks for."""

from __future__ import annotations

from collections.abc import Callable

from autograd_lint.autograd.events import Moment, ScalerMisuse
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.scaler import GradScaler
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import calls
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Instance, Native, Unknown, Value

Run = Callable[[Machine, GradScaler, list[Value], dict[str, Value]], Value]


def make(machine: Machine, enabled: Value) -> GradScaler:
    """Make a scaler."""
    known = enabled if isinstance(enabled, bool) else None
    return GradScaler(machine.epoch, enabled=known)


def attribute(machine: Machine, value: Instance, scaler: GradScaler, name: str) -> Value:
    """Return a method of a scaler."""
    if name == "is_enabled":
        enabled = scaler.enabled
        return Native(
            name, lambda machine, *_: machine.unknown("condition") if enabled is None else enabled
        )
    if name == "get_scale":
        return Native(name, lambda machine, args, kwargs: machine.unknown("scale"))
    run = _METHODS.get(name)
    if run is None:
        return Native(name, lambda machine, args, kwargs: machine.unknown())
    return Native(name, lambda machine, args, kwargs: run(machine, scaler, args, kwargs))


def scaled(machine: Machine, value: Value) -> Value:
    """Return what is multiplied by a scaler's factor."""
    from autograd_lint.interpreter.library import tensors

    if isinstance(value, Unknown):  # nothing but a loss is scaled
        value = machine.goes_backward(value)
    if isinstance(value, Tensor):
        made = tensors.binary(machine, "*", value, 2.0)
        if isinstance(made, Tensor):
            made.scaled = machine.now()
        return made
    return machine.unknown(deps=calls.tensors_in([value]))


def _scale(machine: Machine, scaler: GradScaler, args: list[Value], _: dict[str, Value]) -> Value:
    if scaler.enabled is False:
        return args[0] if args else machine.unknown()
    return scaled(machine, args[0] if args else machine.unknown())


def _optimizer(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Optimizer | None:
    return machine.optimizer(args[0] if args else kwargs.get("optimizer"))


def _misused(machine: Machine, scaler: GradScaler, what: str, since: Moment) -> None:
    if scaler.enabled is not False:
        sure = scaler.enabled is True
        machine.autograd.tell(ScalerMisuse(machine.now(), what, since, sure))


def _unscale(
    machine: Machine, scaler: GradScaler, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    from autograd_lint.interpreter.library import unseen

    optimizer = _optimizer(machine, args, kwargs)
    unseen.unscale(machine, optimizer)
    if optimizer is None:
        return None
    if optimizer in scaler.unscaled:
        _misused(machine, scaler, "unscaled twice", scaler.unscaled[optimizer])
    elif optimizer in scaler.stepped:
        _misused(machine, scaler, "unscaled after its step", scaler.stepped[optimizer])
    machine.journal.touch(scaler)
    scaler.unscaled[optimizer] = machine.now()
    return None


def _step(
    machine: Machine, scaler: GradScaler, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    from autograd_lint.interpreter.library import optimizers

    optimizer = _optimizer(machine, args, kwargs)
    if optimizer is not None:
        if optimizer in scaler.stepped:
            _misused(machine, scaler, "stepped twice", scaler.stepped[optimizer])
        machine.journal.touch(scaler)
        scaler.stepped[optimizer] = machine.now()
    return optimizers.step_for(machine, args, kwargs)


def _update(machine: Machine, scaler: GradScaler, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(scaler)
    scaler.unscaled = {}
    scaler.stepped = {}
    return None


_METHODS: dict[str, Run] = {
    "scale": _scale, "unscale_": _unscale, "step": _step, "update": _update,
}  # fmt: skip
