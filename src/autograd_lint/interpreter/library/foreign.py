"""Other libraries: the few functions of the standard library that programs are put together with.

Everything else of theirs is unseen code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, calls, iteration
from autograd_lint.interpreter.library import einops, importing, lightning, python, unseen
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.values import (
    Class,
    DictValue,
    Foreign,
    Function,
    Generator,
    Instance,
    ListValue,
    Native,
    Partial,
    Property,
    Series,
    SetValue,
    Torch,
    Unknown,
    Value,
)

CONSTANTS: dict[str, Value] = {
    **einops.CLASSES,
    **lightning.CLASSES,
    "math.inf": math.inf, "math.pi": math.pi, "math.e": math.e, "math.nan": math.nan,
    "typing.TYPE_CHECKING": False, "typing_extensions.TYPE_CHECKING": False,
    "numpy.inf": math.inf, "numpy.pi": math.pi, "numpy.e": math.e, "numpy.nan": math.nan,
}  # fmt: skip
"""What has a value that is known."""

Run = Callable[[Machine, list[Value], dict[str, Value]], Value]
_FUNCTIONS: dict[str, Run] = {**einops.FUNCTIONS, **importing.FUNCTIONS}


def foreign(*names: str) -> Callable[[Run], Run]:
    """Register a function as what stands behind these full names."""

    def register(run: Run) -> Run:
        for name in names:
            _FUNCTIONS[name] = run
        return run

    return register


def call(machine: Machine, function: Foreign, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call something of another library."""
    run = _FUNCTIONS.get(function.name)
    if run is not None:
        return run(machine, args, kwargs)
    if _is_transparent(function.name) and args:
        return args[0]
    if _is_exception(function.name):
        return function
    if function.name.partition(".")[0] in _HARMLESS:
        if function.name.startswith("numpy.") and function.name not in _AS_IT_IS:
            _note_numpy(machine, args)
        cuts = calls.cuts_in([*args, *kwargs.values()])
        for tensor in calls.tensors_in([*args, *kwargs.values()]):
            cuts |= tensor.provenance.cuts
        return machine.number(cuts)
    return calls.call_unknown(machine, function, args, kwargs)


def _note_numpy(machine: Machine, args: list[Value]) -> None:
    """numpy asks a tensor for its memory, which one that requires grad does not give."""
    items = [item for arg in args for item in (arg.items if isinstance(arg, ListValue) else [arg])]
    for tensor in items:
        if not isinstance(tensor, Tensor) or not machine.autograd.grad_enabled:
            continue
        if machine.autograd.requires_grad(tensor):
            sure = machine.autograd.is_known(tensor)
            machine.autograd.remark("numpy", since=tensor.moment, tensor=tensor, sure=sure)


_AS_IT_IS = frozenset(
    f"numpy.{name}" for name in ("iterable", "ndim", "nonzero", "real", "shape", "size", "squeeze")
)
"""Functions of numpy's that take a tensor as it is, by its own methods if by any: measured."""

_HARMLESS = frozenset(
    {"math", "random", "os", "sys", "time", "logging", "warnings", "json", "re", "string", "numpy",
     "pathlib", "argparse", "datetime", "matplotlib", "builtins", "typing", "pandas", "csv", "gc",
     "psutil", "wandb"}
)  # fmt: skip
"""Libraries that cannot touch autograd's state."""


@foreign("numpy.isscalar")
def _is_scalar(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Only look at the type: a tensor's is not one of Python's or numpy's numbers."""
    return False if args and isinstance(args[0], Tensor) else machine.unknown("condition")


def _is_transparent(name: str) -> bool:
    """Whether it only wraps an iterable, to show progress."""
    return name.partition(".")[0] in ("tqdm", "rich") and name.rpartition(".")[2] in (
        "tqdm", "trange", "track", "notebook", "auto",
    )  # fmt: skip


def _is_exception(name: str) -> bool:
    found = python.NAMES.get(name)
    return isinstance(found, Foreign) and not name.startswith("builtins.")


foreign("sys.exit", "os._exit", "os.abort")(python.leave)


@foreign("pytest.fail", "pytest.skip", "pytest.xfail")
def _end_test(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    raise Raised(None, ("Exception",))


@foreign("tqdm.trange", "tqdm.auto.trange", "tqdm.notebook.trange")
def _trange(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.call(python.NAMES["range"], args, {})


@foreign("random.Random")
def _random(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what has the same methods as the module."""
    return Foreign("random")


@foreign("random.sample", "random.choices")
def _some(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Pick some of several items: as far as is known, any of them."""
    items, _ = iteration.collect(machine, args[0]) if args else ([], True)
    return machine.list(items, is_open=True)


@foreign("functools.partial")
def _partial(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Partial(args[0], tuple(args[1:]), kwargs) if args else machine.unknown()


@foreign("functools.wraps")
def _wraps(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Native("wraps", lambda _machine, inner, _kwargs: inner[0])


@foreign("functools.lru_cache", "functools.cache")
def _cache(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and not isinstance(args[0], int | None):
        return args[0]
    return Native("cache", lambda _machine, inner, _kwargs: inner[0])


@foreign("functools.cached_property")
def _cached_property(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Property(args[0] if args else None)


@foreign("functools.reduce")
def _reduce(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        return machine.unknown()
    items, _ = iteration.collect(machine, args[1])
    items = [*args[2:], *items]
    if not items:
        return machine.unknown()
    total = items[0]
    for item in items[1:]:
        total = machine.call(args[0], [total, item], {})
    return total


@foreign("itertools.chain", "itertools.chain.from_iterable")
def _chain(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    items: list[Value] = []
    unsure = False
    for arg in args:
        more, open_end = iteration.collect(machine, arg)
        for item in more:
            if len(args) == 1 and isinstance(item, ListValue | tuple | Series):
                inner, inner_open = iteration.collect(machine, item)
                items.extend(inner)
                unsure = unsure or inner_open
            else:
                items.append(item)
        unsure = unsure or open_end
    return machine.list(items, is_open=unsure)


@foreign("itertools.count")
def _count(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.call(python.NAMES["range"], [1 << 30], {})


@foreign("itertools.islice")
def _slice(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Take the next items of a generator, which goes on from there; of anything else the first."""
    source = args[0] if args else machine.unknown()
    stop = args[1] if len(args) == 2 else None
    if isinstance(source, Generator):
        length = int(stop) if isinstance(stop, int) else None
        return Series(lambda _: iteration.following(machine, source), length)
    if isinstance(source, ListValue) and isinstance(stop, int) and stop >= 0:
        return machine.list(source.items[:stop], is_open=source.open)
    return _first(machine, [source], {})


@foreign("copy.copy")
def _copy(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Copy the outermost object alone: the parameters of a module are those of its copy as well."""
    made = _first(machine, args, kwargs)
    if isinstance(made, Instance):
        machine.note_alias(made)
    return made


@foreign("itertools.cycle")
def _first(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value = args[0] if args else machine.unknown()
    if isinstance(value, ListValue):
        return machine.list(value.items, is_open=value.open)
    if isinstance(value, DictValue):
        return machine.dict(value.items, is_open=value.open)
    if isinstance(value, Instance):
        made = machine.native(value.cls)
        made.attrs = dict(value.attrs)
        made.optimizer = value.optimizer
        made.payload = value.payload
        return made
    return value


@foreign("collections.defaultdict")
def _defaultdict(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = machine.dict({})
    made.default = args[0] if args else None
    return made


@foreign("collections.OrderedDict")
def _ordered_dict(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.call(python.NAMES["dict"], args, kwargs)


@foreign("collections.deque")
def _deque(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = machine.call(python.NAMES["list"], args[:1], {})
    limit = args[1] if len(args) > 1 else kwargs.get("maxlen")
    if isinstance(made, ListValue) and limit is not None:
        made.bounded = True
    return made


@foreign("collections.namedtuple", "typing.NamedTuple")
def _namedtuple(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    fields: list[str] = []
    if len(args) > 1:
        spec = args[1].replace(",", " ").split() if isinstance(args[1], str) else None
        if spec is None:
            items, _ = iteration.collect(machine, args[1])
            spec = [i[0] if isinstance(i, tuple) else i for i in items]
        fields = [name for name in spec if isinstance(name, str)]

    def make(machine: Machine, values: list[Value], named: dict[str, Value]) -> Value:
        given = dict(zip(fields, values, strict=False)) | named
        made = machine.native(Torch("namedtuple"))
        made.attrs = {name: given.get(name, machine.unknown()) for name in fields}
        made.payload = tuple(made.attrs.values())
        return made

    return Native(args[0] if args and isinstance(args[0], str) else "namedtuple", make)


@foreign("types.SimpleNamespace", "argparse.Namespace", "easydict.EasyDict")
def _namespace(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = machine.native(Torch("namespace"))
    made.attrs = dict(kwargs)
    return made


@foreign("dataclasses.dataclass")
def _dataclass(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter import classes

    def decorate(machine: Machine, inner: list[Value], _kwargs: dict[str, Value]) -> Value:
        classes.make_dataclass(machine, inner[0])
        return inner[0]

    return decorate(machine, args, {}) if args else Native("dataclass", decorate)


@foreign("dataclasses.field")
def _field(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = machine.native(Torch("dataclasses.field"))
    made.attrs = dict(kwargs)
    return made


@foreign("dataclasses.replace")
def _replace(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = _first(machine, args, {})
    if isinstance(made, Instance):
        made.attrs.update(kwargs)
    return made


@foreign("copy.deepcopy")
def _deepcopy(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return deep_copy(machine, args[0], {}) if args else machine.unknown()


def deep_copy(machine: Machine, value: Value, memo: dict[int, Any]) -> Value:
    """Copy a value and all that it holds; leaves become leaves of their own."""
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, Tensor):
        if machine.autograd.requires_grad(value) is True and value.grad_fn is not None:
            sure = machine.autograd.is_known(value)
            machine.autograd.remark("deepcopy", since=value.moment, tensor=value, sure=sure)
        copy = machine.autograd.leaf(
            requires_grad=machine.autograd.requires_grad(value),
            dtype=value.dtype,
            shape=value.shape,
        )
        copy.is_parameter = value.is_parameter
        copy.copied_from = value
        copy.opaque = value.opaque
        memo[id(value)] = copy
        return copy
    if isinstance(value, Unknown) and value.hint == "module":
        made_of_it = memo[id(value)] = machine.unknown("module")
        unseen.parameters_of(machine, made_of_it)
        return made_of_it
    if isinstance(value, DictValue):
        mapping = memo[id(value)] = machine.dict({}, is_open=value.open)
        mapping.items = {k: deep_copy(machine, v, memo) for k, v in value.items.items()}
        return mapping
    if isinstance(value, ListValue | SetValue):
        made = memo[id(value)] = type(value)(machine.epoch, [], value.open)
        made.items = [deep_copy(machine, item, memo) for item in value.items]
        return made
    if isinstance(value, tuple):
        return tuple(deep_copy(machine, item, memo) for item in value)
    if isinstance(value, Instance) and isinstance(value.cls, Class):
        own = attributes.class_attribute(value.cls, "__deepcopy__")
        if isinstance(own, Function):
            given = [value, machine.dict({}, is_open=True)]
            return memo.setdefault(id(value), machine.call(own, given, {}))
    if isinstance(value, Instance) and value.optimizer is None:
        twin = memo[id(value)] = machine.native(value.cls)
        twin.attrs = {k: deep_copy(machine, v, memo) for k, v in value.attrs.items()}
        twin.payload = deep_copy(machine, value.payload, memo)
        return twin
    if isinstance(value, Unknown):
        return memo.setdefault(id(value), machine.unknown(value.hint))
    return value


@foreign("abc.abstractmethod", "typing.cast", "typing.final", "typing.overload")
def _last(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[-1] if args else machine.unknown()


@foreign("types.MethodType")
def _method_type(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from autograd_lint.interpreter.values import Bound

    return Bound(args[0], args[1]) if len(args) == 2 else machine.unknown()


@foreign("operator.attrgetter", "operator.itemgetter")
def _getter(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Native("getter", lambda machine, inner, _kwargs: machine.unknown())
