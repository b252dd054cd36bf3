"""Classes: their definition, the order of their bases, and making objects of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from autograd_lint.autograd import operators
from autograd_lint.interpreter import attributes, calls
from autograd_lint.interpreter.machine import Machine, Signal, executes
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Class,
    Foreign,
    Function,
    Instance,
    Native,
    Property,
    StaticMethod,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.source.file import join
from autograd_lint.syntax import tree


@executes(tree.Class)
def _class(machine: Machine, node: tree.Class, scope: Scope) -> Signal | None:
    args, _kwargs, _ = calls.evaluate_arguments(machine, node.args, scope)
    machine.pos = node.pos
    body = Scope(machine.epoch, "class", scope.source, scope)
    cls = Class(machine.epoch, node.name, tuple(args), body.names, scope, node)
    cls.mro = linearize(cls)
    machine.execute(node.body, body)
    for value in body.names.values():
        _adopt(value, cls)
    if Foreign("typing.NamedTuple") in cls.bases:
        make_dataclass(machine, cls)
        cls.attrs["_replace"] = Native("_replace", _replaced)
    made: Value = cls
    for decorator in reversed(node.decorators):
        made = _decorate_class(machine, machine.evaluate(decorator, scope), made)
    machine.journal.touch(scope)
    scope.elsewhere.get(node.name, scope).names[node.name] = made
    return None


def _adopt(value: Value, cls: Class) -> None:
    """Let a function know the class in whose body it stands."""
    if isinstance(value, Function) and value.owner is None:
        value.owner = cls
    elif isinstance(value, Property):
        _adopt(value.getter, cls)
        _adopt(value.setter, cls)
    elif hasattr(value, "function"):
        _adopt(value.function, cls)


def _decorate_class(machine: Machine, decorator: Value, cls: Value) -> Value:
    """Apply a class decorator; one that was not seen is taken to return the class."""
    if isinstance(decorator, Foreign) and decorator.name.startswith("dataclasses."):
        make_dataclass(machine, cls)
        return cls
    made = machine.call(decorator, [cls], {})
    return made if isinstance(made, Class) else cls


def _replaced(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Copy a named tuple, with other values for some of its fields."""
    given = args[0]
    if not isinstance(given, Instance):
        return machine.unknown()
    return machine.call(given.cls, [], {**given.attrs, **kwargs})


def make_dataclass(machine: Machine, cls: Value) -> None:
    """Give a class the `__init__` that `dataclasses.dataclass` writes, or a named tuple has."""
    if not isinstance(cls, Class) or "__init__" in cls.attrs:
        return
    fields: dict[str, Value] = {}
    for base in reversed(cls.mro):
        if isinstance(base, Class) and base.node is not None:
            for statement in base.node.body:
                if isinstance(statement, tree.Annotated) and isinstance(
                    statement.target, tree.Name
                ):
                    fields[statement.target.id] = base

    def init(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        receiver, *positional = args
        given = dict(zip(fields, positional, strict=False)) | kwargs
        for name, owner in fields.items():
            if name in given:
                value = given[name]
            elif name in owner.attrs:
                value = owner.attrs[name]
                if isinstance(value, Instance) and isinstance(value.cls, Torch):
                    value = _default_of_field(machine, value)
            else:
                value = machine.unknown("argument")
            attributes.store(machine, receiver, name, value)
        if Foreign("typing.NamedTuple") in cls.mro and isinstance(receiver, Instance):
            receiver.payload = tuple(receiver.attrs.get(name) for name in fields)
        post = attributes.class_attribute(cls, "__post_init__")
        if isinstance(post, Function):
            machine.call(post, [receiver], {})
        return None

    machine.journal.touch(cls)
    cls.attrs["__init__"] = Native("__init__", init)


def _default_of_field(machine: Machine, field: Instance) -> Value:
    """Return the default of a `dataclasses.field(...)`."""
    if "default" in field.attrs:
        return field.attrs["default"]
    if "default_factory" in field.attrs:
        return machine.call(field.attrs["default_factory"], [], {})
    return field


def linearize(cls: Class) -> tuple[Value, ...]:
    """Return a class and its bases in the order of attribute lookup (C3)."""
    if len(cls.bases) == 1:
        (base,) = cls.bases
        return (cls, *base.mro) if isinstance(base, Class) else (cls, base)
    chains: list[list[Value]] = [
        list(base.mro) if isinstance(base, Class) else [base] for base in cls.bases
    ]
    chains.append(list(cls.bases))
    order: list[Value] = [cls]
    while any(chains):
        head = next(
            (
                chain[0]
                for chain in chains
                if chain and not any(chain[0] in other[1:] for other in chains)
            ),
            None,
        )
        if head is None:
            head = next(chain[0] for chain in chains if chain)
        order.append(head)
        chains = [[base for base in chain if base != head] for chain in chains]
    return tuple(order)


def instantiate(
    machine: Machine,
    cls: Class,
    args: list[Value],
    kwargs: dict[str, Value],
    *,
    is_open: bool = False,
) -> Value:
    """Make an object of a class of the program."""
    from autograd_lint.interpreter.library import objects

    new = attributes.class_attribute(cls, "__new__")
    if isinstance(new, StaticMethod):
        new = new.function
    made: Value
    if isinstance(new, Function) and machine.may_enter(new):
        made = machine.call(new, [cls, *args], kwargs)
        if not isinstance(made, Instance):
            return made
    else:
        made = Instance(machine.epoch, cls)
    objects.prepare(machine, made, args, kwargs)
    init = attributes.class_attribute(cls, "__init__")
    if isinstance(init, Function | Native):
        calls.call(machine, init, [made, *args], kwargs, is_open=is_open)
    elif any(isinstance(base, Unknown | Foreign) for base in cls.mro):
        calls.call_unknown(machine, None, args, kwargs)
    return made


def is_subclass(cls: Value, of: Value) -> bool | None:
    """Whether one class derives from another; `None` if it is not known."""
    if cls == of:
        return True
    if isinstance(cls, Class):
        if of in cls.mro:
            return True
        answers = [is_subclass(b, of) for b in cls.mro[1:] if not isinstance(b, Class)]
        if True in answers:
            return True
        return None if None in answers else False
    if isinstance(cls, Torch) and isinstance(of, Torch):
        name, base = (it.name.rpartition(".")[2] for it in (cls, of))
        within = cls.name.startswith("torch.nn.") and of.name.startswith("torch.nn.")
        return within and (name == base or base in operators.bases_of_module(name))
    if isinstance(cls, Torch):
        return False
    return None


def provided(
    library: str,
    name: str,
    bases: tuple[Value, ...],
    methods: Mapping[str, Callable[[Machine, list[Value], dict[str, Value]], Value]],
) -> Class:
    """Return a class that stands for one of another library's, with these methods."""
    scope = Scope(0, "module", join(library, Path(library), (), {}))
    natives: dict[str, Value] = {method: Native(method, run) for method, run in methods.items()}
    made = Class(0, name, bases, natives, scope, None)
    made.mro = (made, *bases)
    return made
