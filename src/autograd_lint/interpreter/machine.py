"""The machine: the state of one execution, and the steps that everything else is made of.

What a statement, an expression, a call or an attribute *does* stands in the modules beside this
one, each registered under the type that it serves; here they find one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from autograd_lint.autograd.engine import Autograd, Stop
from autograd_lint.autograd.events import Backward, Event, Moment, Round
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.tensor import Defect, Node, Storage, Tensor
from autograd_lint.interpreter.liveness import Mentions
from autograd_lint.interpreter.paths import Budget, GivenUp, Paths
from autograd_lint.interpreter.relevance import gives, uses
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Class,
    Counted,
    DictValue,
    Function,
    Instance,
    ListValue,
    SetValue,
    Torch,
    Unknown,
    Value,
)
from autograd_lint.syntax import tree

if TYPE_CHECKING:
    from autograd_lint.autograd.provenance import Cut
    from autograd_lint.interpreter.imports import Importer
    from autograd_lint.source import SourceFile


@dataclass(frozen=True, slots=True)
class Site:
    """A stretch of a source file: what the model carries about as the place of an event."""

    source: SourceFile
    pos: tree.Position
    dispatched: bool = False
    """Whether a method is called there that the caller's own class does not know: a hook that a
    subclass or mixin fills in."""


@dataclass(slots=True)
class Signal:
    """Why a block was left before its end: ``break``, ``continue`` or ``return``."""

    kind: str
    value: Value = None


BREAK = Signal("break")
CONTINUE = Signal("continue")


class Raised(Exception):  # noqa: N818 - it is the program's exception
    """The program raises."""

    def __init__(self, value: Value, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.value = value
        self.names = names
        """The names of the exception's class and its bases; empty if not known."""


_Node = TypeVar("_Node", bound=tree.Node)
Evaluate = Callable[["Machine", Any, Scope], Value]
Execute = Callable[["Machine", Any, Scope], "Signal | None"]

EVALUATE: dict[type[tree.Node], Evaluate] = {}
EXECUTE: dict[type[tree.Node], Execute] = {}


def evaluates(
    kind: type[_Node],
) -> Callable[[Callable[[Machine, _Node, Scope], Value]], Evaluate]:
    """Register a function as what evaluates an expression of this kind."""

    def register(function: Callable[[Machine, _Node, Scope], Value]) -> Evaluate:
        EVALUATE[kind] = function
        return function

    return register


def executes(
    kind: type[_Node],
) -> Callable[[Callable[[Machine, _Node, Scope], Signal | None]], Execute]:
    """Register a function as what executes a statement of this kind."""

    def register(function: Callable[[Machine, _Node, Scope], Signal | None]) -> Execute:
        EXECUTE[kind] = function
        return function

    return register


_FORKS = 4
"""So often a condition is tried both ways on one path: a loop asks the same one round after round."""
_STEPS_OF_A_SUM = 4
"""So many operations may make one step of a sum that goes on from round to round."""
_ITEMS_A_STEP = 32
"""To copy so many takes about as long as a step."""
_ITEMS_A_LEAF = 4
"""To look after a leaf takes as long as to copy so many items."""
_RECURSION = 4
"""So often a function is entered while it is running: nested data is seldom nested deeper."""


def _ignore(event: Event) -> None:
    """Observe nothing."""


def _is_part_of_model(function: Function) -> bool:
    """Whether a function computes for a model, other than as a step of its training."""
    name, owner = function.node.name, function.owner
    if name.endswith("_step") or name.startswith("on_"):
        return False
    return name == "forward" or (owner is not None and _MODULE in owner.mro)


_MODULE = Torch("torch.nn.Module")


@dataclass(slots=True)
class Loop:
    """A loop under way."""

    number: int
    predicates: dict[object, Callable[[int], bool]]
    """Conditions on its counter that were asked, as functions of the round."""
    whole: bool = False
    """Whether all of its rounds are run."""


@dataclass(slots=True)
class Frame:
    """A call under way."""

    scope: Scope
    entered: int
    """How many decisions had been made when it was entered."""
    statement: int = 0
    """How many had been made when the statement under way began."""
    under_way: tree.Node | None = None
    """That statement."""


class Machine:
    """One execution of a program, over values some of which are not known."""

    def __init__(
        self, source: SourceFile, importer: Importer, observe: Callable[[Event], None],
        budget: Budget,
    ) -> None:  # fmt: skip
        self.autograd = Autograd(self.now, observe)
        self.journal = self.autograd.journal
        self.importer = importer
        self.budget = budget
        self.paths = Paths(budget)
        self.source = source
        self.pos: tree.Position = (1, 0, 1, 0)
        self.calls: tuple[Site, ...] = ()
        self.running: list[Function] = []
        self.frames: list[Frame] = []
        self.escaped: list[Function] = []
        """Functions of the program that were handed to unseen code."""
        self.defined: dict[int, Value] = {}
        """What each `def` (by the identity of its tree node) has made first."""
        self.rounds: tuple[Round, ...] = ()
        self.loops: dict[int, Loop] = {}
        self.guards = 0
        self.yield_to: Callable[[Value], Value] | None = None
        self.forks: dict[tuple[SourceFile, tree.Position], tuple[int, bool]] = {}
        """How often on this path an open condition was asked, by its place, and the last answer."""
        self.guesses = 0
        """How often on this path one of several values was taken, without trying the others."""
        self.aliases: dict[Instance | Unknown, Moment] = {}
        """Of modules that got a second name: where they did."""
        self.standing_aliases: dict[Instance | Unknown, Moment] = {}
        """Those that got it before any path: in the constructor of an object that methods share."""
        self.twins: dict[Storage, Moment] = {}
        """Of parameters that are gone through side by side with themselves: where that comes from."""
        self.examined: dict[tuple[int, tuple[bool, ...]], Defect | None] = {}
        """The custom functions (their classes, by identity) whose backward was looked at."""
        self.returned_at = Moment(Site(source, self.pos), ())
        """Where the last function has returned."""
        self.trivial = False
        """Whether a number was assumed to be one on this path: every N-th round is every round."""
        self.optimizers: list[Optimizer] = []
        """Those that have been made so far."""
        self.unseen_leaves: list[Tensor] = []
        """Those that stand for the parameters of something unseen, which may be the same ones."""
        self.called: set[int] = set()
        """The functions (their tree nodes, by identity) that have been entered."""
        self.spoken: dict[tuple[int, str], bool] = {}
        """Whether functions (their tree nodes, by identity) give arguments of some names."""
        self.uses: dict[int, dict[str, set[str]]] = {}
        """Of each function and class (its tree node, by identity) that was asked."""
        self.kept_unknown: dict[Unknown, tuple[str, tuple[Round, ...], Moment]] = {}
        """What was kept beyond its round, not known to be a tensor: how, by what, and where."""
        self.patches = DictValue(0, {})
        """What the program itself has set as attributes of torch's classes."""
        self.played: set[Class] = set()
        """The classes of the program's whose objects were called as models."""
        self.stores: list[tuple[Value, Moment]] | None = None
        """What objects were given as attributes, and where, while that is asked for."""
        self.program = source
        self.reached: set[int] = set()
        """The lines of the program whose statements were executed to their end while observed."""
        self.mentions: dict[int, Mentions] = {}
        """Of each function (its tree node, by identity) that was asked, where it mentions names."""
        self._loop_number = 0

    # Where we are

    @property
    def epoch(self) -> int:
        """The journal's epoch, which every new value bears."""
        return self.journal.epoch

    def now(self) -> Moment:
        """Return where the execution is."""
        counted = False
        for loop in self.loops.values():
            if loop.predicates:
                counted = True
                break
        site = Site(self.source, self.pos)
        return Moment(site, self.rounds, self.guards > 0, self.calls, counted)

    def start_of(self, function: Function) -> Moment:
        """Return where a function begins."""
        return Moment(Site(function.scope.source, function.node.pos), self.rounds)

    def start_path(self, scope: Scope) -> None:
        """Forget what belongs to one path, and begin in this scope."""
        self.source = scope.source
        self.calls = ()
        self.running = []
        self.frames = [Frame(scope, 0)]
        self.escaped = []
        self.rounds = ()
        self.loops = {}
        self.guards = 0
        self.yield_to = None
        self.guesses = 0
        self.forks = {}
        self.trivial = False
        self.examined = {}
        self.aliases = dict(self.standing_aliases)
        self.twins = {}
        self.optimizers = [made for made in self.optimizers if made.epoch == 0]
        self.unseen_leaves = [leaf for leaf in self.unseen_leaves if leaf.epoch == 0]
        self.autograd.grad_enabled = True
        self.autograd.inference = False
        self.autograd.log = []
        self.autograd.used = set()
        self.autograd.cuts_met = set()
        self.autograd.kept = set()
        self.autograd.taken = set()
        self.autograd.tied = set()
        self.kept_unknown = {}
        self.autograd.checked = None
        self.autograd.off = None
        self.autograd.mode_assumed = self.autograd.mode_of_users = False

    # Execution

    def evaluate(self, node: tree.Node, scope: Scope) -> Value:
        """Return the value of an expression."""
        return EVALUATE[type(node)](self, node, scope)

    def execute(self, statements: Sequence[tree.Node], scope: Scope) -> Signal | None:
        """Execute statements one after the other, until one leaves the block."""
        frame = self.frames[-1]
        for statement in statements:
            self.paths.step()
            self.pos = statement.pos
            began = frame.statement = self.paths.position
            if scope is frame.scope:  # a generator's consumer runs within the generator's frame
                frame.under_way = statement
            signal = EXECUTE[type(statement)](self, statement, scope)
            if (
                self.source is self.program
                and self.autograd.observe is not _ignore
                and not isinstance(statement, tree.Function | tree.Class)  # what is in it is not
            ):
                self.reached.add(statement.pos[0])
            if signal is not None:
                return signal
            if self.paths.position > began:
                frame.statement = began
                if scope is frame.scope:
                    frame.under_way = statement
                self.join(statement)
        return None

    def join(self, statement: tree.Node) -> None:
        """Come to the end of a statement in which something was decided.

        Raises:
            Merged: if another path has been here in the same state.
        """
        from autograd_lint.interpreter.merging import join

        join(self, statement)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Within this, the program catches what torch raises."""
        self.guards += 1
        try:
            yield
        finally:
            self.guards -= 1

    @contextmanager
    def unobserved(self) -> Iterator[None]:
        """Within this, nothing that happens is told of; what the program raises is the end of it."""
        autograd = self.autograd
        here = (autograd.observe, autograd.log, self.pos)
        autograd.observe, autograd.log = _ignore, []
        try:
            yield
        except (Raised, Stop):
            pass
        finally:
            autograd.observe, autograd.log, self.pos = here

    @contextmanager
    def enter(self, function: Function, scope: Scope) -> Iterator[None]:
        """Within this, the body of a function is executed."""
        here = (self.source, self.pos, self.calls, self.yield_to, self.rounds)
        caller = self.running[-1].owner if self.running else None
        hook = (
            function.owner is not None and caller is not None and function.owner not in caller.mro
        )
        dispatched = hook and self.frames[-1].scope.receiver is scope.receiver
        self.calls = (*self.calls, Site(self.source, self.pos, dispatched))
        self.running.append(function)
        self.frames.append(Frame(scope, self.paths.position))
        self.called.add(id(function.node))
        self.source = scope.source
        self.yield_to = None
        try:
            yield
        finally:
            self.source, self.pos, self.calls, self.yield_to, self.rounds = here
            self.running.pop()
            self.frames.pop()

    @contextmanager
    def aside(self, paths: Paths, scope: Scope) -> Iterator[None]:
        """Within this, something is executed that outlives the path under way, unobserved."""
        autograd = self.autograd
        here = (
            self.paths, self.frames, self.running, self.calls, self.rounds, self.source, self.pos,
            self.yield_to, self.guards,
        )  # fmt: skip
        model = (self.journal.epoch, autograd.observe, autograd.grad_enabled, autograd.inference)
        self.paths, self.frames, self.running = paths, [Frame(scope, 0)], []
        self.calls, self.rounds, self.source, self.yield_to = (), (), scope.source, None
        self.journal.epoch, autograd.observe = 0, _ignore
        autograd.grad_enabled, autograd.inference = True, False
        try:
            yield
        finally:
            (
                self.paths, self.frames, self.running, self.calls, self.rounds, self.source,
                self.pos, self.yield_to, self.guards,
            ) = here  # fmt: skip
            (
                self.journal.epoch, autograd.observe, autograd.grad_enabled, autograd.inference
            ) = model  # fmt: skip

    def may_enter(self, function: Function) -> bool:
        """Whether a call is to be executed: not too deep, and not within itself too often."""
        node = function.node
        return (
            len(self.running) < self.budget.depth
            and sum(1 for other in self.running if other.node is node) < _RECURSION
        )

    def new_loop(self, *, whole: bool = False) -> Loop:
        """Start a loop; `whole` if all of its rounds are run."""
        self._loop_number += 1
        loop = Loop(self._loop_number, {}, whole)
        self.loops[loop.number] = loop
        return loop

    # Values

    def unknown(
        self, hint: str = "", deps: Sequence[Tensor] = (), owner: Unknown | None = None
    ) -> Unknown:
        """Make a value that is not known."""
        made = Unknown(self.epoch, hint, tuple(deps), owner)
        if owner is not None:
            made.cuts = owner.cuts
        return made

    def number(self, cuts: frozenset[Cut]) -> Unknown:
        """Make a number, or an array of numbers, that was computed from what has been cut."""
        made = self.unknown("number")
        made.cuts = cuts
        return made

    def list(self, items: Sequence[Value], *, is_open: bool = False) -> ListValue:
        """Make a list."""
        return ListValue(self.epoch, list(items), is_open, self.rounds)

    def uses_in(self, node: tree.Node) -> dict[str, set[str]]:
        """Return which attributes a function or class asks names for, and `self.x`."""
        if id(node) not in self.uses:
            self.uses[id(node)] = uses(node)
        return self.uses[id(node)]

    def speaks_of(self, keyword: str) -> bool:
        """Whether the function that is running gives some call an argument of this name."""
        if not self.running:
            return False
        node = self.running[-1].node
        key = (id(node), keyword)
        if key not in self.spoken:
            self.spoken[key] = gives(node, keyword)
        return self.spoken[key]

    def size_of(self, value: ListValue | Unknown) -> Unknown:
        """Return what `len` gives for something of which not all is known: always the same."""
        if isinstance(value, ListValue):
            if value.size is None:
                self.journal.touch(value)
                value.size = self.unknown("number")
            return value.size
        size: Unknown | None = value.attrs.get("len()")
        if size is None:
            self.journal.touch(value)
            size = value.attrs["len()"] = self.unknown("number")
        return size

    def copy(self, size: int) -> None:
        """Count what it takes to copy so many items: a program may double a list over and over.

        Raises:
            GivenUp: if that was too much.
        """
        if size >= _ITEMS_A_STEP:
            self.paths.step(size // _ITEMS_A_STEP)

    def grow(self, value: ListValue, items: Sequence[Value], at: int | None = None) -> None:
        """Put items into a list; where rounds of a loop are left out, there would be more."""
        self.journal.touch(value)
        at = len(value.items) if at is None else at
        value.items[at:at] = items
        loop = self._outlived(value)
        if loop is None:
            return
        value.open = value.open or not loop.whole
        for item in () if value.bounded or value.measured else items:
            for part in item if isinstance(item, tuple) else (item,):
                if isinstance(part, Tensor | Unknown):
                    self.keep(part, "appended", value.rounds)

    def keep(self, value: Tensor | Unknown, how: str, born: tuple[Round, ...]) -> None:
        """Tell that a tensor is kept beyond its round; what a model keeps in its methods is its own.

        What is not known may turn out to be one, when something goes backward from it.
        """
        if any(_is_part_of_model(function) for function in self.running):
            return
        if isinstance(value, Tensor):
            self.autograd.keep(value, how, born)
        elif value.tensor is not None:
            self.autograd.keep(value.tensor, how, born)
        elif value.hint == "output" and len(value.deps) == 1:
            self.autograd.keep(value.deps[0], how, born)
        else:
            self.kept_unknown[value] = (how, born, self.now())

    def keep_sum(self, before: Node, total: Tensor) -> None:
        """Tell that a sum is kept beyond its round, if it has gone on since an earlier one.

        `before` is its place in the graph before the last term; several steps of a round may lie
        between, as in `mean.mul_(0.9).add_(term)`.
        """
        node: Node | None = before
        for _ in range(_STEPS_OF_A_SUM):
            if node is None:
                break
            if node.moment.earlier_round_than(self.now()):
                self.keep(total, "summed", node.moment.rounds)
                break
            node = next((edge for edge in node.inputs if isinstance(edge, Node)), None)

    def goes_backward(self, value: Unknown) -> Tensor:
        """Take something unknown for the loss that it is, with a graph; return it."""
        if value.tensor is None and not value.deps:
            self.journal.touch(value)
            value.tensor = self.autograd.record("unseen code", [self.unseen_leaf()], opaque=True)
        tensor = self.tensor(value)
        assert tensor is not None
        kept = self.kept_unknown.pop(value, None)
        if kept is not None:
            self.autograd.keep(tensor, *kept)
        return tensor

    def note_alias(self, model: Instance | Unknown) -> None:
        """Note that a model gets a second name here."""
        self.aliases[model] = self.now()
        if self.epoch == 0:
            self.standing_aliases[model] = self.now()

    def note_tied(self, leaf: Tensor) -> None:
        """Note that something else takes a parameter's place.

        Where rounds of a loop are left out, so it does with the others that are made where it was.
        """
        running = [self.loops[r.loop] for r in self.rounds if r.loop in self.loops]
        if not all(loop.whole for loop in running):
            self.autograd.tied.add((leaf.moment.site, leaf.moment.calls))

    def _outlived(self, value: ListValue) -> Loop | None:
        """Return the outermost running loop whose round is not the one that a list was made in."""
        born = {round_.loop: round_.number for round_ in value.rounds}
        later = [r.loop for r in self.rounds if born.get(r.loop) != r.number]
        return next((self.loops[number] for number in later if number in self.loops), None)

    def dict(self, items: Mapping[Value, Value], *, is_open: bool = False) -> DictValue:
        """Make a dict."""
        return DictValue(self.epoch, dict(items), is_open)

    def native(self, cls: Value) -> Instance:
        """Make an object of a class of torch's, or of the program's."""
        return Instance(self.epoch, cls)

    def tensor(self, value: Value) -> Tensor | None:
        """Take a value for a tensor: an unknown one turns out to be one; `None` if it is none."""
        if isinstance(value, Tensor):
            return value
        if isinstance(value, Unknown):
            if value.tensor is None:
                self.journal.touch(value)
                value.tensor = self.opaque_tensor(value.deps)
                if value.hint == "input" and not value.deps:
                    value.tensor.requires_grad_flag = True  # as it does behind another layer
            return value.tensor
        return None

    def part_of(self, whole: Unknown) -> Unknown:
        """Make a part of something unknown: parts of what a call returns may have graphs of their own."""
        made = self.unknown(whole.hint, whole.deps, whole)
        node = whole.deps[0].grad_fn if len(whole.deps) == 1 else None
        if node is not None and node.opaque:
            if node.twice:
                self.journal.touch(node)
                node.twice = False
            made.deps = (self.opaque_tensor(whole.deps),)
        return made

    def opaque_tensor(self, deps: Sequence[Tensor] = (), weights: Sequence[Tensor] = ()) -> Tensor:
        """Make a tensor that unseen code has made, perhaps from these, and has saved its weights for."""
        if not deps:
            made = self.autograd.leaf(requires_grad=None)
            made.opaque = True
            return made
        saves = [("weight", weight) for weight in weights]
        made = self.autograd.record("unseen code", deps, saves, opaque=True)
        if made.grad_fn is not None:
            made.requires_grad_flag = None
        return made

    def unseen_leaf(self) -> Tensor:
        """Make a leaf that stands for all parameters that something unseen may hold."""
        leaf = self.autograd.leaf(requires_grad=True)
        leaf.opaque = True
        self.unseen_leaves.append(leaf)
        return leaf

    def reach_unseen(self, event: Backward) -> None:
        """A backward that went through unseen code may have filled any unseen gradient."""
        self.copy(_ITEMS_A_LEAF * len(self.unseen_leaves))
        if event.complete:
            return
        for leaf in self.unseen_leaves:
            if leaf not in event.leaves:
                self.autograd.accumulate(leaf, event)

    def zeroed_unseen(self, *, by_module: bool) -> None:
        """What zeroes something unseen may have zeroed the gradients of anything unseen.

        A module may own what any optimizer holds; an optimizer may hold what any module owns, but
        two optimizers seldom hold the same parameters.
        """
        self.copy(_ITEMS_A_LEAF * len(self.unseen_leaves))
        leaves = [leaf for leaf in self.unseen_leaves if by_module or leaf.is_parameter]
        if leaves:
            self.autograd.zero(leaves)

    def optimizer(self, value: Value) -> Optimizer | None:
        """Return the optimizer that a value is, or has turned out to be."""
        if isinstance(value, Instance | Unknown):
            return value.optimizer
        return None

    def turn_into_optimizer(self, value: Unknown) -> Optimizer:
        """Let something unknown turn out to be an optimizer, by how it is used."""
        if value.optimizer is None:
            self.journal.touch(value)
            leaf = self.unseen_leaf()
            value.optimizer = Optimizer("optimizer", [leaf], self.now(), self.epoch, complete=False)
        return value.optimizer

    # Conditions

    def truth(self, value: Value) -> bool:
        """Decide whether a value counts as true."""
        if isinstance(value, Counted):
            self.ask_counter(value, bool)
            return value != 0
        if isinstance(value, Unknown):
            return self.decide(value)
        if isinstance(value, ListValue | SetValue | DictValue):
            if value.items:
                return True
            return bool(self.paths.choose(2)) if value.open else False
        if isinstance(value, Tensor):
            return self._fork()
        if isinstance(value, Instance):
            return self.truth_of_instance(value)
        if value is None or isinstance(value, bool | int | float | complex | str | bytes | tuple):
            return bool(value)
        return True

    def truth_of_instance(self, value: Instance) -> bool:
        """Decide by `__bool__` or `__len__`, where the class has one."""
        from autograd_lint.interpreter.attributes import class_attribute

        for name in ("__bool__", "__len__"):
            method = class_attribute(value.cls, name)
            if isinstance(method, Function):
                return self.truth(self.call(method, [value], {}))
        return True

    def decide(self, condition: Unknown) -> bool:
        """Decide a condition that is not known, the same way each time."""
        if condition.truth is None:
            known = self._implied(condition)
            if known is None:
                first = condition.prefers is not False
                known = first if self._fork() else not first
            self.journal.touch(condition)
            condition.truth = known
        return condition.truth

    def _fork(self) -> bool:
        """Try an open condition both ways, true first; where it is asked often, the last answer stays."""
        here = (self.source, self.pos)
        times, answer = self.forks.get(here, (0, True))
        if times < _FORKS:
            answer = self.paths.choose(2) == 0
        else:
            self.paths.widened = True
        self.forks[here] = (times + 1, answer)
        return answer

    def _implied(self, condition: Unknown) -> bool | None:
        if condition.number is not None:
            return condition.number != 0
        if condition.tensor is not None or condition.optimizer is not None:
            return True if condition.optimizer is not None else None
        none = condition.facts.get(("is", None))
        if none is not None and none.truth:
            return False
        return None

    def ask_counter(self, number: Counted, predicate: Callable[[int], bool]) -> None:
        """Note a condition on a loop's counter, so that the loop goes on until it changes."""
        loop = self.loops.get(number.loop)
        if loop is not None:
            at = number.at
            loop.predicates[self.source, self.pos] = lambda count: predicate(at(count))

    def sample(self, value: Unknown) -> int:
        """Let an unknown number that is used with a counter take a small value."""
        if value.number is None:
            if value.follows is not None:
                base, follow = value.follows
                number = follow(self.sample(base))
            else:
                number = 2 - self.paths.choose(2)
                self.trivial = self.trivial or number == 1
            self.journal.touch(value)
            value.number = number
        return value.number

    # What the modules beside this one provide

    def call(self, function: Value, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
        """Call a value."""
        from autograd_lint.interpreter.calls import call

        return call(self, function, list(args), dict(kwargs))

    def method(self, receiver: Value, name: str, *args: Value) -> Value:
        """Call a method by its name."""
        from autograd_lint.interpreter.attributes import get_attribute

        return self.call(get_attribute(self, receiver, name), args, {})


__all__ = [
    "BREAK", "CONTINUE", "Class", "GivenUp", "Loop", "Machine", "Raised", "Signal", "Site", "Stop",
    "evaluates", "executes",
]  # fmt: skip
