"""Custom `torch.autograd.Function`s: applying one makes a node whose backward is the program's."""

from __future__ import annotations

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls
from autograd_lint.interpreter.library import grad_mode
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Class,
    Function,
    GradMode,
    Native,
    StaticMethod,
    Torch,
    Unknown,
    Value,
)


def applying(cls: Class) -> Native:
    """Return the `apply` of a custom function."""

    def apply(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        forward = attributes.class_attribute(cls, "forward")
        if isinstance(forward, StaticMethod):
            forward = forward.function
        inputs = calls.tensors_in(args, depth=0)
        context = machine.native(Torch("torch.autograd.function.FunctionCtx"))
        result: Value = machine.unknown(deps=inputs)
        if isinstance(forward, Function):
            takes_context = attributes.class_attribute(cls, "setup_context") is None
            with grad_mode.entered(machine, GradMode("no_grad")):
                given = [context, *args] if takes_context else args
                result = machine.call(forward, given, kwargs)
        return _outputs(machine, cls, result, inputs)

    return Native("apply", apply)


def _outputs(machine: Machine, cls: Class, result: Value, inputs: list[Tensor]) -> Value:
    """Return the outputs as autograd hands them out: recorded, and opaque as to what is saved."""
    if isinstance(result, tuple):
        return tuple(_outputs(machine, cls, part, inputs) for part in result)
    if isinstance(result, Tensor | Unknown):
        shape = result.shape if isinstance(result, Tensor) else None
        made = machine.autograd.record(cls.name, inputs, twice=True, shape=shape)
        if made.grad_fn is not None:
            made.grad_fn.opaque = True
            made.requires_grad_flag = None
        return made
    return result
