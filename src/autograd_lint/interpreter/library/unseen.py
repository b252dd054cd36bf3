"""What was not seen: it turns out to be an optimizer, a module or a tensor by how it is used."""

from __future__ import annotations

from collections.abc import Callable, Set

from autograd_lint.autograd.events import ModeChange
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import calls, roles
from autograd_lint.interpreter.library import modules, optimizers, scaling, tensors
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Native, Unknown, Value


def attribute(machine: Machine, value: Unknown, name: str) -> Value | None:
    """Return what an attribute of something unknown must be, `None` if that is not known."""
    run = _METHODS.get(name)
    if run is not None:
        return Native(name, lambda machine, args, kwargs: run(machine, value, args, kwargs))
    if value.optimizer is not None and name == "param_groups":
        leaves = machine.list(value.optimizer.params, is_open=True)
        return machine.list([machine.dict({"params": leaves}, is_open=True)])
    is_data = name in _OF_DATA and value.hint in ("input", "output") and value.tensor is None
    if is_data or (name in _TENSOR_ONLY and value.hint != "text"):
        tensor = machine.tensor(value)
        assert tensor is not None
        return tensors.get_attribute(machine, tensor, name)
    return None


_TENSOR_ONLY = frozenset(
    {
        "requires_grad", "requires_grad_", "grad_fn", "retain_grad", "is_leaf", "detach", "detach_",
        "backward", "register_hook", "unsqueeze", "squeeze_", "unsqueeze_", "clamp_", "mul_",
        "add_", "sub_", "div_", "zero_", "fill_", "copy_", "masked_fill_", "scatter_", "sigmoid",
        "relu", "tanh", "softmax", "log_softmax", "index_fill_", "exp_", "sigmoid_", "tanh_",
        "relu_", "addmm", "bmm", "matmul", "permute", "clamp_min_", "clamp_max_", "masked_fill",
    }
)  # fmt: skip
"""Attributes that nothing but a tensor has."""


_OF_DATA = frozenset(
    {"norm", "exp", "sqrt", "log", "chunk", "narrow", "view", "mean", "sum", "pow", "abs", "matmul",
     "flatten", "transpose", "reshape", "unbind", "expand", "repeat", "contiguous", "select"}
)  # fmt: skip
"""Attributes that only a tensor has, of what a `forward` is given and what a model returns."""


def set_attribute(machine: Machine, value: Unknown, name: str, new: Value) -> bool:
    """Write an attribute that only a tensor has; false if it is not one of these."""
    if name == "requires_grad":
        tensor = machine.tensor(value)
        assert tensor is not None
        tensors.set_attribute(machine, tensor, name, new)
        return True
    if name == "grad":
        leaf = value.params if value.params is not None else machine.tensor(value)
        assert leaf is not None
        tensors.set_attribute(machine, leaf, name, new)
        return True
    return False


def parameters_behind(machine: Machine, value: Unknown | None) -> list[Tensor]:
    """Return the opaque leaves of whatever an unknown value is part of."""
    found: list[Tensor] = []
    while value is not None:
        if value.params is not None:
            found.append(value.params)
        value = value.owner
    return found


def parameters_of(machine: Machine, value: Unknown) -> Tensor:
    """Return the leaf that stands for all parameters of something unknown."""
    if value.params is None:
        machine.journal.touch(value)
        value.params = machine.unseen_leaf()
        value.params.is_parameter = True
    return value.params


def cast(machine: Machine, name: str, value: Value, used: Set[str]) -> None:
    """Let something unknown be what its name and its use say: a model or an optimizer."""
    if not isinstance(value, Unknown) or value.hint not in ("argument", "input"):
        return
    if roles.is_optimizer(used):
        machine.turn_into_optimizer(value)
    elif roles.is_model(name, used):
        _become_model(machine, value)


def _become_model(machine: Machine, value: Unknown) -> Tensor:
    """Take an argument for a model; return the leaf that stands for its parameters."""
    if value.hint in ("argument", "input"):
        machine.journal.touch(value)
        value.hint = "module"
    return parameters_of(machine, value)


def _parameters(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return machine.list([parameters_of(machine, value)], is_open=True)


def _named_parameters(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    pair = (machine.unknown("text"), parameters_of(machine, value))
    return machine.list([pair], is_open=True)


def _itself(machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What `.to(device)` and the like return: of a module itself, of data a like value."""
    if value.params is not None or value.hint == "module":
        return value
    if value.tensor is not None:
        return tensors.call_method(machine, value.tensor, "to", args, kwargs)
    return value


def _change_mode(
    name: str,
) -> Callable[[Machine, Unknown, list[Value], dict[str, Value]], Value]:
    """Return what puts a model into training or evaluation mode; nothing else is called so."""

    def run(machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if value.tensor is None and not value.deps and not kwargs and args in ([], [True], [False]):
            leaf = _become_model(machine, value)
            training = name == "train" and args != [False]
            machine.autograd.tell(ModeChange(machine.now(), (leaf,), training))
        return value

    return run


def _state_dict(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return modules.state_of(machine, value)


def _load_state_dict(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    modules.note_copied(machine, value, args[0] if args else kwargs.get("state_dict"), [])
    if value.params is not None:
        machine.autograd.overwrite(value.params, "load_state_dict")
    return machine.unknown()


def _zero_grad(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Zero the gradients of an optimizer or a module: from here on it is one of them."""
    if value.params is None:
        optimizer = machine.turn_into_optimizer(value)
        machine.autograd.zero(optimizer.params, optimizer)
    else:
        machine.autograd.zero([value.params])
    machine.zeroed_unseen(by_module=value.params is not None)
    return None


def _step(machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Step: an optimizer if it has been used as one before, or else anything at all."""
    if value.optimizer is None:
        for arg in [*args, *kwargs.values()]:
            optimizer = machine.optimizer(arg)
            if optimizer is not None:
                machine.autograd.step(optimizer, by_scaler=True)
                return None
        return calls.call_unknown(machine, value, args, kwargs)
    return optimizers.step(machine, value.optimizer, args, kwargs)


def _backward(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Go backward: of a loss, or, with the loss as argument, of a framework that does it.

    An argument that does not require grad, and was cut from nothing that does, is no loss, but the
    gradient to begin with.
    """
    losses = [
        arg
        for arg in args
        if isinstance(arg, Tensor)
        and (machine.autograd.requires_grad(arg) is not False or arg.provenance.cuts)
    ]
    if losses and value.tensor is None and not value.deps:
        return tensors.call_method(machine, losses[0], "backward", [], {})
    return tensors.call_method(machine, machine.goes_backward(value), "backward", args, kwargs)


def _scale(machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Scale: what a gradient scaler is for, if it is given a loss."""
    if args and isinstance(args[0], Tensor) and args[0].shape in (None, ()):
        return scaling.scaled(machine, args[0])
    return machine.unknown(deps=calls.tensors_in(args))


def _unscale(
    machine: Machine, value: Unknown, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    optimizer = machine.optimizer(args[0]) if args else None
    unscale(machine, optimizer)
    return None


def unscale(machine: Machine, optimizer: Optimizer | None) -> None:
    """Take the scale out of an optimizer's gradients; an unseen one may hold any that are unseen."""
    leaves = list(optimizer.params) if optimizer is not None else []
    if optimizer is None or not optimizer.complete:
        leaves += machine.unseen_leaves
    for leaf in leaves:
        gradient = machine.autograd.gradient(leaf)
        machine.journal.touch(gradient)
        gradient.scaled = None


_METHODS = {
    "parameters": _parameters,
    "named_parameters": _named_parameters,
    "zero_grad": _zero_grad,
    "step": _step,
    "backward": _backward,
    "to": _itself,
    "cuda": _itself,
    "cpu": _itself,
    "float": _itself,
    "double": _itself,
    "half": _itself,
    "train": _change_mode("train"),
    "eval": _change_mode("eval"),
    "state_dict": _state_dict,
    "load_state_dict": _load_state_dict,
    "scale": _scale,
    "unscale_": _unscale,
}
