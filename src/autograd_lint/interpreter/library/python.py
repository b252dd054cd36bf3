"""Python's builtin functions."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, classes, expressions, iteration
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    ClassMethod,
    Counted,
    DictValue,
    Foreign,
    Function,
    Generator,
    Instance,
    Iterator,
    ListValue,
    Method,
    Native,
    Partial,
    Property,
    Series,
    SetValue,
    StaticMethod,
    Torch,
    Unknown,
    Value,
)

Run = Callable[[Machine, list[Value], dict[str, Value]], Value]

NAMES: dict[str, Value] = {}
"""What each builtin name stands for."""


def builtin(name: str) -> Callable[[Run], Run]:
    """Register a function as a builtin of Python's."""

    def register(run: Run) -> Run:
        NAMES[name] = Native(name, run)
        return run

    return register


@builtin("range")
def _range(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    numbers = [value if isinstance(value, int) else None for value in args]
    start, stop, step = 0, None, 1
    if len(numbers) == 1:
        stop = numbers[0]
    elif len(numbers) >= 2:
        start, stop = numbers[0], numbers[1]  # type: ignore[assignment]
        step = numbers[2] if len(numbers) > 2 else 1  # type: ignore[assignment]
    if start is None or step is None or step == 0:
        return Series(lambda index: machine.unknown("number"), None)
    length = None if stop is None else max(0, -((start - stop) // step))
    limit = args[0] if len(args) == 1 and isinstance(args[0], Unknown) else None
    first, by = int(start), int(step)

    def item(index: int) -> Value:
        if isinstance(index, Counted):
            at = index.at
            return Counted(
                first + by * index, index.loop, lambda count: first + by * at(count), index.seen
            )
        return first + by * index

    return Series(item, length, counter=True, limit=limit)


@builtin("enumerate")
def _enumerate(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return machine.unknown()
    start = kwargs.get("start", args[1] if len(args) > 1 else 0)
    first = int(start) if isinstance(start, int) else 0
    source = series(machine, args[0])

    def item(index: int) -> Value:
        number: Value = first + index
        if isinstance(index, Counted):
            at = index.at
            number = Counted(first + index, index.loop, lambda c: first + at(c), index.seen)
        return number, source.item(index)

    return Series(item, source.length, limit=source.limit)


@builtin("zip")
def _zip(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter.library import modules

    if len(args) == 2:
        modules.note_twins(machine, *args)
    sources = [series(machine, arg) for arg in args]
    lengths = [source.length for source in sources]
    known = [length for length in lengths if length is not None]
    length = min(known) if known else None
    if length is not None and length <= iteration.ALL_ITEMS and all(map(_is_collection, args)):
        return machine.list([tuple(s.item(index) for s in sources) for index in range(length)])
    limit = next((source.limit for source in sources if source.limit is not None), None)
    return Series(lambda index: tuple(s.item(index) for s in sources), length, limit=limit)


def _is_collection(value: Value) -> bool:
    """Whether all items of a value are known, and parts of the program rather than data."""
    return isinstance(value, tuple | ListValue | Iterator) and not getattr(value, "open", False)


@builtin("map")
def _map(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return machine.unknown()
    function, *rest = args
    sources = [series(machine, arg) for arg in rest]
    known = [source.length for source in sources if source.length is not None]
    if known:
        items = [
            machine.call(function, [source.item(index) for source in sources], {})
            for index in range(min(min(known), iteration.ALL_ITEMS))
        ]
        return machine.list(items, is_open=min(known) > iteration.ALL_ITEMS)
    return Series(
        lambda index: machine.call(function, [source.item(index) for source in sources], {}), None
    )


@builtin("filter")
def _filter(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return machine.unknown()
    items, unsure = iteration.collect(machine, args[1])
    kept = [
        item
        for item in items
        if machine.truth(item if args[0] is None else machine.call(args[0], [item], {}))
    ]
    return Iterator(machine.epoch, machine.list(kept, is_open=unsure))


@builtin("reversed")
def _reversed(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    source = args[0] if args else None
    if isinstance(source, Series):
        length = source.length
        if length is None:
            return source
        return Series(lambda index: source.item(length - 1 - int(index)), length)
    items, unsure = iteration.collect(machine, source)
    return machine.list(items[::-1], is_open=unsure)


@builtin("sorted")
def _sorted(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, unsure = iteration.collect(machine, args[0] if args else None)
    if ("key" not in kwargs and all(type(i) is str for i in items)) or (
        "key" not in kwargs and all(isinstance(i, int | float) for i in items)
    ):
        items.sort()
    return machine.list(items, is_open=unsure)


def series(machine: Machine, value: Value) -> Series:
    """Return any iterable as a series, whose items can be asked for one by one."""
    if isinstance(value, Series):
        return value
    if isinstance(value, Unknown) and value.tensor is None:
        deps = value.deps
        limit = machine.size_of(value)
        return Series(lambda _: machine.unknown("item", deps), None, limit=limit)
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        return tensors.rows(machine, value)
    if isinstance(value, Instance):
        from autograd_lint.interpreter.library import data

        loaded = data.items(machine, value)
        if loaded is not None:
            return loaded
    items, unsure = iteration.collect(machine, value)
    if not items:
        return Series(lambda _: machine.unknown("item"), None if unsure else 0)
    return Series(lambda index: items[index % len(items)], None if unsure else len(items))


@builtin("list")
def _list(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return machine.list([])
    items, unsure = iteration.collect(machine, args[0])
    return machine.list(items, is_open=unsure)


@builtin("tuple")
def _tuple(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return ()
    items, unsure = iteration.collect(machine, args[0])
    return machine.list(items, is_open=True) if unsure else tuple(items)


@builtin("set")
@builtin("frozenset")
def _set(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter.subscripts import distinct

    if not args:
        return SetValue(machine.epoch, [])
    items, unsure = iteration.collect(machine, args[0])
    return SetValue(machine.epoch, distinct(items), unsure)


@builtin("dict")
def _dict(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter import subscripts

    made = machine.dict({})
    if args:
        if isinstance(args[0], DictValue):
            subscripts.update(machine, made, args[0])
        else:
            items, unsure = iteration.collect(machine, args[0])
            for item in items:
                if isinstance(item, tuple) and len(item) == 2:
                    subscripts.set_item(machine, made, item[0], item[1])
                else:
                    unsure = True
            made.open = unsure
    made.items.update(kwargs)
    return made


@builtin("len")
def _len(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else None
    if isinstance(value, tuple | str | bytes):
        return len(value)
    if isinstance(value, ListValue):
        machine.journal.touch(value)
        value.measured = True
    if isinstance(value, ListValue | DictValue | SetValue) and not value.open:
        return len(value.items)
    if isinstance(value, ListValue):
        return machine.size_of(value)
    if isinstance(value, Series) and value.length is not None:
        return value.length
    if isinstance(value, Tensor) and value.shape:
        size = value.shape[0]
        return machine.unknown("number") if size is None else size
    if isinstance(value, Instance):
        from autograd_lint.interpreter.library import modules

        method = attributes.class_attribute(value.cls, "__len__")
        if isinstance(method, Function):
            return machine.call(method, [value], {})
        children = modules.iterated(value)
        if children is not None:
            return len(children)
    if isinstance(value, Unknown):
        return machine.size_of(value)
    return machine.unknown("number")


@builtin("next")
def _next(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return iteration.following(machine, args[0]) if args else machine.unknown()


@builtin("iter")
def _iter(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else None
    if isinstance(value, Generator | Iterator | Unknown):
        return value
    if isinstance(value, Instance):
        method = attributes.class_attribute(value.cls, "__iter__")
        if isinstance(method, Function):
            return machine.call(method, [value], {})
    return Iterator(machine.epoch, value)


@builtin("isinstance")
def _isinstance(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2:
        return machine.unknown("condition")
    options = args[1] if isinstance(args[1], tuple) else (args[1],)
    answers = [instance_of(machine, args[0], option) for option in options]
    if True in answers:
        return True
    if None not in answers:
        return False
    if isinstance(args[0], Unknown):
        return expressions.compare(machine, "in", args[0], ("isinstance", *map(id, options)))
    return machine.unknown("condition")


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,), "float": (float,), "str": (str,), "bool": (bool,), "bytes": (bytes,),
    "complex": (complex,), "list": (ListValue,), "tuple": (tuple,), "dict": (DictValue,),
    "set": (SetValue,), "frozenset": (SetValue,), "slice": (slice,),
}  # fmt: skip


def instance_of(machine: Machine, value: Value, cls: Value) -> bool | None:
    """Whether a value is of a class; `None` if it is not known."""
    if isinstance(value, Unknown):
        return instance_of(machine, value.tensor, cls) if value.tensor is not None else None
    name = cls.name if isinstance(cls, Native | Torch | Foreign) else ""
    if isinstance(cls, Native) and name in _PYTHON_TYPES:
        if isinstance(value, Instance):
            return None if value.payload is not None else False
        return isinstance(value, _PYTHON_TYPES[name])
    if isinstance(value, Tensor):
        if name in ("torch.Tensor", "torch.autograd.Variable"):
            return True
        if name in ("torch.nn.Parameter", "torch.nn.parameter.Parameter"):
            return value.is_parameter
        return None if isinstance(cls, Unknown) else False
    if isinstance(value, Instance):
        return classes.is_subclass(value.cls, cls)
    if name.rpartition(".")[2] in ("Mapping", "MutableMapping", "OrderedDict"):
        return isinstance(value, DictValue)
    if name.rpartition(".")[2] in ("Sequence", "Iterable", "Collection"):
        return isinstance(value, tuple | ListValue | str)
    if name.rpartition(".")[2] in ("Number", "Real", "Integral"):
        return isinstance(value, int | float)
    if isinstance(cls, Class | Torch | Foreign):
        plain = (int, float, str, bytes, tuple, ListValue, DictValue, type(None))
        return False if isinstance(value, plain) else None
    return None


@builtin("issubclass")
def _issubclass(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[1], Class | Torch):
        answer = classes.is_subclass(args[0], args[1])
        if answer is not None:
            return answer
    return machine.unknown("condition")


@builtin("getattr")
def _getattr(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return machine.unknown()
    receiver, name = args[0], args[1]
    if not isinstance(name, str):
        if isinstance(receiver, Torch):
            return _some_of(machine, receiver)
        return machine.unknown(deps=calls.tensors_in([receiver]))
    if len(args) > 2 and _lacks(receiver, name):
        return args[2]
    return attributes.get_attribute(machine, receiver, name)


def _some_of(machine: Machine, module: Torch) -> Value:
    """Return what an unknown name in a module of torch's stands for."""
    if module.name == "torch.optim":
        return Torch("torch.optim.Optimizer")
    return machine.unknown()


def _lacks(receiver: Value, name: str) -> bool:
    """Whether it is known that an object has no such attribute."""
    if not isinstance(receiver, Instance) or name in receiver.attrs:
        return False
    if attributes.has_unseen_base(receiver.cls) or receiver.optimizer is not None:
        return False
    if hasattr(object, name):
        return False
    from autograd_lint.interpreter.library import objects

    return attributes.class_attribute(receiver.cls, name) is None and not objects.provides(
        receiver, name
    )


@builtin("hasattr")
def _hasattr(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 2 or not isinstance(args[1], str):
        return machine.unknown("condition")
    receiver, name = args
    if isinstance(receiver, Instance):
        if name in receiver.attrs:
            return True
        if _lacks(receiver, name):
            return False
        if attributes.class_attribute(receiver.cls, name) is not None:
            return True
    if isinstance(receiver, Unknown):
        return expressions.compare(machine, "in", receiver, ("hasattr", name))
    return machine.unknown("condition")


@builtin("setattr")
def _setattr(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 3:
        name = args[1]
        if not isinstance(name, str):  # it has some name, of its own in each round
            name = f"<{machine.pos} {[round_.number for round_ in machine.rounds]}>"
        attributes.set_attribute(machine, args[0], name, args[2])
    return None


@builtin("delattr")
def _delattr(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 2 and isinstance(args[1], str):
        attributes.delete_attribute(machine, args[0], args[1])
    return None


@builtin("sum")
def _sum(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items, unsure = iteration.collect(machine, args[0] if args else None)
    total: Value = kwargs.get("start", args[1] if len(args) > 1 else 0)
    if unsure and not any(isinstance(item, Tensor | Unknown) for item in items):
        return machine.unknown("number")
    for item in items:
        total = expressions.binary(machine, "+", total, item)
    return total


@builtin("abs")
@builtin("round")
@builtin("pow")
@builtin("divmod")
def _number(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], Tensor):
        from autograd_lint.interpreter.library import tensors

        return tensors.call_method(machine, args[0], "abs", [], {})
    return machine.unknown("number", calls.tensors_in(args))


@builtin("min")
def _min(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _extreme(machine, args, min)


@builtin("max")
def _max(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _extreme(machine, args, max)


def _extreme(machine: Machine, args: list[Value], choose: Callable[[list[Any]], Value]) -> Value:
    items, unsure = args, False
    if len(args) == 1:
        items, unsure = iteration.collect(machine, args[0])
    tensors = [item for item in items if isinstance(item, Tensor)]
    if tensors:
        return tensors[0]
    known = [item for item in items if type(item) in (int, float)]
    if known and not unsure and len(known) == len(items):
        return choose(known)
    return machine.unknown("number", calls.tensors_in(items))


@builtin("int")
def _int(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _converted(machine, args, int)


@builtin("float")
def _float(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _converted(machine, args, float)


@builtin("bool")
def _bool(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _converted(machine, args, bool)


@builtin("complex")
def _complex(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _converted(machine, args, complex)


def _converted(machine: Machine, args: list[Value], to: Callable[..., Value]) -> Value:
    tensors = [arg for arg in args if isinstance(arg, Tensor)]
    if tensors:
        return machine.number(machine.autograd.cut(tensors[0], "item"))
    if not all(type(arg) in (int, float, bool, str) for arg in args):
        if len(args) == 1 and isinstance(args[0], Unknown) and args[0].cuts:
            return args[0]
        counts = len(args) == 1 and isinstance(args[0], Counted) and to is not bool
        return args[0] if counts else machine.unknown("number")
    try:
        return to(*args)
    except (ValueError, OverflowError):
        return machine.unknown("number")


@builtin("str")
def _str(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and (args[0] is None or isinstance(args[0], str | int)):
        return str(args[0])
    return machine.unknown("text")


@builtin("repr")
@builtin("format")
@builtin("ascii")
@builtin("chr")
@builtin("bytes")
@builtin("bin")
@builtin("hex")
def _text(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], str):
        return args[0]
    return machine.unknown("text")


@builtin("any")
@builtin("all")
def _quantify(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown("condition")


@builtin("callable")
def _callable(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else None
    if isinstance(value, Function | Bound | Class | Partial | Native | Method | Torch):
        return True
    if isinstance(value, int | float | str | tuple | ListValue | DictValue) or value is None:
        return False
    return machine.unknown("condition")


@builtin("type")
def _type(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else None
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Tensor):
        return Torch("torch.nn.Parameter" if value.is_parameter else "torch.Tensor")
    return machine.unknown()


@builtin("exit")
@builtin("quit")
def leave(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Leave the program."""
    raise Raised(None, ("SystemExit", "BaseException"))


@builtin("print")
@builtin("input")
@builtin("open")
@builtin("breakpoint")
@builtin("help")
def _outside(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown()


@builtin("property")
def _property(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    getter = args[0] if args else kwargs.get("fget")
    return Property(getter, args[1] if len(args) > 1 else kwargs.get("fset"))


@builtin("staticmethod")
def _staticmethod(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return StaticMethod(args[0]) if args else machine.unknown()


@builtin("classmethod")
def _classmethod(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return ClassMethod(args[0]) if args else machine.unknown()


@builtin("id")
@builtin("hash")
@builtin("ord")
def _identify(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown("number")


@builtin("slice")
def _slice(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return slice(*args[:3]) if args else machine.unknown()


@builtin("vars")
@builtin("locals")
@builtin("globals")
def _names(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], Instance):
        return machine.dict(args[0].attrs, is_open=True)
    return machine.dict({}, is_open=True)


@builtin("object")
def _object(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown()


NAMES["NotImplemented"] = Foreign("NotImplemented")
for _builtin_name in dir(builtins):
    _found = getattr(builtins, _builtin_name)
    if isinstance(_found, type) and issubclass(_found, BaseException):
        NAMES[_builtin_name] = Foreign(_builtin_name)
    elif _builtin_name not in NAMES and callable(_found):
        NAMES[_builtin_name] = Foreign(f"builtins.{_builtin_name}")
