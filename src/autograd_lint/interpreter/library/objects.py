"""Objects: what torch's classes give to those that are made of them, or derive from them."""

from __future__ import annotations

from collections.abc import Callable

from autograd_lint.interpreter import attributes, calls
from autograd_lint.interpreter.library import (
    contexts,
    distributions,
    functions,
    modules,
    optimizers,
)
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Class,
    Foreign,
    Function,
    Instance,
    Native,
    Torch,
    Value,
)

Provider = Callable[[Machine, Instance, Torch, str], Value]


def _providers(base: Torch) -> tuple[Provider, ...]:
    """Return what provides the attributes that a class of torch's has."""
    if modules.is_module_class(base):
        return (modules.attribute,)
    if optimizers.is_optimizer_class(base):
        return (optimizers.attribute,)
    if base.name in optimizers.COMPANIONS or base.name.startswith("torch.optim.lr_scheduler."):
        return (optimizers.attribute_of_companion,)
    if distributions.is_distribution(base):
        return (distributions.attribute,)
    if base.name == "torch.autograd.function.FunctionCtx":
        return (functions.attribute,)
    return ()


def attribute(machine: Machine, value: Instance, name: str) -> Value:
    """Return an attribute that an object has from torch, `None` if it has none of that name."""
    for base in attributes.torch_bases(value.cls):
        found = native_method(machine, value, base, name)
        if found is not None:
            return found
    if contexts.expects_raise(Foreign(name)):
        return Native(name, lambda machine, args, kwargs: machine.native(Torch("raises")))
    if name in ("fail", "skipTest") and _is_test_case(value.cls):
        return Foreign("pytest.fail")
    return None


def _is_test_case(cls: Value) -> bool:
    return isinstance(cls, Class) and any(
        isinstance(base, Foreign | Torch) and base.name.endswith("TestCase") for base in cls.mro
    )


def native_method(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return an attribute that an object has from one base, `None` if it has none."""
    for provider in _providers(base):
        found = provider(machine, value, base, name)
        if found is not None:
            return found
    return None


def provides(value: Instance, name: str) -> bool:
    """Whether torch may give an object an attribute of this name."""
    return any(_providers(base) for base in attributes.torch_bases(value.cls))


def class_attribute(machine: Machine, cls: Class, name: str) -> Value:
    """Return an attribute that a class has from torch."""
    for base in attributes.torch_bases(cls):
        if base.name == "torch.autograd.Function" and name == "apply":
            return functions.applying(cls)
        if modules.is_module_class(base):
            return _unbound(base, name)
    return machine.unknown()


def _unbound(base: Torch, name: str) -> Native:
    """Return a method of a class, to be called with the object as first argument."""

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args or not isinstance(args[0], Instance):
            return machine.unknown()
        return machine.call(native_method(machine, args[0], base, name), args[1:], kwargs)

    return Native(name, run)


def prepare(machine: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Give a new object of a class of the program what its bases in torch give it."""
    own_init = isinstance(attributes.class_attribute(value.cls, "__init__"), Function)
    for base in attributes.torch_bases(value.cls):
        if modules.is_module_class(base):
            value.attrs["training"] = True
            if not own_init:
                modules.initialize(machine, value, base, args, kwargs)
        elif optimizers.is_optimizer_class(base) and not own_init:
            optimizers.initialize(machine, value, base, args, kwargs)
        elif distributions.is_distribution(base) and not own_init:
            distributions.initialize(value, args, kwargs)


def call_instance(
    machine: Machine, value: Instance, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Call an object: by its `__call__`, or as the module that it is."""
    if any(base.name == "torch.autograd.Function" for base in attributes.torch_bases(value.cls)):
        machine.autograd.remark("function called")
    method = attributes.class_attribute(value.cls, "__call__")
    if isinstance(method, Function):
        return machine.call(method, [value, *args], kwargs)
    if modules.is_module(value):
        return modules.call(machine, value, args, kwargs)
    return calls.call_unknown(machine, value, args, kwargs)
