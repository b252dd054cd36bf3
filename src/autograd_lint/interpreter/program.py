"""The exploration of a program: its top level first, then whatever nothing has called."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from autograd_lint.autograd.engine import Stop
from autograd_lint.autograd.events import Event
from autograd_lint.failure import Failure
from autograd_lint.interpreter import (  # noqa: F401 - they register what they provide
    arguments,
    calls,
    classes,
    expressions,
    match,
    statements,
)
from autograd_lint.interpreter.imports import Importer
from autograd_lint.interpreter.library import lightning
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.paths import Budget, GivenUp, Merged, Paths
from autograd_lint.interpreter.rehearsal import is_model, is_worthwhile, rehearse
from autograd_lint.interpreter.relevance import acts, closure, names_in
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Bound,
    Class,
    ClassMethod,
    Function,
    Instance,
    Property,
    PyModule,
    StaticMethod,
    Value,
)
from autograd_lint.syntax import tree

if TYPE_CHECKING:
    from autograd_lint.source import SourceFile


class Watcher(Protocol):
    """What looks on while a program is executed."""

    def observe(self, event: Event) -> None:
        """Take note of an event; raises `Stop` where torch would raise."""

    def path_begins(self, machine: Machine) -> None:
        """Another path of a root begins."""

    def path_ends(self) -> None:
        """The path has been executed, to its end or to where it stops."""

    def root_ends(self, complete: bool) -> None:
        """All paths of a root have been executed, or not all of them."""


_ENDS = (Raised, Stop, Merged, GivenUp, RecursionError)
"""How a path may end before its time; any other exception is a mistake of ours."""
_PROGRAM = 8
"""A program's top level is executed once for all its functions, and may take as much more."""


@dataclass(slots=True)
class Explored:
    """What was executed of a program, and what was given up."""

    functions: int = 0
    reached: frozenset[int] = frozenset()
    """The lines whose statements were executed to their end, on some path."""
    given_up: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    """Mistakes in the interpreter."""

    def fail(self, name: str, source: SourceFile, pos: tree.Position, error: Exception) -> None:
        """Note that an exception has ended what `name` stands for."""
        line, column, _, _ = pos
        place = source.place((line, column, line, column + 1))
        self.failures.append(Failure.of(f"`{name}`", place, error))


@dataclass(frozen=True, slots=True)
class _Root:
    """A function that nothing has called, and the class that it is a method of."""

    name: str
    function: Function
    cls: Class | None


def explore(
    source: SourceFile,
    blocks: Sequence[tuple[tree.Stmt, ...]],
    importer: Importer,
    watcher: Watcher,
    budget: Budget,
) -> Explored:
    """Execute a program symbolically; `blocks` are its cells, or the file as one."""
    machine = Machine(source, importer, watcher.observe, budget)
    explored = Explored()

    def top_level(scope: Scope) -> None:
        for block in blocks:
            try:
                machine.execute(block, scope)
            except (Raised, Stop):
                if len(blocks) == 1:
                    raise

    _explore_root(
        machine, watcher, explored, "<module>", None,
        lambda: top_level(_module_scope(machine, source)),
    )  # fmt: skip
    scope = _base(machine, explored, source, blocks)
    done: set[int] = set()
    receivers: dict[int, Value] = {}
    roots = _relevant(list(_roots(scope)))
    referenced = _referenced(roots)
    for entries_only in (True, False):
        for root in roots:
            node = root.function.node
            if id(node) in machine.called or id(node) in done:
                continue
            if entries_only and root.function.node.name in referenced:
                continue
            done.add(id(node))
            receiver = _receiver(machine, explored, root, receivers, scope)
            _explore_root(
                machine, watcher, explored, root.name, root.function,
                _caller(machine, root, receiver), scope,
            )  # fmt: skip
    for cls in reversed(_classes(scope)):
        if is_worthwhile(machine, cls):
            _explore_root(
                machine, watcher, explored, f"{cls.name}()", None,
                partial(rehearse, machine, cls), scope,
            )  # fmt: skip
    explored.functions = len(machine.called)
    explored.reached = frozenset(machine.reached)
    return explored


def _module_scope(machine: Machine, source: SourceFile) -> Scope:
    scope = Scope(machine.epoch, "module", source)
    machine.start_path(scope)
    return scope


def _base(
    machine: Machine,
    explored: Explored,
    source: SourceFile,
    blocks: Sequence[tuple[tree.Stmt, ...]],
) -> Scope:
    """Execute the top level once more, to leave behind the names that functions see."""
    scope = Scope(0, "module", source)
    path = source.absolute
    folder = str(path.parent) if path.name == "__init__.py" else None
    machine.importer.modules.setdefault(str(path), PyModule(0, source.path, scope, folder))
    paths = Paths(Budget(paths=1, steps=machine.budget.steps))
    with machine.aside(paths, scope), contextlib.suppress(Merged, GivenUp, RecursionError):
        for block in blocks:
            with contextlib.suppress(Raised, Stop):
                for statement in block:
                    try:
                        machine.execute((statement,), scope)
                    except _ENDS:
                        raise
                    except Exception as error:
                        explored.fail("<module>", source, statement.pos, error)
    return scope


def _explore_root(
    machine: Machine,
    watcher: Watcher,
    explored: Explored,
    name: str,
    function: Function | None,
    run: Callable[[], None],
    scope: Scope | None = None,
) -> None:
    """Execute all paths of one root; those of the program itself, whose top level is no function and
    has no scope that was made before it, with a larger budget."""
    budget = machine.budget if scope is not None else machine.budget.times(_PROGRAM)
    paths = machine.paths = Paths(budget)
    reason: str | None = None
    while paths.begin():
        machine.journal.begin()
        if scope is not None:
            machine.start_path(scope)
        watcher.path_begins(machine)
        try:
            run()
            machine.autograd.finish()
        except (Raised, Stop, Merged):
            pass
        except GivenUp:
            reason = f"more than {paths.budget.steps} steps"
        except RecursionError:
            reason = "calls nested too deeply"
        except Exception as error:  # it must not cost the other functions
            reason = "internal error"
            if function is None:
                explored.fail(name, machine.source, machine.pos, error)
            else:
                explored.fail(name, function.scope.source, function.node.pos, error)
        finally:
            watcher.path_ends()
            machine.journal.rollback()
        if reason is not None:
            break
    if reason is None and paths.dropped:
        reason = f"more than {paths.budget.paths} paths"
    if reason is not None:
        explored.given_up.append((name, reason))
    watcher.root_ends(reason is None and not paths.widened)


def _receiver(
    machine: Machine, explored: Explored, root: _Root, made: dict[int, Value], scope: Scope
) -> Value | None:
    """Return an object of a root's class, made once for all of its methods; `None` for a function.

    A constructor that is itself the root gets a bare object.
    """
    cls = root.cls
    if cls is None:
        return None
    if root.function.node.name == "__init__":
        return Instance(0, cls)
    if id(cls) not in made:
        called = set(machine.called)  # what is not observed is to be executed once more
        with machine.aside(Paths(Budget(paths=1, steps=machine.budget.steps)), scope):
            try:
                made[id(cls)] = arguments.instance(machine, cls)
            except Exception as error:
                made[id(cls)] = Instance(0, cls)
                if not isinstance(error, _ENDS):
                    place = root.function
                    explored.fail(f"{cls.name}()", place.scope.source, place.node.pos, error)
        machine.called = called
    return made[id(cls)]


def _caller(machine: Machine, root: _Root, receiver: Value | None) -> Callable[[], None]:
    """Return what calls a root, with arguments of which nothing is known."""

    def run() -> None:
        args: list[Value] = [] if receiver is None else [receiver]
        if arguments.is_custom_function(root.function.owner):
            machine.autograd.grad_enabled = False
        function = root.function
        machine.autograd.mode_assumed = function.owner is None or function.node.name not in (
            "forward",
            "__init__",
        )
        machine.autograd.mode_of_users = machine.autograd.mode_assumed and is_model(root.cls)
        given = arguments.unknown_arguments(machine, root.function, args, root.cls)
        if root.function.node.name == "training_step" and lightning.is_optimized_by_hand(receiver):
            lightning.fit(machine, receiver)
            return
        result = machine.call(root.function, args, given)
        if result is not None:
            machine.autograd.returned(calls.tensors_in([result]), machine.returned_at)
        if isinstance(result, Function):  # the caller gets what it made, and calls it
            machine.escaped.append(result)
        for escaped in machine.escaped[:8]:
            if id(escaped.node) not in machine.called:
                machine.call(escaped, [], arguments.unknown_arguments(machine, escaped, [], None))

    return run


def _roots(scope: Scope) -> Iterable[_Root]:
    """Return the functions of a module, and the methods of its classes."""
    for name, value in scope.names.items():
        if isinstance(value, Class):
            if value.scope.module is not scope:
                continue
            for attribute, method in value.attrs.items():
                function, is_method = _unwrap(method)
                if function is not None and attribute != "__init__":
                    yield _Root(f"{name}.{attribute}", function, value if is_method else None)
            init, _ = _unwrap(value.attrs.get("__init__"))
            if init is not None:
                yield _Root(f"{name}.__init__", init, value)
        else:
            function, _ = _unwrap(value)
            if function is not None and function.scope.module is scope:
                yield _Root(name, function, None)


def _classes(scope: Scope) -> list[Class]:
    """Return the classes that a module defines, in order."""
    return [
        value
        for value in scope.names.values()
        if isinstance(value, Class) and value.scope.module is scope
    ]


def _unwrap(value: Value) -> tuple[Function | None, bool]:
    """Return the function behind a descriptor, and whether it takes an object."""
    if isinstance(value, Function):
        return value, True
    if isinstance(value, StaticMethod):
        return _unwrap(value.function)[0], False
    if isinstance(value, ClassMethod):
        return _unwrap(value.function)[0], True
    if isinstance(value, Property):
        return _unwrap(value.getter)[0], True
    if isinstance(value, Bound):
        return _unwrap(value.function)[0], False
    return None, False


def _referenced(roots: Iterable[_Root]) -> set[str]:
    """Return the names of functions that other functions speak of."""
    found: set[str] = set()
    for root in roots:
        own = root.function.node.name
        found.update(name for name in names_in(root.function.node.body) if name != own)
    return found


def _relevant(roots: Sequence[_Root]) -> list[_Root]:
    """Return those roots that could matter to autograd.

    The methods of a class count together: what one of them builds, another one runs.
    """
    units: dict[str, list[tree.Function]] = {}
    for root in roots:
        name = root.cls.name if root.cls is not None else root.function.node.name
        units.setdefault(name, []).append(root.function.node)
    speaks_of = {
        name: frozenset(spoken for node in nodes for spoken in names_in(node))
        for name, nodes in units.items()
    }
    acting = [name for name, nodes in units.items() if acts(tuple(nodes))]
    of_classes = {root.cls.name for root in roots if root.cls is not None}
    matter = closure(acting, speaks_of)
    relevant = []
    for root in roots:
        node = root.function.node
        if root.cls is not None:
            matters = root.cls.name in matter
        else:
            spoken = speaks_of[node.name] - of_classes
            matters = node.name in acting or bool(spoken & (matter - of_classes))
        if matters:
            relevant.append(root)
    return relevant
