"""Optimizers, and what stands around them: schedulers and gradient scalers."""

from __future__ import annotations

from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, iteration
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    DictValue,
    Function,
    Instance,
    ListValue,
    Native,
    Torch,
    Unknown,
    Value,
)

COMPANIONS = frozenset(
    {"torch.amp.GradScaler", "torch.cuda.amp.GradScaler", "torch.cuda.amp.grad_scaler.GradScaler",
     "torch.amp.grad_scaler.GradScaler"}
)  # fmt: skip
"""Classes that step an optimizer on behalf of the program."""


def is_optimizer_class(cls: Torch) -> bool:
    """Whether a class of torch's is an optimizer."""
    name = cls.name
    return name.startswith("torch.optim.") and not name.startswith(
        ("torch.optim.lr_scheduler", "torch.optim.swa_utils")
    )


def initialize(
    machine: Machine, value: Instance, base: Torch, args: list[Value], kwargs: dict[str, Value]
) -> None:
    """Execute `Optimizer.__init__`."""
    given = args[0] if args else kwargs.get("params")
    params, complete = held(machine, given)
    kind = value.cls.name.rpartition(".")[2]
    fused = kwargs.get("fused")
    value.optimizer = Optimizer(
        kind,
        params,
        machine.now(),
        machine.epoch,
        complete=complete,
        versioned=fused is not True,
    )


def held(machine: Machine, given: Value) -> tuple[list[Tensor], bool]:
    """Return the tensors that an optimizer is given, and whether these are all."""
    from autograd_lint.interpreter.library import unseen

    found: list[Tensor] = []
    if isinstance(given, Tensor):
        return [given], True
    if isinstance(given, Unknown):
        return [unseen.parameters_of(machine, given)], False
    if isinstance(given, DictValue):
        if "params" in given.items:
            return held(machine, given.items["params"])
        return [], not given.open
    items, unsure = iteration.collect(machine, given)
    complete = not unsure
    for item in items:
        if isinstance(item, tuple) and len(item) == 2:
            item = item[1]
        if isinstance(item, Tensor):
            found.append(item)
            complete = complete and not item.opaque
        elif isinstance(item, Unknown) and item.tensor is not None:
            found.append(item.tensor)
        elif isinstance(item, Unknown | DictValue | ListValue | tuple):
            more, all_of_them = held(machine, item)
            found.extend(more)
            complete = complete and all_of_them
        else:
            complete = False
    return found, complete


def attribute(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute of an optimizer."""
    optimizer = value.optimizer
    if name == "__init__":

        def init(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
            initialize(machine, value, base, args, kwargs)
            return None

        return Native(name, init)
    if optimizer is None:
        return None
    if name == "param_groups":
        group = machine.dict({"params": machine.list(optimizer.params)}, is_open=True)
        groups = machine.list([group])
        machine.journal.touch(value)
        value.attrs[name] = groups
        return groups
    run = _METHODS.get(name)
    if run is None:
        return None
    return Native(name, lambda machine, args, kwargs: run(machine, value, optimizer, args, kwargs))


def _zero_grad(
    machine: Machine,
    value: Instance,
    optimizer: Optimizer,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    to_none = args[0] if args else kwargs.get("set_to_none", True)
    machine.autograd.zero(optimizer.params, optimizer, to_none=to_none is not False)
    return None


def _step(
    machine: Machine,
    value: Instance,
    optimizer: Optimizer,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    closure = args[0] if args else kwargs.get("closure")
    result = None
    if closure is not None and not isinstance(closure, Unknown):
        before = machine.autograd.grad_enabled
        machine.autograd.grad_enabled = True
        try:
            result = machine.call(closure, [], {})
        finally:
            machine.autograd.grad_enabled = before
    machine.autograd.step(optimizer)
    return result


def _add_param_group(
    machine: Machine,
    value: Instance,
    optimizer: Optimizer,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    params, complete = held(machine, args[0] if args else kwargs.get("param_group"))
    machine.journal.touch(optimizer)
    optimizer.params = [*optimizer.params, *params]
    optimizer.complete = optimizer.complete and complete
    return None


def _nothing(
    machine: Machine,
    value: Instance,
    optimizer: Optimizer,
    args: list[Value],
    kwargs: dict[str, Value],
) -> Value:
    return machine.unknown()


_METHODS = {
    "zero_grad": _zero_grad,
    "step": _step,
    "add_param_group": _add_param_group,
    "state_dict": _nothing,
    "load_state_dict": _nothing,
    "register_step_pre_hook": _nothing,
    "register_step_post_hook": _nothing,
}


def attribute_of_companion(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute of a scheduler or a gradient scaler."""
    if name == "step":
        return Native(name, _step_for)
    if name == "scale":
        return Native(name, _scale)
    return Native(name, lambda machine, args, kwargs: machine.unknown())


def _step_for(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Step the optimizer that is given, if one is: a scheduler is given none."""
    for arg in [*args, *kwargs.values()]:
        if isinstance(arg, Instance | Unknown) and arg.optimizer is not None:
            step = (
                attributes.class_attribute(arg.cls, "step") if isinstance(arg, Instance) else None
            )
            if isinstance(step, Function):
                machine.call(step, [arg], {})
            else:
                machine.autograd.step(arg.optimizer)
            return None
        if isinstance(arg, Unknown) and arg.hint != "number":
            calls.taint(machine, arg)
    return None


def _scale(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter.library import tensors

    if args and isinstance(args[0], Tensor):
        return tensors.binary(machine, "*", args[0], 2.0)
    return machine.unknown(deps=calls.tensors_in(args))
