"""Decorators of functions: those of the program are executed, those that wrap nothing passed by."""

from __future__ import annotations

from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    Foreign,
    Function,
    GradMode,
    Instance,
    Method,
    Native,
    Property,
    Torch,
    Unknown,
    Value,
)


def apply(machine: Machine, decorator: Value, function: Value) -> Value:
    """Return what a decorator makes of a function.

    One that was not seen is taken to return a function that behaves like the one that it is given:
    registries, caches and compilers do.
    """
    if isinstance(decorator, Property):
        return function
    if isinstance(decorator, Foreign):
        name = decorator.name
        if name in ("contextlib.contextmanager", "contextlib.asynccontextmanager"):
            return contextmanager(function)
        if name in ("functools.cached_property", "abc.abstractproperty"):
            return Property(function)
        return function
    if isinstance(decorator, Torch | GradMode | Native | Function | Bound | Class | Method):
        made = machine.call(decorator, [function], {})
        if isinstance(made, Unknown) or made is None:
            return function
        return made
    if isinstance(decorator, Instance):
        made = machine.call(decorator, [function], {})
        return function if isinstance(made, Unknown) or made is None else made
    return function


def contextmanager(function: Value) -> Value:
    """Return what `contextlib.contextmanager` makes of a generator function."""

    def enter(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        manager = machine.native(Torch("contextlib.contextmanager"))
        manager.payload = machine.call(function, args, kwargs)
        return manager

    return Native("contextmanager", enter)
