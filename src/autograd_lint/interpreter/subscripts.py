"""Subscripts: reading, writing and deleting items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.paths import GivenUp
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    DictValue,
    Foreign,
    Function,
    Generator,
    Instance,
    ListValue,
    Series,
    Torch,
    Unknown,
    Value,
)


def key_of(value: Value) -> Value:
    """Return what a dict finds an item by; unhashable values stand for themselves.

    Raises:
        GivenUp: if it is larger than only a program can make it that doubles it.
    """
    if isinstance(value, tuple):
        weigh(value)
        return tuple(map(key_of, value))
    if isinstance(value, slice):
        return "slice", value.start, value.stop, value.step
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value


def weigh(value: Iterable[Value]) -> None:
    """See whether a tuple, with those in it, is small enough to be compared and hashed.

    Raises:
        GivenUp: if it is not.
    """
    weight = 0
    pending = [value]
    while pending:
        for part in pending.pop():
            weight += 1
            if weight > _HEAVIEST:
                raise GivenUp
            if isinstance(part, tuple):
                pending.append(part)


def distinct(items: Iterable[Value]) -> list[Value]:
    """Return items as a set holds them: of equal ones the first."""
    found: dict[Value, Value] = {}
    for item in items:
        found.setdefault(key_of(item), item)
    return list(found.values())


_HEAVIEST = 10_000
"""Parts of a tuple, those of the tuples in it among them: twice in one another, they double."""


def get_item(machine: Machine, value: Value, index: Value) -> Value:
    """Read `value[index]`."""
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        return tensors.index(machine, value, index)
    if isinstance(value, Unknown):
        if value.tensor is not None:
            from autograd_lint.interpreter.library import tensors

            return tensors.index(machine, value.tensor, index)
        return _item_of_unknown(machine, value, index)
    if isinstance(value, tuple | str | bytes):
        return _item_of_tuple(machine, value, index)
    if isinstance(value, ListValue):
        return _item_of_list(machine, value, index)
    if isinstance(value, DictValue):
        return _item_of_dict(machine, value, index)
    if isinstance(value, Series) and isinstance(index, int):
        return value.item(index)
    if isinstance(value, Instance):
        return _item_of_instance(machine, value, index)
    if isinstance(value, Torch | Foreign):
        return value
    if isinstance(value, Generator):
        return machine.unknown()
    return machine.unknown()


def _item_of_unknown(machine: Machine, value: Unknown, index: Value) -> Value:
    if isinstance(index, str | int | None) or (
        isinstance(index, tuple) and all(isinstance(part, str | int) for part in index)
    ):
        name = f"[{key_of(index)!r}]"
        if name not in value.attrs:
            machine.journal.touch(value)
            value.attrs[name] = machine.part_of(value)
        return value.attrs[name]
    return machine.part_of(value)


def _item_of_tuple(machine: Machine, value: tuple[Value, ...] | str | bytes, index: Value) -> Value:
    if isinstance(index, int):
        try:
            return value[int(index)]
        except IndexError:
            return machine.unknown()
    if isinstance(index, slice) and _known(index):
        return value[index]
    if isinstance(value, tuple) and value and isinstance(index, Unknown):
        return _any_of(machine, value)
    return machine.unknown()


def _known(index: slice) -> bool:
    return index.step != 0 and all(
        part is None or isinstance(part, int) for part in (index.start, index.stop, index.step)
    )


def _item_of_list(machine: Machine, value: ListValue, index: Value) -> Value:
    items = value.items
    if isinstance(index, slice):
        machine.copy(len(items))
        if _known(index):
            return machine.list(items[index], is_open=value.open)
        return machine.list(items, is_open=True)
    if isinstance(index, int):
        if -len(items) <= index < len(items):
            return items[int(index)]
        return items[-1] if items and value.open else machine.unknown()
    if items and not value.open and isinstance(index, Unknown):
        return _any_of(machine, items)
    return machine.unknown()


def _any_of(machine: Machine, items: Sequence[Value]) -> Value:
    """Return one of several items: each in turn where they are parts of the program, else any."""
    if len(items) == 1:
        return items[0]
    if any(isinstance(item, Instance | Function | Class | Torch | Bound) for item in items):
        return items[machine.paths.choose(min(len(items), 3))]
    machine.guesses += 1
    return items[-1]


def _item_of_dict(machine: Machine, value: DictValue, index: Value) -> Value:
    key = key_of(index)
    try:
        if key in value.items:
            return value.items[key]
    except TypeError:
        return machine.unknown()
    if value.default is not None:
        made = machine.call(value.default, [], {})
        machine.journal.touch(value)
        value.items[key] = made
        return made
    if isinstance(index, Unknown):
        choices = list(value.items.values())
        if choices and not value.open:
            return _any_of(machine, choices)
        return machine.unknown()
    if value.open or any(isinstance(known, Unknown) for known in value.items):
        return machine.unknown()
    raise Raised(None, ("KeyError", "LookupError", "Exception"))


def _item_of_instance(machine: Machine, value: Instance, index: Value) -> Value:
    from autograd_lint.interpreter.library import data, modules

    method = attributes.class_attribute(value.cls, "__getitem__")
    if isinstance(method, Function):
        return machine.call(method, [value, index], {})
    if data.items(machine, value) is not None:
        return data.sample(machine, value, index)
    found, item = modules.item(machine, value, index)
    if found:
        return item
    if isinstance(value.payload, ListValue | DictValue | tuple):
        return get_item(machine, value.payload, index)
    return machine.unknown()


def _note_sum(machine: Machine, old: Value, new: Value) -> None:
    """Note a sum that goes on under a key: `sums[name] = sums.get(name, 0.0) + loss`."""
    if isinstance(old, Tensor) and isinstance(new, Tensor) and old is not new:
        before, after = old.grad_fn, new.grad_fn
        if before is not None and after is not None and before in after.inputs:
            machine.keep_sum(before, new)


def set_item(machine: Machine, value: Value, index: Value, new: Value) -> None:
    """Write `value[index] = new`."""
    if isinstance(value, Unknown) and value.tensor is not None:
        value = value.tensor
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        tensors.set_index(machine, value, index, new)
    elif isinstance(value, ListValue):
        machine.journal.touch(value)
        if isinstance(index, int) and -len(value.items) <= index < len(value.items):
            value.items[int(index)] = new
        elif isinstance(index, slice) and _known(index) and isinstance(new, ListValue):
            machine.copy(len(new.items))
            try:
                value.items[index] = new.items
            except ValueError:  # every second item, and not as many new ones
                raise Raised(None, ("ValueError", "Exception")) from None
            value.open = value.open or new.open
        else:
            value.items.append(new)
            value.open = True
    elif isinstance(value, DictValue):
        machine.journal.touch(value)
        try:
            key = key_of(index)
            _note_sum(machine, value.items.get(key), new)
            value.items[key] = new
        except TypeError:
            value.open = True
    elif isinstance(value, Instance):
        from autograd_lint.interpreter.library import modules

        method = attributes.class_attribute(value.cls, "__setitem__")
        if isinstance(method, Function):
            machine.call(method, [value, index, new], {})
        elif not modules.set_item(machine, value, index, new) and isinstance(
            value.payload, ListValue | DictValue
        ):
            set_item(machine, value.payload, index, new)
    elif isinstance(value, Unknown):
        machine.journal.touch(value)
        if isinstance(index, str | int):
            value.attrs[f"[{key_of(index)!r}]"] = new


def delete_item(machine: Machine, value: Value, index: Value) -> None:
    """Execute `del value[index]`."""
    if isinstance(value, ListValue):
        machine.journal.touch(value)
        if isinstance(index, int) and -len(value.items) <= index < len(value.items):
            del value.items[int(index)]
        elif isinstance(index, slice) and _known(index):
            del value.items[index]
        else:
            value.open = True
    elif isinstance(value, DictValue):
        machine.journal.touch(value)
        if isinstance(index, Unknown):
            value.open = True
        else:
            value.items.pop(key_of(index), None)
    elif isinstance(value, Instance):
        method = attributes.class_attribute(value.cls, "__delitem__")
        if isinstance(method, Function):
            machine.call(method, [value, index], {})


def update(machine: Machine, target: DictValue, source: Value) -> None:
    """Put all items of one mapping into another."""
    machine.journal.touch(target)
    if isinstance(source, Instance) and isinstance(source.payload, DictValue):
        source = source.payload
    if isinstance(source, DictValue):
        machine.copy(len(source.items))
        target.items.update(source.items)
        target.open = target.open or source.open
    else:
        target.open = True
