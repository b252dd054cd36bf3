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
    Instance,
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
            context.payload = ()
            setup = attributes.class_attribute(cls, "setup_context")
            with grad_mode.entered(machine, GradMode("no_grad")):
                given = [context, *args] if setup is None else args
                result = machine.call(forward, given, kwargs)
                if isinstance(setup, StaticMethod | Function):
                    machine.call(attributes.bind(setup, cls), [context, tuple(args), result], {})
        return _outputs(machine, cls, result, inputs, context)

    return Native("apply", apply)


def attribute(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return a method of a context, `None` if it has none of that name."""
    if name == "save_for_backward":
        return Native(name, lambda machine, args, kwargs: _save(machine, value, args))
    if name == "saved_tensors":
        return value.payload if isinstance(value.payload, tuple) else machine.unknown()
    return None


def _save(machine: Machine, context: Instance, args: list[Value]) -> Value:
    machine.journal.touch(context)
    context.payload = tuple(args)
    return None


def _outputs(
    machine: Machine, cls: Class, result: Value, inputs: list[Tensor], context: Instance
) -> Value:
    """Return the outputs as autograd hands them out: of one node, with what the context saved."""
    if isinstance(result, tuple):
        return tuple(_outputs(machine, cls, part, inputs, context) for part in result)
    if not isinstance(result, Tensor | Unknown):
        return result
    seen = isinstance(context.payload, tuple)
    shape = result.shape if isinstance(result, Tensor) else None
    saved = calls.tensors_in(context.payload) if seen else []
    saves = [("result" if t is result else "saved", None if t is result else t) for t in saved]
    made = machine.autograd.record(
        cls.name, inputs, saves, twice=bool(saved) or not seen, shape=shape
    )
    if made.grad_fn is not None and not seen:
        made.grad_fn.opaque = True
        made.requires_grad_flag = None
    return made
