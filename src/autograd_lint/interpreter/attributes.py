"""Attributes: reading, writing, and the order in which classes are searched for them."""

from __future__ import annotations

from autograd_lint.autograd import operators
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    ClassMethod,
    DictValue,
    Foreign,
    Function,
    Generator,
    GradMode,
    Instance,
    ListValue,
    Method,
    Native,
    Partial,
    Property,
    PyModule,
    Series,
    SetValue,
    StaticMethod,
    Super,
    Torch,
    Unknown,
    Value,
)


def mangle(name: str, scope: Scope) -> str:
    """Mangle a private name as Python does inside a class."""
    if not name.startswith("__") or name.endswith("__"):
        return name
    within: Scope | None = scope
    while within is not None:
        if within.function is not None and within.function.owner is not None:
            return f"_{within.function.owner.name.lstrip('_')}{name}"
        within = within.outer
    return name


def class_attribute(cls: Value, name: str) -> Value:
    """Return what a class of the program, or one of its bases, defines; `None` if none does."""
    if isinstance(cls, Class):
        for base in cls.mro:
            if isinstance(base, Class) and name in base.attrs:
                return base.attrs[name]
    return None


def has_unseen_base(cls: Value) -> bool:
    """Whether some base of a class was not seen, so that it may have any attribute."""
    if isinstance(cls, Class):
        return any(isinstance(base, Unknown | Foreign) for base in cls.mro)
    return not isinstance(cls, Torch)


def torch_bases(cls: Value) -> tuple[Torch, ...]:
    """Return those of a class's bases that are torch's."""
    if isinstance(cls, Class):
        return tuple(base for base in cls.mro if isinstance(base, Torch))
    return (cls,) if isinstance(cls, Torch) else ()


def get_attribute(machine: Machine, value: Value, name: str) -> Value:
    """Read `value.name`."""
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        return tensors.get_attribute(machine, value, name)
    if isinstance(value, Unknown):
        return attribute_of_unknown(machine, value, name)
    if isinstance(value, Instance):
        return attribute_of_instance(machine, value, name)
    if isinstance(value, Torch):
        from autograd_lint.interpreter.library import torch

        return torch.attribute(machine, value, name)
    if isinstance(value, Foreign):
        from autograd_lint.interpreter.library import foreign

        full = f"{value.name}.{name}"
        return foreign.CONSTANTS.get(full, Foreign(full))
    if isinstance(value, PyModule):
        return _attribute_of_module(machine, value, name)
    if isinstance(value, Class):
        return _attribute_of_class(machine, value, name)
    if isinstance(value, Super):
        return _attribute_of_super(machine, value, name)
    if isinstance(value, Property):
        if name == "setter":
            return Native(
                "setter", lambda _, args, kwargs: Property(value.getter, args[0] if args else None)
            )
        return Native(name, lambda _, args, kwargs: value)
    if isinstance(value, Function):
        if name in value.attrs:
            return value.attrs[name]
        if name == "__name__":
            return value.node.name
        return Method(value, name)
    if isinstance(value, Bound):
        return get_attribute(machine, value.function, name)
    if isinstance(value, Partial) and name == "func":
        return value.function
    if isinstance(value, tuple) and _FIELDS.get(name, len(value)) < len(value):
        return value[_FIELDS[name]]
    if isinstance(value, str | bytes | int | float) and not hasattr(value, name):
        return machine.unknown()  # an enum's member is its value here
    if isinstance(value, Native) and (value.name, name) == ("object", "__setattr__"):
        return Native(name, _store)
    if isinstance(
        value, ListValue | DictValue | SetValue | tuple | str | bytes | Generator | Series
        | GradMode | Native | Method | int | float
    ):  # fmt: skip
        return Method(value, name)
    return machine.unknown()


_FIELDS = {
    "values": 0, "indices": 1, "sign": 0, "logabsdet": 1, "Q": 0, "R": 1, "U": 0, "S": 1, "Vh": 2,
    "V": 2, "eigenvalues": 0, "eigenvectors": 1, "solution": 0, "mantissa": 0, "exponent": 1,
}  # fmt: skip
"""The names that `torch.return_types` give to the items of tuples."""


def attribute_of_unknown(machine: Machine, value: Unknown, name: str) -> Value:
    """Read an attribute of something unknown: always the same one."""
    from autograd_lint.interpreter.library import tensors, unseen

    if value.tensor is not None and (tensors.is_attribute(name) or name not in value.attrs):
        return tensors.get_attribute(machine, value.tensor, name)
    if name in value.attrs:
        return value.attrs[name]
    special = unseen.attribute(machine, value, name)
    if special is not None:
        return special
    machine.journal.touch(value)
    if name in _PLAIN:
        made = machine.unknown("shape", value.deps, value)
    elif tensors.is_attribute(name) or operators.method(name) is not None:
        made = machine.unknown(value.hint, value.deps, value)
    else:
        made = machine.part_of(value)
    value.attrs[name] = made
    return made


_PLAIN = frozenset({"shape", "device", "dtype", "ndim", "config"})
"""Attributes of a tensor, or of what a model returns, that are no tensors."""


def attribute_of_instance(machine: Machine, value: Instance, name: str) -> Value:
    """Read an attribute of an object: its own, its class's, torch's, or by `__getattr__`."""
    found = class_attribute(value.cls, name)
    if isinstance(found, Property):
        return machine.call(found.getter, [value], {})
    if name in value.attrs:
        return value.attrs[name]
    if found is not None:
        return bind(found, value)
    if isinstance(value.cls, Class) and name in _class_names(value.cls):
        return None
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return machine.dict(value.attrs)
    from autograd_lint.interpreter.library import objects

    if name in machine.patches.items and torch_bases(value.cls):
        return bind(machine.patches.items[name], value)
    provided = objects.attribute(machine, value, name)
    if provided is not None:
        return provided
    fallback = class_attribute(value.cls, "__getattr__")
    if isinstance(fallback, Function) and machine.may_enter(fallback):
        return machine.call(fallback, [value, name], {})
    made = machine.unknown()
    machine.journal.touch(value)
    value.attrs[name] = made
    return made


def _class_names(cls: Class) -> frozenset[str]:
    """Return the names that the class gives the value `None`."""
    return frozenset(
        name
        for base in cls.mro
        if isinstance(base, Class)
        for name, value in base.attrs.items()
        if value is None
    )


def bind(attribute: Value, receiver: Value) -> Value:
    """Bind what a class defines to one of its objects."""
    if isinstance(attribute, StaticMethod):
        return attribute.function
    if isinstance(attribute, ClassMethod):
        cls = receiver.cls if isinstance(receiver, Instance) else receiver
        return Bound(attribute.function, cls)
    if isinstance(attribute, Function) and isinstance(receiver, Instance):
        return Bound(attribute, receiver)
    if isinstance(attribute, Native) and isinstance(receiver, Instance):
        return Bound(attribute, receiver)
    return attribute


def _attribute_of_class(machine: Machine, value: Class, name: str) -> Value:
    found = class_attribute(value, name)
    if found is not None:
        return bind(found, value) if isinstance(found, StaticMethod | ClassMethod) else found
    if name == "__name__":
        return value.name
    if name in _class_names(value):
        return None
    from autograd_lint.interpreter.library import objects

    return objects.class_attribute(machine, value, name)


def _attribute_of_module(machine: Machine, value: PyModule, name: str) -> Value:
    if name in value.scope.names:
        return value.scope.names[name]
    found = machine.importer.submodule(machine, value, name)
    if found is not None:
        return found
    made = machine.unknown(f"name {name}")
    machine.journal.touch(value.scope)
    value.scope.names[name] = made
    return made


def _attribute_of_super(machine: Machine, value: Super, name: str) -> Value:
    receiver = value.receiver
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    mro = cls.mro if isinstance(cls, Class) else ()
    behind = mro[mro.index(value.cls) + 1 :] if value.cls in mro else value.cls.mro[1:]
    for base in behind:
        if isinstance(base, Class):
            if name in base.attrs:
                found = base.attrs[name]
                if isinstance(found, Property):
                    return machine.call(found.getter, [receiver], {})
                return bind(found, receiver)
        elif isinstance(base, Torch) and isinstance(receiver, Instance):
            from autograd_lint.interpreter.library import objects

            provided = objects.native_method(machine, receiver, base, name)
            if provided is not None:
                return provided
        elif isinstance(base, Unknown | Foreign):
            return unseen_method(machine, receiver, name)
    return Native(name, lambda _machine, args, kwargs: None)


def unseen_method(machine: Machine, receiver: Value, name: str) -> Value:
    """Return a method that a base has which was not seen."""

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        from autograd_lint.interpreter import calls

        return machine.unknown(deps=calls.tensors_in([*args, *kwargs.values()]))

    return Native(name, run)


def set_attribute(machine: Machine, value: Value, name: str, new: Value) -> None:
    """Write `value.name = new`."""
    if isinstance(value, Unknown) and value.tensor is not None:
        value = value.tensor
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        tensors.set_attribute(machine, value, name, new)
    elif isinstance(value, Unknown):
        from autograd_lint.interpreter.library import unseen

        if not unseen.set_attribute(machine, value, name, new):
            _note_flag(machine, name, sure=False)
            machine.journal.touch(value)
            value.attrs[name] = new
    elif isinstance(value, Instance):
        found = class_attribute(value.cls, name)
        if isinstance(found, Property):
            if found.setter is not None:
                machine.call(found.setter, [value, new], {})
            return
        method = class_attribute(value.cls, "__setattr__")
        if isinstance(method, Function) and machine.may_enter(method):
            machine.call(method, [value, name, new], {})
            return
        store(machine, value, name, new)
    elif isinstance(value, Class | Function):
        machine.journal.touch(value)
        value.attrs[name] = new
    elif isinstance(value, Torch):
        machine.journal.touch(machine.patches)
        machine.patches.items[name] = new
    elif isinstance(value, PyModule):
        machine.journal.touch(value.scope)
        value.scope.names[name] = new


def _store(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`object.__setattr__`, by which an object's own `__setattr__` keeps what it is given."""
    if len(args) == 3 and isinstance(args[0], Instance) and isinstance(args[1], str):
        store(machine, args[0], args[1], args[2])
    return None


def store(machine: Machine, value: Instance, name: str, new: Value) -> None:
    """Keep an attribute on an object itself, as `object.__setattr__` does."""
    machine.journal.touch(value)
    before = value.attrs.get(name)
    value.attrs[name] = new
    if isinstance(new, Unknown) and new.hint == "argument":
        _cast(machine, value.cls, name, new)
    if machine.stores is not None:
        machine.stores.append((new, machine.now()))
    bases = torch_bases(value.cls)
    if any(base.name.endswith(".FunctionCtx") for base in bases):
        items = new.items if isinstance(new, ListValue) else new
        kept = items if isinstance(items, tuple | list) else (new,)
        tensor = next((part for part in kept if isinstance(part, Tensor)), None)
        if tensor is not None:
            machine.autograd.remark("ctx attribute", name=name, since=tensor.moment, tensor=tensor)
    if any(map(_is_module, bases)):
        if isinstance(new, ListValue | DictValue | tuple):
            _note_hidden(machine, value, new)
        elif isinstance(new, bool) and not _reads_its_own(value.cls, name):
            _note_flag(machine, name, sure=True)
    if isinstance(before, Tensor) and before.is_parameter and isinstance(new, Tensor):
        machine.note_tied(before)
    if machine.optimizers and isinstance(new, Instance | Tensor) and before is not None:
        from autograd_lint.interpreter.library import modules

        modules.note_replaced(machine, before, new)


def _cast(machine: Machine, cls: Value, name: str, value: Unknown) -> None:
    """Let something unknown that an object keeps be what the methods of its class use it as."""
    from autograd_lint.interpreter.library import unseen

    for base in cls.mro if isinstance(cls, Class) else ():
        if isinstance(base, Class) and base.node is not None:
            unseen.cast(machine, name, value, machine.uses_in(base.node).get(f"self.{name}", set()))


def _note_flag(machine: Machine, name: str, *, sure: bool) -> None:
    """Note a flag that freezes nothing: of a module, or in a spelling that torch does not know."""
    from autograd_lint.interpreter.library import tensors

    if tensors.is_misspelt(name):
        machine.autograd.remark("misspelt", name=name, sure=sure)
    elif sure and name == "requires_grad":
        machine.autograd.remark("module flag", name=name)


def _reads_its_own(cls: Value, name: str) -> bool:
    """Whether a class of the program reads this attribute of itself: then it is its own affair."""
    from autograd_lint.interpreter.relevance import reads_own

    bases = cls.mro if isinstance(cls, Class) else ()
    return any(isinstance(base, Class) and reads_own(base.node, name) for base in bases)


def _is_module(base: Torch) -> bool:
    from autograd_lint.interpreter.library import modules

    return modules.is_module_class(base)


def _note_hidden(
    machine: Machine, value: Instance, container: ListValue | DictValue | tuple[Value, ...]
) -> None:
    """Note that a module keeps something in a plain list or dict, whose parameters it does not see."""
    from autograd_lint.interpreter.library import modules

    machine.autograd.remark(
        "hidden", leaves=lambda: modules.hidden_parameters(value, container), sure=value.epoch != 0
    )


def delete_attribute(machine: Machine, value: Value, name: str) -> None:
    """Execute `del value.name`."""
    if isinstance(value, Instance | Unknown | Class):
        machine.journal.touch(value)
        value.attrs.pop(name, None)
    elif isinstance(value, Tensor) and name == "grad":
        machine.autograd.zero([value])
