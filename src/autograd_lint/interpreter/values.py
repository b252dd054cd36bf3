"""The values that symbolic execution works with.

Numbers, strings, `None`, tuples and slices are Python's own. Whatever is mutable, or stands for
something of the program, has a class here. A tensor is `autograd.tensor.Tensor` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd_lint.autograd.journal import Tracked
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.tensor import Tensor

if TYPE_CHECKING:
    from autograd_lint.autograd.events import Moment, Round
    from autograd_lint.autograd.provenance import Cut
    from autograd_lint.interpreter.machine import Machine
    from autograd_lint.interpreter.scope import Scope
    from autograd_lint.syntax import tree

Value: TypeAlias = Any
"""Any of the classes here, or a Python constant, tuple or slice."""


class Unknown(Tracked):
    """Something that is not known: an argument, or what unseen code returned.

    Asked twice for the same attribute it gives the same value, and the same condition on it is
    decided the same way each time.
    """

    __slots__ = (
        "attrs",
        "cuts",
        "deps",
        "facts",
        "follows",
        "hint",
        "number",
        "optimizer",
        "owner",
        "params",
        "prefers",
        "tensor",
        "truth",
    )

    PLAIN = frozenset({"scale", "number", "text", "condition", "shape", "dtype", "device"})
    """Hints of what cannot be a tensor that requires grad."""

    def __init__(
        self,
        epoch: int,
        hint: str = "",
        deps: tuple[Tensor, ...] = (),
        owner: Unknown | None = None,
    ) -> None:
        self.epoch = epoch
        self.hint = hint
        """What it stands for, to tell apart what may and may not be: see `Machine.unknown`."""
        self.deps = deps
        """Tensors that it may have been computed from."""
        self.owner = owner
        """What it is an attribute of."""
        self.cuts: frozenset[Cut] = frozenset()
        """Where what it was computed from was cut from its graph."""
        self.attrs: dict[str, Value] = {}
        self.facts: dict[Any, Unknown] = {}
        """Comparisons with it, each a condition of its own."""
        self.follows: tuple[Unknown, Callable[[int], int]] | None = None
        """The unknown number that it is computed from, and how."""
        self.truth: bool | None = None
        self.prefers: bool | None = None
        """Which way a condition is tried first, where a default value tells."""
        self.number: int | None = None
        """The sample value that it stands for on this path."""
        self.tensor: Tensor | None = None
        """The tensor that it has turned out to be."""
        self.params: Tensor | None = None
        """An opaque leaf that stands for the parameters it may hold."""
        self.optimizer: Optimizer | None = None
        """The optimizer that it has turned out to be."""


class ListValue(Tracked):
    """A list; `open` if there may be further items that are not known."""

    __slots__ = ("bounded", "items", "measured", "open", "rounds", "size")

    def __init__(
        self,
        epoch: int,
        items: list[Value],
        open: bool = False,  # noqa: A002
        rounds: tuple[Round, ...] = (),
    ) -> None:
        self.epoch = epoch
        self.items = items
        self.open = open
        self.rounds = rounds
        """The rounds of loops that were running when it was made."""
        self.bounded = False
        """Whether it drops old items for new ones."""
        self.measured = False
        """Whether the program has asked how long it is: then it may well keep it short."""
        self.size: Unknown | None = None
        """What `len` gives for an open one: what is decided about it once holds from then on."""


class SetValue(Tracked):
    """A set, in order of insertion."""

    __slots__ = ("items", "open")

    def __init__(self, epoch: int, items: list[Value], open: bool = False) -> None:  # noqa: A002
        self.epoch = epoch
        self.items = items
        self.open = open


class DictValue(Tracked):
    """A dict whose keys are constants or objects; `open` if there may be further items."""

    __slots__ = ("default", "items", "open")

    def __init__(self, epoch: int, items: dict[Any, Value], open: bool = False) -> None:  # noqa: A002
        self.epoch = epoch
        self.items = items
        self.open = open
        self.default: Value = None
        """The factory of a `defaultdict`."""


class Counted(int):
    """A number that follows the counter of a loop: `at(round)` is its value in that round."""

    loop: int
    at: Callable[[int], int]
    seen: int

    def __new__(cls, value: int, loop: int, at: Callable[[int], int], seen: int = 0) -> Counted:
        """Make one; `seen` is the round in which it has this value."""
        self = super().__new__(cls, value)
        self.loop = loop
        self.at = at
        self.seen = seen
        return self


class Function(Tracked):
    """A function of the program, with the scope that it closes over."""

    __slots__ = ("attrs", "defaults", "mode", "node", "owner", "scope")

    def __init__(
        self, epoch: int, node: tree.Function, scope: Scope, defaults: dict[str, Value]
    ) -> None:
        self.epoch = epoch
        self.node = node
        self.scope = scope
        self.defaults = defaults
        self.attrs: dict[str, Value] = {}
        self.owner: Class | None = None
        """The class in whose body it stands."""
        self.mode: GradMode | None = None
        """The grad mode that a decorator lets it run in."""


class Class(Tracked):
    """A class of the program."""

    __slots__ = ("attrs", "bases", "mro", "name", "node", "scope")

    def __init__(
        self,
        epoch: int,
        name: str,
        bases: tuple[Value, ...],
        attrs: dict[str, Value],
        scope: Scope,
        node: tree.Class | None,
    ) -> None:
        self.epoch = epoch
        self.name = name
        self.bases = bases
        self.attrs = attrs
        self.scope = scope
        self.node = node
        self.mro: tuple[Value, ...] = ()
        """Itself and its bases, in the order in which attributes are looked up."""


class Instance(Tracked):
    """An object: of a class of the program, or of one of torch's (then `cls` is a `Torch`)."""

    __slots__ = ("attrs", "cls", "optimizer", "payload", "tainted_by")

    def __init__(self, epoch: int, cls: Class | Torch) -> None:
        self.epoch = epoch
        self.cls = cls
        self.attrs: dict[str, Value] = {}
        self.optimizer: Optimizer | None = None
        self.payload: Value = None
        """What a native base keeps: the items of a list subclass, the fields of a tuple."""
        self.tainted_by: Moment | None = None


@dataclass(frozen=True, slots=True)
class Torch:
    """Something of torch, by its full name: a module, function or class."""

    name: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something of another library, by its full name: known by name, unseen."""

    name: str


class PyModule(Tracked):
    """A Python module of the program's own."""

    __slots__ = ("folder", "name", "scope")

    def __init__(self, epoch: int, name: str, scope: Scope, folder: str | None = None) -> None:
        self.epoch = epoch
        self.name = name
        self.scope = scope
        self.folder = folder
        """Where its own modules are, if it is a package."""


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method together with the object that it was asked of."""

    function: Value
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Method:
    """A method of a value that the interpreter itself provides."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A callable that the interpreter itself provides."""

    name: str
    run: Callable[[Machine, list[Value], dict[str, Value]], Value]
    receiver: Value = None
    """What it is a method of, where that matters to whoever hands it on."""


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A property, or another descriptor that calls when it is read."""

    getter: Value
    setter: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class StaticMethod:
    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class ClassMethod:
    function: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial`."""

    function: Value
    args: tuple[Value, ...]
    kwargs: Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()`: looks attributes up behind `cls`."""

    cls: Class
    receiver: Value


class Generator(Tracked):
    """A call of a generator function that has not run yet, or has been collected."""

    __slots__ = ("items", "position", "start")

    def __init__(self, epoch: int, start: Callable[[Callable[[Value], Value]], None]) -> None:
        self.epoch = epoch
        self.start = start
        """Runs its body, with what is to happen at each yield."""
        self.items: list[Value] | None = None
        self.position = 0


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """An iterable by formula: `item(i)` for each i below `length`, or for as long as it lasts."""

    item: Callable[[int], Value]
    length: int | None
    counter: bool = False
    """Whether the items are the counter itself, or hold it."""
    limit: Unknown | None = None
    """The unknown number that is its length."""


@dataclass(frozen=True, slots=True, eq=False)
class GradMode:
    """`no_grad`, `enable_grad`, `inference_mode`, `set_grad_enabled` as an object."""

    kind: str
    enabled: Value = True
    before: bool | None = None
    """For `set_grad_enabled`, which takes effect when it is made: what held before."""
    moment: Moment | None = None
    """Where it was made."""


class Iterator(Tracked):
    """`iter(x)`: remembers how far it has come."""

    __slots__ = ("exhausted", "position", "source")

    def __init__(self, epoch: int, source: Value) -> None:
        self.epoch = epoch
        self.source = source
        self.position = 0
        self.exhausted = False
        """Whether it has come to the end of a series, however long that is."""


Arguments: TypeAlias = "tuple[Sequence[Value], Mapping[str, Value]]"
