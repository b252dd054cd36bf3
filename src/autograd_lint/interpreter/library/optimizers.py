"""Optimizers, and what stands around them: schedulers and gradient scalers."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.autograd.events import (
    Backward,
    ClosureMissing,
    ClosureRun,
    Event,
    OptimizerMade,
    OptimizerStep,
    SchedulerStep,
    ZeroGrad,
)
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.scaler import GradScaler
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, iteration
from autograd_lint.interpreter.library import dispatch, scaling
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    DictValue,
    Function,
    Generator,
    Instance,
    Iterator,
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
    optimizer = value.optimizer = Optimizer(
        kind,
        params,
        machine.now(),
        machine.epoch,
        complete=complete,
        versioned=fused is not True,
    )
    optimizer.once = kwargs.get("max_iter") == 1
    nonleaf = next((t for t in params if _is_result(machine, t)), None)
    if kwargs.get("differentiable") is True:
        nonleaf = None
    if nonleaf is not None and dispatch.is_lost_leaf(nonleaf):
        sure = not nonleaf.opaque
        machine.autograd.remark("leaf lost", since=nonleaf.moment, tensor=nonleaf, sure=sure)
    for tensor in params:
        if tensor.moved is not None:
            machine.autograd.remark("leaf lost", since=tensor.moved, tensor=tensor, sure=False)
    exhausted = complete and not params and _is_used_up(given)
    machine.optimizers.append(optimizer)
    made = OptimizerMade(machine.now(), optimizer, nonleaf, exhausted)
    machine.autograd.tell(made)


def _is_used_up(given: Value) -> bool:
    if isinstance(given, Generator):
        return given.items is not None and given.position >= len(given.items) > 0
    return isinstance(given, Iterator) and (given.exhausted or given.position > 0)


def _is_result(machine: Machine, tensor: Tensor) -> bool:
    """Whether a tensor is the result of an operator, which an optimizer does not take."""
    requires_grad = machine.autograd.requires_grad(tensor)
    return requires_grad is True and tensor.grad_fn is not None and not tensor.retains_grad


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
    return Native(
        name, lambda machine, args, kwargs: run(machine, value, optimizer, args, kwargs), value
    )


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
    return step(machine, optimizer, args, kwargs)


def step(
    machine: Machine, optimizer: Optimizer, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Step, with what the closure computes if there is one; return what that returns."""
    machine.copy(2 * len(machine.autograd.log))  # which the rules go through
    closure = args[0] if args else kwargs.get("closure")
    result = None
    if closure is not None and not isinstance(closure, Unknown):
        before = machine.autograd.grad_enabled
        machine.autograd.grad_enabled = True
        position = len(machine.autograd.log)
        try:
            result = machine.call(closure, [], {})
        finally:
            machine.autograd.grad_enabled = before
        if optimizer.kind in _NEEDS_CLOSURE and not optimizer.once:
            _note_closure(machine, optimizer, machine.autograd.log[position:])
    elif closure is None and optimizer.kind in _NEEDS_CLOSURE:
        machine.autograd.tell(ClosureMissing(machine.now(), optimizer))
    if not optimizer.complete:
        _adopt(machine, optimizer)
    machine.autograd.step(optimizer, closure=closure is not None)
    return result


def _adopt(machine: Machine, optimizer: Optimizer) -> None:
    """Let an optimizer that was not seen hold the one unseen model that was trained for its step."""
    filled: set[Tensor] = set()
    for event in reversed(machine.autograd.log):
        if isinstance(event, ZeroGrad | OptimizerStep) and event.optimizer is optimizer:
            break
        if isinstance(event, Backward):
            filled.update(leaf for leaf in event.leaves if leaf.opaque and leaf.is_parameter)
    if len(filled) == 1 and not filled.issubset(optimizer.params):
        machine.journal.touch(optimizer)
        optimizer.params = [*optimizer.params, *filled]


_NEEDS_CLOSURE = frozenset({"LBFGS"})
"""Optimizers that compute the loss several times a step."""


def _note_closure(machine: Machine, optimizer: Optimizer, log: Sequence[Event]) -> None:
    held = set(optimizer.params)
    backwards = [e for e in log if isinstance(e, Backward) and not held.isdisjoint(e.leaves)]
    zeroed = any(isinstance(e, ZeroGrad) and not held.isdisjoint(e.leaves) for e in log)
    last = backwards[-1] if backwards else None
    machine.autograd.tell(ClosureRun(machine.now(), optimizer, last, zeroed))


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


def make_companion(
    machine: Machine, cls: Torch, args: list[Value], kwargs: dict[str, Value]
) -> Instance:
    """Make a scheduler, which remembers its optimizer, or a gradient scaler."""
    made = machine.native(cls)
    if cls.name in COMPANIONS:
        made.payload = scaling.make(machine, kwargs.get("enabled", True))
    elif not cls.name.endswith(".ReduceLROnPlateau"):
        given = args[0] if args else kwargs.get("optimizer")
        made.payload = machine.optimizer(given)
    return made


def attribute_of_companion(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute of a scheduler or a gradient scaler."""
    if isinstance(value.payload, GradScaler):
        return scaling.attribute(machine, value, value.payload, name)
    if name == "step":
        return Native(name, lambda machine, args, kwargs: _schedule(machine, value))
    return Native(name, lambda machine, args, kwargs: machine.unknown())


def _schedule(machine: Machine, value: Instance) -> Value:
    if isinstance(value.payload, Optimizer):
        machine.autograd.tell(SchedulerStep(machine.now(), value.payload))
    return None


def step_for(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Step the optimizer that a gradient scaler is given."""
    for arg in [*args, *kwargs.values()]:
        if isinstance(arg, Instance | Unknown) and arg.optimizer is not None:
            step = (
                attributes.class_attribute(arg.cls, "step") if isinstance(arg, Instance) else None
            )
            if isinstance(step, Function):
                machine.call(step, [arg], {})
            else:
                machine.autograd.step(arg.optimizer, by_scaler=True)
            return None
        if isinstance(arg, Unknown) and arg.hint != "number":
            calls.taint(machine, arg)
    return None
