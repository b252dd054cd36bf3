"""Methods of Python's own values: lists, dicts, sets, strings, generators, functions."""

from __future__ import annotations

from collections.abc import Callable

from autograd_lint.interpreter import calls, iteration, subscripts
from autograd_lint.interpreter.library import text
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    DictValue,
    Function,
    Generator,
    ListValue,
    Method,
    Native,
    SetValue,
    Unknown,
    Value,
)

Run = Callable[[Machine, Value, list[Value], dict[str, Value]], Value]
_METHODS: dict[tuple[type, str], Run] = {}


def method(kind: type, *names: str) -> Callable[[Run], Run]:
    """Register a function as a method of a kind of value."""

    def register(run: Run) -> Run:
        for name in names:
            _METHODS[kind, name] = run
        return run

    return register


def call(machine: Machine, function: Method, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a method of one of Python's own values."""
    run = _METHODS.get((type(function.receiver), function.name))
    if run is not None:
        return run(machine, function.receiver, args, kwargs)
    if isinstance(function.receiver, Native):
        return _class_method_of_builtin(machine, function.receiver, function.name, args)
    if isinstance(function.receiver, str | bytes):
        return machine.unknown("text")
    return machine.unknown(deps=calls.tensors_in([function.receiver, *args]))


def _class_method_of_builtin(machine: Machine, cls: Native, name: str, args: list[Value]) -> Value:
    if cls.name == "dict" and name == "fromkeys" and args:
        keys, unsure = iteration.collect(machine, args[0])
        value = args[1] if len(args) > 1 else None
        return machine.dict({subscripts.key_of(key): value for key in keys}, is_open=unsure)
    return machine.unknown()


@method(ListValue, "append", "appendleft")
def _append(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.grow(value, args[:1])
    return None


@method(ListValue, "extend")
def _extend(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    if args:
        items, unsure = iteration.collect(machine, args[0])
        machine.grow(value, items)
        value.open = value.open or unsure
    return None


@method(ListValue, "insert")
def _insert(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    if len(args) == 2:
        machine.grow(value, args[1:], int(args[0]) if isinstance(args[0], int) else None)
    return None


@method(ListValue, "pop", "popleft")
def _pop(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    if not value.items:
        return machine.unknown()
    at = args[0] if args else -1
    if isinstance(at, int) and -len(value.items) <= at < len(value.items):
        return value.items.pop(int(at))
    return machine.unknown()


@method(ListValue, "clear")
@method(SetValue, "clear")
@method(DictValue, "clear")
def _clear(machine: Machine, value: Value, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    value.items.clear()
    value.open = False
    if isinstance(value, ListValue):
        value.size = None
    return None


@method(ListValue, "remove")
@method(SetValue, "remove", "discard")
def _remove(machine: Machine, value: Value, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    for index, item in enumerate(value.items):
        if args and item is args[0]:
            del value.items[index]
            return None
    return None


@method(ListValue, "reverse")
def _reverse(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    value.items.reverse()
    return None


@method(ListValue, "sort")
def _sort(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    return None


@method(ListValue, "copy", "__copy__")
def _copy_list(machine: Machine, value: ListValue, args: list[Value], _: dict[str, Value]) -> Value:
    return machine.list(value.items, is_open=value.open)


@method(SetValue, "add")
def _add(machine: Machine, value: SetValue, args: list[Value], _: dict[str, Value]) -> Value:
    if args:
        machine.journal.touch(value)
        value.items.append(args[0])
    return None


@method(SetValue, "update", "union")
def _union(machine: Machine, value: SetValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    for arg in args:
        items, unsure = iteration.collect(machine, arg)
        value.items.extend(items)
        value.open = value.open or unsure
    return value


@method(DictValue, "get")
def _get(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    key = subscripts.key_of(args[0]) if args else None
    default = args[1] if len(args) > 1 else None
    try:
        if key in value.items:
            return value.items[key]
    except TypeError:
        return machine.unknown()
    if isinstance(key, Unknown):
        return subscripts.get_item(machine, value, key) if value.items else machine.unknown()
    return machine.unknown() if value.open else default


@method(DictValue, "setdefault")
def _setdefault(
    machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]
) -> Value:
    key = subscripts.key_of(args[0]) if args else None
    machine.journal.touch(value)
    try:
        return value.items.setdefault(key, args[1] if len(args) > 1 else None)
    except TypeError:
        return machine.unknown()


@method(DictValue, "pop")
def _pop_item(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.journal.touch(value)
    default = args[1] if len(args) > 1 else None
    try:
        found = value.items.pop(subscripts.key_of(args[0]), default) if args else None
    except TypeError:
        return machine.unknown()
    return machine.unknown() if found is None and value.open else found


@method(DictValue, "items")
def _items(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    return machine.list(list(value.items.items()), is_open=value.open)


@method(DictValue, "keys", "__iter__")
def _keys(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    return machine.list(list(value.items), is_open=value.open)


@method(DictValue, "values")
def _values(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    return machine.list(list(value.items.values()), is_open=value.open)


@method(DictValue, "update")
def _update(machine: Machine, value: DictValue, args: list[Value], kw: dict[str, Value]) -> Value:
    for arg in args:
        subscripts.update(machine, value, arg)
    machine.journal.touch(value)
    value.items.update(kw)
    return None


@method(DictValue, "copy")
def _copy_dict(machine: Machine, value: DictValue, args: list[Value], _: dict[str, Value]) -> Value:
    machine.copy(len(value.items))
    return machine.dict(value.items, is_open=value.open)


@method(str, "format")
def _format(machine: Machine, value: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return text.bounded(machine, text.fill(value, args, kwargs))


@method(str, "join")
def _join(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    parts, unsure = iteration.collect(machine, args[0] if args else machine.unknown())
    if not unsure and all(isinstance(part, str) for part in parts):
        return text.bounded(machine, value.join(parts))
    return machine.unknown("text")


@method(str, "strip", "replace", "upper", "title")
def _text(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    return machine.unknown("text")


@method(str, "lower")
def _lower(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    return value.lower()


def _is_text(value: Value) -> bool:
    """Whether a value is a string, or a tuple of nothing else."""
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, str) for part in parts)


@method(str, "startswith")
def _startswith(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    if args and _is_text(args[0]):
        return value.startswith(args[0])
    return machine.unknown("condition")


@method(str, "endswith")
def _endswith(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    if args and _is_text(args[0]):
        return value.endswith(args[0])
    return machine.unknown("condition")


@method(str, "split")
def _split(machine: Machine, value: str, args: list[Value], _: dict[str, Value]) -> Value:
    if all(isinstance(arg, str) for arg in args):
        return machine.list(value.split(*args) if not args or args[0] else [value])
    return machine.list([], is_open=True)


@method(Generator, "__next__", "send")
def _send(machine: Machine, value: Generator, args: list[Value], _: dict[str, Value]) -> Value:
    return iteration.following(machine, value)


@method(Generator, "close")
def _close(machine: Machine, value: Generator, args: list[Value], _: dict[str, Value]) -> Value:
    return None


@method(Function, "__call__")
def _call(machine: Machine, value: Function, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.call(value, args, kwargs)
