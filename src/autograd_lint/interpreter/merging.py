"""Joins: where paths that have become the same again are merged.

A path that comes out of a branch in a state in which another path has been at that point is ended:
what follows is known. States are compared by a digest of everything that can still be reached, with
objects numbered in the order in which they are met, so that it does not matter when they were made.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from enum import Enum
from typing import Any

from autograd_lint.autograd.journal import Tracked
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.tensor import Gradient, Node, Storage, Tensor
from autograd_lint.interpreter.liveness import mentions_in
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.paths import GivenUp, Merged
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    ClassMethod,
    DictValue,
    Function,
    Generator,
    GradMode,
    Instance,
    Iterator,
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
    Unknown,
    Value,
)
from autograd_lint.syntax import tree


def only_raises(body: Sequence[tree.Stmt]) -> bool:
    """Whether a block does nothing but raise: the check of an argument."""
    return ends_program(body) and len(body) <= 3


def ends_program(body: Sequence[tree.Stmt]) -> bool:
    """Whether a block raises or leaves the program at its end."""
    return bool(body) and _leaves(body[-1])


def _leaves(statement: tree.Stmt) -> bool:
    """Whether a statement raises, or leaves the program."""
    if isinstance(statement, tree.Raise):
        return True
    if not isinstance(statement, tree.ExprStmt) or not isinstance(statement.value, tree.Call):
        return False
    called = statement.value.func
    if isinstance(called, tree.Attribute) and isinstance(called.value, tree.Name):
        return (called.value.id, called.attr) in (("sys", "exit"), ("os", "_exit"))
    return isinstance(called, tree.Name) and called.id in ("exit", "quit")


def is_inert(body: Sequence[tree.Stmt]) -> bool:
    """Whether a block cannot matter to what follows: it prints, or does nothing."""
    return all(_is_inert(statement) for statement in body)


def _is_inert(statement: tree.Stmt) -> bool:
    if isinstance(statement, tree.Pass):
        return True
    if isinstance(statement, tree.If):
        return is_inert(statement.body) and is_inert(statement.orelse)
    if isinstance(statement, tree.ExprStmt):
        value = statement.value
        if isinstance(value, tree.Const):
            return True
        return (
            isinstance(value, tree.Call)
            and isinstance(value.func, tree.Name)
            and value.func.id == "print"
        )
    return False


def join(machine: Machine, node: tree.Node) -> None:
    """Come to the end of a statement in which something was decided.

    Raises:
        Merged: if another path has been here in the same state.
    """
    paths = machine.paths
    if not paths.on_new_ground:
        return  # the path that this one branches off has been here
    coarse = paths.own > EXACT_PATHS or paths.started > _MOST_EXACT
    key = (id(node), coarse, digest(machine, node, coarse=coarse))
    if key in paths.seen:
        paths.widened = paths.widened or coarse
        paths.merged += 1
        raise Merged
    paths.seen.add(key)


EXACT_PATHS = 16
"""After so many paths, states that differ only in numbers and in what was assumed are merged."""
_MOST_EXACT = 48
"""After so many as well, where most of them were merged late."""


def digest(machine: Machine, done: tree.Node, *, coarse: bool = False) -> int:
    """Return a number that is the same for states that cannot be told apart from here on.

    `done` is the statement that has come to its end. With `coarse`, it is also the same for those
    that differ only in numbers, in tensors without a graph, in assumptions, and in which of many
    items a list holds.
    """
    reader = _Reader(machine.epoch, coarse, _live_names(machine, done))
    autograd = machine.autograd
    reader.tokens += [autograd.grad_enabled, autograd.inference, machine.guards]
    reader.tokens.append(frozenset(autograd.cuts_met))  # what a path has lost, it is to tell
    reader.tokens += [site.pos for site in machine.calls]
    reader.tokens += [round_.number for round_ in machine.rounds]
    reader.tokens += [len(loop.predicates) for loop in machine.loops.values()]
    for frame in machine.frames:
        reader.tokens += machine.paths.decisions[frame.statement : frame.entered]
        reader.read(frame.scope)
    callers = machine.frames
    for caller, callee in itertools.pairwise(callers):
        reader.tokens.append(tuple(machine.paths.decisions[caller.statement : callee.entered]))
    for tracked in machine.journal.changed():
        reader.tokens.append(id(tracked))
        reader.read(tracked)
    reader.finish()
    machine.paths.steps += len(reader.tokens) // _TOKENS_A_STEP
    return hash(tuple(reader.tokens))


def _live_names(machine: Machine, done: tree.Node) -> dict[int, frozenset[str]]:
    """Return, for the scope of each call under way, the names that are still to be asked for."""
    live: dict[int, frozenset[str]] = {}
    for frame in machine.frames:
        function, statement = frame.scope.function, frame.under_way
        if function is None or statement is None:
            continue
        node = function.node
        mentions = machine.mentions.get(id(node))
        if mentions is None:
            mentions = machine.mentions[id(node)] = mentions_in(node)
        line, column, end_line, end_column = statement.pos
        place = (end_line, end_column) if statement is done else (line, column)
        names = mentions.live(place)
        if names is not None:
            live[id(frame.scope)] = names
    return live


_MOST_TOKENS = 1 << 19
_TOKENS_A_STEP = 32
"""Comparing states takes time as well, and counts against the budget."""


class _Role(Enum):
    """How a value is written down."""

    CONSTANT = 1
    NUMBER = 2
    SEQUENCE = 3
    SLICE = 4
    TRACKED = 5
    OTHER = 6


_CONSTANT, _NUMBER, _SEQUENCE, _SLICE, _TRACKED, _OTHER = _Role


class _Roles(dict[type, _Role]):
    """How the values of each type are written down, decided once."""

    def __missing__(self, kind: type) -> _Role:
        self[kind] = role = self._decided(kind)
        return role

    @staticmethod
    def _decided(kind: type) -> _Role:
        if issubclass(kind, Tracked):
            return _TRACKED
        if issubclass(kind, int | float) and kind is not bool:
            return _NUMBER
        if issubclass(kind, bool | str | bytes | complex | type(None)):
            return _CONSTANT
        if issubclass(kind, tuple | list):
            return _SEQUENCE
        return _SLICE if kind is slice else _OTHER


_ROLES = _Roles()


class _Reader:
    """Writes down a state as a list of tokens."""

    def __init__(self, epoch: int, coarse: bool, live: dict[int, frozenset[str]]) -> None:
        self.epoch = epoch
        self.coarse = coarse
        self.live = live
        self.tokens: list[Hashable] = []
        self.numbers: dict[int, int] = {}
        self.kept: list[object] = []
        self.queue: list[object] = []

    def read(self, value: Value) -> None:
        """Write down a value: a constant as it is, an object by its number."""
        role = _ROLES[type(value)]
        if role is _TRACKED and value.epoch != self.epoch:
            self.tokens.append(id(value))  # made before this path, and not changed in it
        elif role is _CONSTANT:
            self.tokens.append(value)
        elif role is _NUMBER:
            self.tokens.append("number" if self.coarse else value)
        elif role is _SEQUENCE:
            if len(self.tokens) > _MOST_TOKENS:  # a tuple of tuples that hold each other twice
                raise GivenUp
            self.tokens.append(len(value))
            for item in value:
                self.read(item)
        elif role is _SLICE:
            self.read((value.start, value.stop, value.step))
        else:
            number = self.numbers.get(id(value))
            if number is None:
                number = self.numbers[id(value)] = len(self.numbers)
                self.kept.append(value)
                self.queue.append(value)
            self.tokens.append(("#", number))

    def finish(self) -> None:
        """Write down everything that was met, and what it leads to."""
        for value in self.queue:  # which grows
            write = _WRITE.get(type(value))
            if write is None:
                self.tokens.append(id(value) if not isinstance(value, Hashable) else hash(value))
            else:
                write(self, value)

    def items(self, items: dict[str, Value]) -> None:
        tokens, epoch, read = self.tokens, self.epoch, self.read
        for name, value in items.items():
            if type(name) is str:
                tokens.append(name)
            else:
                read(name)
            if _ROLES[type(value)] is _TRACKED and value.epoch != epoch:
                tokens.append(id(value))  # as `read` does: most are such
            else:
                read(value)


def _scope(reader: _Reader, value: Scope) -> None:
    if value.kind == "module":
        for name, item in value.names.items():
            if not isinstance(item, Function | Class):
                reader.tokens.append(name)
                reader.read(item)
        return
    live = reader.live.get(id(value))
    if live is None:
        reader.items(value.names)
    else:
        reader.items({name: item for name, item in value.names.items() if name in live})
    reader.read(value.receiver)
    if value.outer is not None:
        reader.read(value.outer)


def _unknown(reader: _Reader, value: Unknown) -> None:
    if not reader.coarse:
        reader.tokens += [value.truth, value.number]
    reader.read(value.tensor)
    reader.read(value.params)
    reader.read(value.optimizer)
    for dep in value.deps:
        reader.read(dep)
    if value.cuts:
        reader.tokens.append(hash(frozenset((cut.how, cut.moment.site) for cut in value.cuts)))
    for name, item in value.attrs.items():
        if not (isinstance(item, Unknown) and _is_blank(item)):
            reader.tokens.append(name)
            reader.read(item)
    for key, fact in () if reader.coarse else value.facts.items():
        if fact.truth is not None:
            reader.read(key)
            reader.tokens.append(fact.truth)


def _is_blank(value: Unknown) -> bool:
    return (
        value.truth is None
        and value.number is None
        and value.tensor is None
        and value.params is None
        and value.optimizer is None
        and not value.cuts
        and not value.attrs
        and not value.facts
    )


def _instance(reader: _Reader, value: Instance) -> None:
    reader.tokens.append(value.tainted_by is None)
    reader.read(value.cls)
    reader.items(value.attrs)
    reader.read(value.payload)
    reader.read(value.optimizer)


def _collection(reader: _Reader, value: ListValue | SetValue) -> None:
    items = value.items
    if value.open and reader.coarse:  # it holds some of many: which ones matters little
        items = items[-1:]
    reader.tokens += [len(items), value.open]
    for item in items:
        reader.read(item)
    if isinstance(value, ListValue):
        reader.read(value.size)


def _mapping(reader: _Reader, value: DictValue) -> None:
    reader.tokens += [len(value.items), value.open]
    for key, item in value.items.items():
        reader.read(key)
        reader.read(item)


def _tensor(reader: _Reader, value: Tensor) -> None:
    plain = value.requires_grad_flag is False and value.grad_fn is None and value.view is None
    if reader.coarse and plain:
        reader.tokens += [value.dtype, value.shape, value.inference, value.boxed]
        return
    reader.tokens += [
        value.requires_grad_flag, value.dtype, value.shape, value.retains_grad, value.inference,
        value.overlapping, value.at_version,
    ]  # fmt: skip
    for leaf in value.provenance.gradients:
        reader.read(leaf)
    reader.tokens += [
        hash(frozenset(event.moment.site for event in value.provenance.passes)),
        hash(frozenset((cut.how, cut.moment.site) for cut in value.provenance.cuts)),
    ]
    reader.read(value.storage)
    reader.read(value.grad_fn)
    reader.read(value.gradient)
    if value.view is not None:
        reader.tokens.append(value.view.kind)
        reader.read(value.view.base)


def _storage(reader: _Reader, value: Storage) -> None:
    reader.tokens.append(value.version)


def _node(reader: _Reader, value: Node) -> None:
    reader.tokens += [value.op, value.freed_by is None, len(value.walked_by)]
    for edge in value.inputs:
        reader.read(edge)
    for saved in value.saved:
        reader.tokens.append(saved.version)
        reader.read(saved.storage)


def _gradient(reader: _Reader, value: Gradient) -> None:
    reader.tokens += [
        value.clean, value.none, bool(value.backwards), bool(value.steps), value.stale is None,
        value.tainted_by is None,
    ]  # fmt: skip


def _optimizer(reader: _Reader, value: Optimizer) -> None:
    reader.tokens.append(value.tainted_by is None)
    for leaf in value.params:
        reader.read(leaf)


def _function(reader: _Reader, value: Function) -> None:
    reader.tokens.append(id(value.node))
    if value.scope.kind != "module":
        reader.read(value.scope)


def _bound(reader: _Reader, value: Bound) -> None:
    reader.read(value.function)
    reader.read(value.receiver)


def _method(reader: _Reader, value: Method) -> None:
    reader.tokens.append(value.name)
    reader.read(value.receiver)


def _partial(reader: _Reader, value: Partial) -> None:
    reader.read(value.function)
    for item in (*value.args, *value.kwargs.values()):
        reader.read(item)


def _super(reader: _Reader, value: Super) -> None:
    reader.read(value.receiver)


def _iterator(reader: _Reader, value: Iterator) -> None:
    reader.tokens += [value.position, value.exhausted]
    reader.read(value.source)


def _generator(reader: _Reader, value: Generator) -> None:
    reader.tokens.append(value.position)
    for item in value.items or ():
        reader.read(item)


def _grad_mode(reader: _Reader, value: GradMode) -> None:
    reader.tokens.append(value.kind)


def _descriptor(reader: _Reader, value: StaticMethod | ClassMethod) -> None:
    reader.read(value.function)


def _property(reader: _Reader, value: Property) -> None:
    reader.read(value.getter)
    reader.read(value.setter)


def _named(reader: _Reader, value: Native | PyModule | Class) -> None:
    reader.tokens.append(value.name)


def _series(reader: _Reader, value: Series) -> None:
    reader.tokens.append(value.length)


_WRITE: dict[type, Callable[[_Reader, Any], None]] = {
    Scope: _scope, Unknown: _unknown, Instance: _instance, ListValue: _collection,
    SetValue: _collection, DictValue: _mapping, Tensor: _tensor, Storage: _storage, Node: _node,
    Gradient: _gradient, Optimizer: _optimizer, Function: _function, Bound: _bound,
    Method: _method, Partial: _partial, Super: _super, Iterator: _iterator,
    Generator: _generator, GradMode: _grad_mode, Native: _named, PyModule: _named, Class: _named,
    Series: _series, StaticMethod: _descriptor, ClassMethod: _descriptor, Property: _property,
}  # fmt: skip
