"""Unknown arguments: what a function is called with whose caller was not seen.

Annotations and defaults tell what they may be; what they do not tell, use will.
"""

from __future__ import annotations

from autograd_lint.interpreter import classes
from autograd_lint.interpreter.library import unseen
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.values import (
    Class,
    Function,
    Instance,
    Native,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree


def unknown_arguments(
    machine: Machine, function: Function, given: list[Value], cls: Class | None
) -> dict[str, Value]:
    """Return a value for each parameter for which none is given."""
    values: dict[str, Value] = {}
    used = machine.uses_in(function.node)
    kept = machine.uses_in(cls.node) if cls is not None and cls.node is not None else {}
    for parameter in function.node.params[len(given) :]:
        if parameter.kind in ("star", "double"):
            continue
        value = values[parameter.name] = _argument(machine, function, parameter)
        own = used.get(parameter.name, set())
        if function.node.name == "__init__":
            own = own | kept.get(f"self.{parameter.name}", set())
        unseen.cast(machine, parameter.name, value, own)
    return values


def _argument(machine: Machine, function: Function, parameter: tree.Parameter) -> Value:
    default = function.defaults.get(parameter.name)
    if parameter.default is not None and default is not None:
        if isinstance(default, bool):
            value = machine.unknown("argument")
            value.prefers = default
            return value
        return default
    value = machine.unknown("input" if is_forward(function) else "argument")
    if parameter.annotation is not None:
        return _annotated(machine, function, parameter.annotation, value)
    return value


def is_forward(function: Function) -> bool:
    """Whether a function is what a model computes, which its users call with gradients recorded."""
    owner = function.owner
    return function.node.name == "forward" and owner is not None and not is_custom_function(owner)


def is_custom_function(cls: Class | None) -> bool:
    """Whether a class is a `torch.autograd.Function`, whose methods run without a graph."""
    return cls is not None and Torch("torch.autograd.Function") in cls.mro


def _annotated(
    machine: Machine, function: Function, annotation: tree.Expr, value: Unknown
) -> Value:
    """Return what an annotation says an argument is."""
    if not isinstance(annotation, tree.Name | tree.Attribute):
        return value
    if isinstance(annotation, tree.Name) and function.scope.find(annotation.id) is None:
        value.hint = {"int": "number", "float": "number", "str": "text"}.get(
            annotation.id, value.hint
        )
        return value
    cls = machine.evaluate(annotation, function.scope)
    if isinstance(cls, Torch):
        if cls.name in ("torch.Tensor", "torch.FloatTensor"):
            return machine.tensor(value)
        if cls.name.startswith("torch.optim.lr_scheduler"):
            return machine.unknown("scheduler")
        if cls.name.startswith("torch.optim."):
            machine.turn_into_optimizer(value)
        elif cls.name.startswith("torch.nn."):
            value.hint = "module"
            unseen.parameters_of(machine, value)
    elif isinstance(cls, Class) and len(machine.running) < 3:
        return instance(machine, cls)
    return value


def instance(machine: Machine, cls: Class) -> Value:
    """Return an object of a class, made with unknown arguments."""
    init = None
    for base in cls.mro:
        if isinstance(base, Class) and "__init__" in base.attrs:
            init = base.attrs["__init__"]
            break
    given: dict[str, Value] = {}
    if isinstance(init, Function):
        given = unknown_arguments(machine, init, [None], cls)
    elif isinstance(init, Native):
        given = {}
    try:
        made = classes.instantiate(machine, cls, [], given)
    except Raised:
        made = Instance(machine.epoch, cls)
    return made
