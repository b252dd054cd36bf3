"""One watched run: what is looked at, what is remembered of it, and what is said in the end."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, TypeVar

import torch
from torch.overrides import _get_current_function_mode_stack

from autograd_lint.finding import Finding
from autograd_lint.sanitizer import (
    errors,
    functions,
    graph,
    infinite,
    lost,
    mistakes,
    modules,
    patches,
)
from autograd_lint.sanitizer.births import Births
from autograd_lint.sanitizer.claim import Claim, findings
from autograd_lint.sanitizer.cuts import Tainted, tensors
from autograd_lint.sanitizer.gradients import Gradients, Leaf, params
from autograd_lint.sanitizer.history import LEAF, Backward, Backwards, Nodes, Write, Writes
from autograd_lint.sanitizer.hooks import Hooks
from autograd_lint.sanitizer.keeping import Keeping
from autograd_lint.sanitizer.penalties import Penalties
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites, Stack, asks_for_none
from autograd_lint.sanitizer.training import Before, Training
from autograd_lint.sanitizer.watch import Watch, next_number, storage, transforms
from autograd_lint.sanitizer.weak import WeakTensors

T = TypeVar("T")
_COMPILED = "CompiledFunctionBackward"
"""The node of what torch.compile has compiled (torch/_functorch/_aot_autograd/runtime_wrappers.py)."""
_FAILURES = 10
"""How many of its own failures are remembered."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A backward, and what is known before it runs."""

    backward: Backward
    nodes: list[graph.Node]
    numbers: list[int]
    seen: list[Before]
    reached: frozenset[Leaf]
    """The leaves that it comes to, if that is of interest."""
    again: Backward | None
    """An earlier backward from the same roots."""
    is_compiled: bool
    """Whether torch.compile has compiled a part of it."""


class Session:
    """Watches the thread that enters it, until it leaves it.

    `program` are folders of installed code that is to be seen as the program's own. Of `every` n steps of
    optimizers, operations are watched in one.
    """

    def __init__(self, *, program: Iterable[str] = (), every: int = 1) -> None:
        self.sites = Sites(program)
        self.nodes = Nodes(next_number())
        self.writes = Writes()
        self.backwards = Backwards()
        self.gradients = Gradients()
        self.tainted = Tainted(self.gradients)
        self.training = Training(self.sites, self.gradients)
        self.losses = lost.Losses(self.sites, self.tainted, self.gradients, self.training)
        self.keeping = Keeping(self.sites, self.nodes, self.backwards)
        self.births = Births(self.sites)
        self.penalties = Penalties(self.sites)
        self.hooks = Hooks(self.sites)
        self.failures: list[str] = []
        """Tracebacks of what has gone wrong in looking: mistakes of autograd-lint's own."""
        self.failure: errors.Failure | None = None
        self.application: functions.Application | None = None
        """The custom Function that is being applied."""
        self.has_hooks = False
        """Whether any module was given hooks."""
        self.returned = NOWHERE
        """Where the latest custom backward returned."""
        self._claims: dict[tuple[str, Site], Claim] = {}
        self._scaled: WeakTensors[bool] = WeakTensors()
        self._hooked: WeakTensors[bool] | None = None
        """What was made within the backward that is running."""
        self._fills: Site | None = None
        """Where the backward that is running was called, if it fills all leaves that it comes to."""
        self._is_scaling = False
        self._scale = 1.0
        self.every = every
        self.steps = 0
        self.compiled = False
        """Whether compiled code was run, of which nothing is seen."""
        self._versions: dict[int, int] = {}
        self._watch = Watch(self)
        self._thread = threading.get_ident()
        self._open = ExitStack()

    def __enter__(self) -> Session:
        self._thread = threading.get_ident()
        self._open.enter_context(patches.applied(self))
        self._open.enter_context(self._watch)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        if error is not None:
            self.stopped(error)

    def stopped(self, error: BaseException) -> None:
        """The program has stopped by an error that nothing in it has caught."""
        self.keeping.stopped()
        for claim in errors.explain(error, self):
            self._claim(claim)

    def findings(self) -> list[Finding]:
        """What was seen until now, in the order of the source."""
        claims = [*self._claims.values(), *self.losses.claims()]
        is_rebuilt, explained = self.losses.is_rebuilt, self.losses.explained()
        claims += self.training.claims(is_rebuilt=is_rebuilt, explained=explained)
        claims += [mistakes.retained(self.sites, site) for site in self.backwards.kept_in_vain()]
        claims += self.keeping.claims(is_cut=is_rebuilt)
        claims += [
            *self.births.claims(self.training.is_held),
            *self.penalties.claims(),
            *self.hooks.claims(),
        ]
        return findings(claims, self.sites)

    @property
    def is_watched(self) -> bool:
        """Whether this is the thread that is watched, outside of the transforms of `torch.func`."""
        return threading.get_ident() == self._thread and transforms() is None

    @property
    def is_backward(self) -> bool:
        """Whether a backward is running."""
        return self._hooked is not None

    def here(self) -> Site:
        """Where the program is."""
        return self.sites.at(sys._getframe(1))

    def stack(self) -> Stack:
        """Where the program is, and how it has got there."""
        return self.sites.stack(sys._getframe(1))

    # What `Watch` sees

    def raised(self, error: Exception, args: tuple[Any, ...]) -> None:
        """An operation has raised."""
        if self.failure is None or not self.failure.is_about(error):
            self.failure = self.guarded(lambda: errors.of_operation(error, args, self))

    def wrote(self, tensor: torch.Tensor, write: Write, frame: FrameType) -> None:
        """Memory was written in place."""
        if str(frame.f_globals.get("__name__")).startswith("torch.optim"):
            return  # the step as a whole is what has written
        self.writes.add(storage(tensor), write)
        if self.application is not None and storage(tensor) in self.application.inputs:
            self.application.written.setdefault(storage(tensor), write.site)
        if write.how == "zero_":
            self.training.zeroed_gradient(tensor, self.sites.stack(frame))
        if self.gradients.known(tensor) is not None:
            self.training.written(tensor, self.sites.stack(frame))
        if self._hooked is not None and not self._hooked.get(tensor):
            claim = errors.written_in_hook(tensor, write, frame, self.sites)
            if claim is not None:
                self._claim(claim)

    def wrote_unseen(
        self, alias: torch.Tensor, original: torch.Tensor | None, write: Write
    ) -> None:
        """Memory was written through `.data`."""
        self.writes.add_unseen(storage(alias), write)
        if original is not None and self.gradients.known(original) is not None:
            self.training.written(original, self.sites.stack(sys._getframe(1)))

    def made_leaf(self, tensor: torch.Tensor, site: Site, *, by_force: bool) -> None:
        """A leaf was made that requires grad, or a tensor was made to."""
        self.losses.made_leaf(tensor, site, by_force=by_force)

    def left_torch(self, tensor: torch.Tensor, site: Site, how: str, name: str) -> None:
        """A value was taken out of its tensor."""
        cuts = self.tainted.cut([tensor], site, how, name)
        self.losses.left_torch(cuts, site, how, name)

    def read_grad(self, tensor: torch.Tensor, grad: torch.Tensor | None, frame: FrameType) -> None:
        """The program has read a gradient, if there was one."""
        if grad is not None:
            self.training.read(tensor)
            self._read_gradient(tensor, grad)
        elif not tensor.is_leaf and not tensor.retains_grad:
            site, is_asked = self.sites.at(frame), asks_for_none(frame)
            self.losses.read_nonleaf(tensor, site, self.nodes, is_asked=is_asked)

    def _read_gradient(self, tensor: torch.Tensor, grad: torch.Tensor) -> None:
        """What is read of something that no optimizer holds may become a term of a loss."""
        leaf = self.gradients.known(tensor)
        if leaf is not None and leaf.fills and not self.training.is_held(leaf):
            fill = leaf.fills[-1]
            self.penalties.computed([grad], [tensor], self.training.filled(fill), fill.site)

    def differentiated(
        self, gradients: list[torch.Tensor], targets: list[torch.Tensor], frame: FrameType
    ) -> None:
        """The program has called `torch.autograd.grad`."""
        site = self.sites.at(frame)
        cut = self.tainted.at(site, "grad")
        self.penalties.computed(gradients, targets, cut.behind if cut is not None else (), site)

    def zeroed(self, tensor: torch.Tensor, frame: FrameType) -> None:
        """A gradient was set to None."""
        self.training.zeroed(tensor, self.sites.stack(frame))

    # What `patches` see

    def backward(
        self, run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Run a backward, and look at what it comes to.

        `args` are those of `torch.autograd.graph._engine_run_backward`: roots, their gradients, whether the
        graph is kept, whether one is created, and what gradients are for.
        """
        frame = sys._getframe(1)
        stack = self.sites.stack(frame)
        plan = self.guarded(lambda: self._before(args, kwargs, stack))
        outer = self._hooked, self._fills
        self._hooked = WeakTensors()
        self._fills = stack[-1] if kwargs.get("accumulate_grad") and not args[4] else None
        with ExitStack() as open_:
            open_.callback(self._left_backward, *outer)
            if plan is not None:
                open_.enter_context(infinite.watched(plan.nodes, self))
            is_compiled = plan is not None and plan.is_compiled
            open_.enter_context(self.unwatched() if is_compiled else self._watching())
            try:
                result = run(*args, **kwargs)
            except Exception as error:
                if plan is not None:
                    raised = error
                    self.guarded(lambda: self._stopped(raised, plan))
                raise
        if plan is not None:
            self.guarded(lambda: self._after(plan, args, frame))
        return result

    def _left_backward(self, hooked: WeakTensors[bool] | None, fills: Site | None) -> None:
        """A backward has come to its end, and the one around it goes on."""
        self._hooked, self._fills = hooked, fills

    def _before(self, args: tuple[Any, ...], kwargs: dict[str, Any], stack: Stack) -> _Plan:
        """Look at the graph that a backward is to go through."""
        site = stack[-1]
        self._watch.catch_up(site)
        roots = [root for root in args[0] if isinstance(root, torch.Tensor)]
        starts = [node for node in map(graph.node_of, roots) if node is not None]
        nodes = graph.behind(starts)
        inner = graph.in_order(nodes)
        numbers = [node._sequence_nr() for node in inner]
        backward = Backward(
            index=self.backwards.count,
            stack=stack,
            clock=self._watch.last,
            roots=tuple(
                (n._sequence_nr(), r.output_nr) for n, r in zip(starts, roots, strict=False)
            ),
            accumulates=bool(kwargs.get("accumulate_grad")),
            retains=bool(args[2]),
            creates=bool(args[3]),
            scaled=any(self._scaled.get(root) for root in roots),
        )
        is_compiled = any(type(node).__name__ == _COMPILED for node in inner)
        self.compiled = self.compiled or is_compiled
        walks = {self.nodes.walked_by(number) for number in numbers}
        earlier = [b for b in map(self.backwards.get, walks) if b is not None]
        for before in earlier:
            self.backwards.walked_again(before)
        if (
            backward.accumulates or not self.is_backward
        ):  # else a custom backward asks for its inputs
            self.losses.went_backward(roots, nodes, site)
        self._look_for_unseen_writes(inner, site)
        leaves = graph.leaves(nodes)
        leaves += [root for root in roots if root.is_leaf and root.requires_grad]
        seen = self.training.before(backward, leaves if backward.accumulates else ())
        mine = {*backward.roots, *graph.terms(starts)}
        again = next((b for b in earlier if b.accumulates and mine.issuperset(b.roots)), None)
        reached = frozenset(map(self.gradients.leaf, leaves)) if self.penalties else frozenset()
        return _Plan(backward, inner, numbers, seen, reached, again, is_compiled)

    def _stopped(self, error: Exception, plan: _Plan) -> None:
        """A backward has raised."""
        self.keeping.tried(plan.numbers)
        if self.failure is None or not self.failure.is_about(error):
            self.failure = errors.of_backward(error, plan.nodes, plan.backward, self)

    def _after(self, plan: _Plan, args: tuple[Any, ...], frame: FrameType) -> None:
        """Look at what a backward has done."""
        backward, again = plan.backward, plan.again
        site = backward.site
        self._watch.catch_up(site)
        self.backwards.add(backward)
        self.nodes.walk(plan.numbers, backward.index)
        filled = self.training.after(backward, plan.seen)
        if plan.reached:
            self.penalties.went_backward(args[0], plan.reached, site)
        if again is not None and any(again in leaf.fills for leaf in filled) and _is_one(args[1]):
            self._claim(mistakes.accumulates(self.sites, again.site, site))
        if backward.accumulates and backward.creates and filled:
            self._claim(mistakes.created(self.sites, site))
        if backward.accumulates:
            self.keeping.went_backward(frame, backward.clock)

    def apply(self, run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a custom Function, whose node is numbered before its forward runs."""
        site, outer = self.here(), self.application
        self._watch.catch_up(site)
        self.nodes.add(self._watch.last + 1, site)
        self.application = application = functions.Application(
            args[0],
            site,
            functions.inside(args[0], site, self.sites) if torch.is_grad_enabled() else None,
            frozenset(map(storage, tensors(args, kwargs))),
        )
        try:
            result = run(*args, **kwargs)
        except Exception as error:
            self.raised(error, ())
            raise
        finally:
            self.application = outer
        self._watch.catch_up(site)
        for claim in functions.applied(application, result, self.sites):
            self._claim(claim)
        if torch.is_grad_enabled() and not any(t.requires_grad for t in tensors(args, kwargs)):
            self.guarded(lambda: self._judge_checkpoint(site))
        return result

    def custom_backward(self, node: graph.Node, run: Callable[[], T]) -> T:
        """Run the backward of a custom Function."""
        cls = node._forward_cls
        with functions.watched_return(cls, self.sites) as returned:
            result = run()
        self.returned = returned[0]
        if self._fills is not None and self.returned != NOWHERE:
            lost = functions.edges_without_gradient(node, result)
            self.losses.not_given(
                cls.__name__, graph.leaves(graph.behind(lost)), self.returned, self._fills
            )
        return result

    def _judge_checkpoint(self, site: Site) -> None:
        """AGL506: a reentrant checkpoint has no inputs that require grad, and leaves in it do."""
        if (cut := self.tainted.at(site, "checkpoint")) is not None and cut.behind:
            self._claim(lost.cut_claim(self.sites, cut, NOWHERE))

    def marked_dirty(self, marked: Iterable[torch.Tensor]) -> None:
        """A custom Function says which of its inputs it has written to."""
        if self.application is not None:
            self.application.dirty.update(map(storage, marked))

    def set_attribute(self, owner: Any, name: str, value: Any) -> None:
        """The program gives an attribute to a module, a tensor, or the context of a custom Function."""
        frame = self.sites.caller(sys._getframe(1))
        if self.sites.is_own(frame):
            is_context = not isinstance(owner, (torch.Tensor, torch.nn.Module))
            look = functions.kept if is_context else modules.flagged
            claim = look(owner, name, value, self.sites.at(frame), self.sites)
            if claim is not None:
                self._claim(claim)

    def loading(self, module: torch.nn.Module, state: Mapping[str, Any]) -> None:
        """A module loads a state."""
        claim = modules.copied_to_itself(module, state, self.here(), self.sites)
        if claim is not None:
            self._claim(claim)

    def look_for_hooks(self, frame: FrameType) -> None:
        """An operation is called; whether hooks were passed by on the way to it."""
        for claim in modules.past_hooks(frame, self.sites):
            self._claim(claim)

    def wrapped(self, data: torch.Tensor, parameter: torch.Tensor) -> None:
        """A parameter was made of a tensor."""
        if data.grad_fn is not None or self.tainted.of(data):
            site = self.here()
            cuts = self.tainted.cut([data], site, "parameter", "Parameter")
            self.tainted.mark([parameter], cuts)
        else:
            self.births.made(parameter, sys._getframe(1))

    def rewrapped(self, data: torch.Tensor, variable: torch.Tensor) -> None:
        """A tensor was made anew of another one, by `Variable(…)`."""
        site = self.here()
        self.tainted.mark([variable], self.tainted.cut([data], site, "data", "Variable"))
        if variable.requires_grad and variable.is_leaf:
            self.made_leaf(variable, site, by_force=False)

    def made_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer was made."""
        site = self.here()
        self.births.made_optimizer(site)
        self.training.made(optimizer, site, self._watch.last)

    def stepping(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        """An optimizer begins to step."""
        self.guarded(lambda: self._stepping(optimizer, args, kwargs))

    def stepped(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        """An optimizer has stepped."""
        if self.is_watched:
            stack = self.stack()
            self.guarded(lambda: self._stepped(optimizer, stack))

    def _stepping(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if not self.is_watched or self.is_backward:  # which has not filled all gradients yet
            self.training.stepped_elsewhere(optimizer)
        if self.is_watched:
            closure = args[1] if len(args) > 1 else kwargs.get("closure")
            self._versions = {id(param): param._version for param in params(optimizer)}
            self.training.stepping(optimizer, has_closure=closure is not None)

    def _stepped(self, optimizer: torch.optim.Optimizer, stack: Stack) -> None:
        site = stack[-1]
        self._watch.catch_up(site)
        clock, how = self._watch.last, type(optimizer).__name__
        is_fused = any(group.get("fused") for group in optimizer.param_groups)
        for param in params(optimizer):
            write = Write(param._version, clock, site, how, by_step=True)
            if param._version != self._versions.get(id(param)):
                self.writes.add(storage(param), write)
            elif is_fused and param.grad is not None:
                self.writes.add_unseen(storage(param), write)
        self.training.stepped(optimizer, stack, clock, by_scaler=self._is_scaling)
        for tensor, backward, replaces in self.training.strays(optimizer):
            self.births.stray(self.gradients.leaf(tensor), backward, replaces=replaces)
        self.steps += 1
        self._watch.is_resting = self.steps % self.every != 0

    def clipping(self, tensors: list[torch.Tensor], limit: float) -> None:
        """Gradients are about to be clipped; a limit near the factor of the scaler is scaled as well."""
        self.training.clipped(tensors, self.stack(), is_scaled=1.0 < self._scale <= limit * 256)

    def scaled(self, losses: Any, scale: float) -> None:
        """A scaler has scaled losses by a factor."""
        self._scale = scale
        for loss in losses if isinstance(losses, (list, tuple)) else (losses,):
            if isinstance(loss, torch.Tensor):
                self._scaled.put(loss, True)

    @contextmanager
    def scaling(self, optimizer: torch.optim.Optimizer) -> Iterator[None]:
        """A scaler steps an optimizer."""
        self.training.about_to_step(optimizer, self.stack())
        self._is_scaling = True
        try:
            yield
        finally:
            self._is_scaling = False

    def became_infinite(self, claim: Claim) -> None:
        """A backward has made no number out of numbers."""
        if not any(code.startswith("AGL7") for code, _ in self._claims):
            self._claim(claim)

    # What explanations ask

    def freed_by(self, node: int) -> Backward | None:
        """The backward that has freed what the node of this number saved."""
        backward = self.backwards.get(self.nodes.walked_by(node))
        return backward if backward is not None and not backward.retains else None

    def origin(self, tensor: torch.Tensor) -> Iterator[tuple[str, Site]]:
        """How a tensor has come about, as steps of a trace."""
        for cut in sorted(self.tainted.of(tensor), key=lambda cut: cut.site):
            yield "its value leaves the graph here", cut.site
        node = graph.node_of(tensor)
        if node is not None and node._sequence_nr() != LEAF:
            yield "the tensor is computed here", self.nodes.site(node._sequence_nr())

    # Inside

    def failed(self, error: Exception) -> None:
        """Something went wrong in looking, which must not trouble the program."""
        self.failures.append("".join(traceback.format_exception(error)))
        del self.failures[_FAILURES:]

    def guarded(self, look: Callable[[], T]) -> T | None:
        """Look, and give what was seen; a failure of looking is noted, and does no harm."""
        try:
            return look()
        except Exception as error:
            self.failed(error)
            return None

    def _claim(self, claim: Claim) -> None:
        self._claims.setdefault((claim.code, claim.site), claim)

    def _watching(self) -> Any:
        """What a watched call calls is not watched; but hooks and checkpoints within a backward are."""
        stack = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]
        is_on = any(mode is self._watch for mode in stack)
        return nullcontext() if is_on else self._watch

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Leave alone what is called: what torch.compile traces must not contain our own code."""
        modes = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]
        if not modes or modes[-1] is not self._watch:
            yield
            return
        self._watch.__exit__(None, None, None)
        try:
            yield
        finally:
            self._watch.__enter__()
            self._watch.catch_up(NOWHERE)

    def made_in_backward(self, results: Iterable[torch.Tensor]) -> None:
        """Hooks and custom Functions have made something within a backward."""
        if self._hooked is not None:
            for result in results:
                self._hooked.put(result, True)

    def _look_for_unseen_writes(self, nodes: list[graph.Node], site: Site) -> None:
        """AGL104: memory that a node has saved was written without its counter seeing it."""
        newest = self.writes.newest_unseen
        for node in nodes if newest >= 0 else ():
            number = node._sequence_nr()
            if number >= newest:
                continue
            for name, tensor in graph.saved_tensors(node):
                write = self.writes.unseen(storage(tensor), number)
                if write is not None and write.site != NOWHERE:
                    self._claim(
                        errors.unseen(self.sites, node, name, write, self.nodes.site(number), site)
                    )


def _is_one(gradients: Any) -> bool:
    """Whether a backward starts as it does without a `gradient`."""
    return all(g is None or (g.numel() == 1 and float(g.detach()) == 1.0) for g in gradients)
