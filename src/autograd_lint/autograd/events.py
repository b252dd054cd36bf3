"""What autograd has just done, or is about to do: the events that rules observe."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from autograd_lint.autograd.optimizer import Optimizer
    from autograd_lint.autograd.tensor import Node, Saved, Tensor


class Site(Hashable, Protocol):
    """A place in the program; opaque to the model but for how a call there was made."""

    @property
    def dispatched(self) -> bool: ...


class Round(NamedTuple):
    """A round of a loop that is running."""

    loop: int
    number: int
    over_parts: bool = False
    """Whether the loop goes through parts of the program (layers, optimizers, losses) rather than
    through data: then its rounds are several things done once, not one thing done again."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where something happened."""

    site: Site
    rounds: tuple[Round, ...]
    """The loops that were running, outermost first."""
    guarded: bool = False
    """Whether the program catches what is raised there."""
    calls: tuple[Site, ...] = ()
    """The calls that led there, outermost first."""
    counted: bool = False
    """Whether the program asks the counter of a running loop what to do."""

    def seen_from(self, *others: Moment) -> Moment:
        """Where it happened as seen from the innermost function that one of the others was in, too:
        the call of a helper that did it. What is farther away, and what fills in a method that the
        caller leaves open, stays where it is.
        """
        shared = max(_shared(self.calls, other.calls) for other in others)
        if len(self.calls) != shared + 1 or self.calls[shared].dispatched:
            return self
        return replace(self, site=self.calls[shared], calls=self.calls[:shared])

    def shares_loop(self, other: Moment) -> bool:
        """Whether it happened in a loop that `other` happened in, too."""
        theirs = {round_.loop for round_ in other.rounds}
        return any(r.loop in theirs and not r.over_parts for r in self.rounds)

    def same_round(self, other: Moment) -> bool:
        """Whether it happened in the same round of each loop over data that both happened in."""
        theirs = {round_.loop: round_.number for round_ in other.rounds}
        shared = [r for r in self.rounds if r.loop in theirs and not r.over_parts]
        return bool(shared) and all(theirs[r.loop] == r.number for r in shared)

    def earlier_round_than(self, other: Moment) -> bool:
        """Whether it happened in an earlier round of a loop over data that `other` is in, too."""
        mine = {round_.loop: round_.number for round_ in self.rounds}
        return any(
            not round_.over_parts and mine.get(round_.loop, round_.number) < round_.number
            for round_ in other.rounds
        )


def _shared(one: tuple[Site, ...], other: tuple[Site, ...]) -> int:
    """Return how many calls led to both."""
    return len(
        list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a backward stops: the first node at which torch raises."""

    node: Node
    saved: Saved | None
    """The saved tensor that has moved on, or `None` if the node's graph was freed."""


@dataclass(eq=False, slots=True)
class InplaceWrite:
    """A tensor is about to be written in place."""

    moment: Moment
    tensor: Tensor
    how: str
    sources: tuple[Tensor, ...]
    """The tensors that the new values come from."""
    needs_grad: bool | None
    """Whether autograd records the write: grad mode is on and something in it requires grad."""
    grad_enabled: bool
    versioned: bool = True
    overwrites: bool = False
    """Whether nothing of the old values remains."""
    keeps_layout: bool = True
    """Whether each place in memory receives one value (`zero_`), so that expanded memory is no
    obstacle."""


@dataclass(eq=False, slots=True)
class OutWrite:
    """An operator is about to put its result into the tensor given as `out=`."""

    moment: Moment
    out: Tensor
    how: str
    sources: tuple[Tensor, ...]
    needs_grad: bool | None
    """Whether autograd would have to record it: then torch raises."""


@dataclass(eq=False, slots=True)
class Backward:
    """A backward pass: `Tensor.backward`, `torch.autograd.backward` or `torch.autograd.grad`."""

    moment: Moment
    call: str
    """As a reader would call it: ``backward`` or ``autograd.grad``."""
    roots: tuple[Tensor, ...]
    retain_graph: bool
    create_graph: bool
    gradient_given: bool | None
    targets: tuple[Tensor, ...] | None = None
    """What it is restricted to, if it is."""
    deliberate: bool = False
    """Whether the program itself decides about `create_graph` as it goes along."""
    may_retain: bool = False
    """Whether the function that it stands in speaks of `retain_graph`, and so knows what it frees."""
    unused: Tensor | None = None
    """One of its targets that has no gradient: it does not require grad, or is not in the graph."""
    nodes: tuple[Node, ...] = ()
    """All nodes that it walks, in the order of execution."""
    leaves: tuple[Tensor, ...] = ()
    """The leaves (and tensors with `retain_grad`) that it gives a gradient to."""
    failure: Failure | None = None
    complete: bool = True
    """Whether everything that it walks was seen."""
    used_by: list[OptimizerStep] = field(default_factory=list)
    """The steps that have used its gradients."""
    double: Node | None = None
    """With `create_graph`, the node through which a second backward comes to its gradients."""


@dataclass(eq=False, slots=True)
class OptimizerStep:
    """An optimizer is about to step."""

    moment: Moment
    optimizer: Optimizer
    filled: Mapping[Tensor, tuple[Backward, ...]] = field(default_factory=dict)
    """Those of its parameters whose `.grad` is not empty, and the passes that have filled it."""
    by_scaler: bool = False
    """Whether a gradient scaler calls it."""
    closure: bool = False
    """Whether it is given a closure that computes the gradients."""


@dataclass(eq=False, slots=True)
class ManualStep:
    """A leaf is updated from its own gradient by hand."""

    moment: Moment
    leaf: Tensor


@dataclass(eq=False, slots=True)
class ZeroGrad:
    """Gradients are about to be cleared."""

    moment: Moment
    leaves: tuple[Tensor, ...]
    optimizer: Optimizer | None = None


@dataclass(eq=False, slots=True)
class InferenceUse:
    """A tensor made in inference mode is about to be used where only a normal one may be."""

    moment: Moment
    tensor: Tensor
    use: str
    """``saved``, ``written`` or ``leaf`` (told to require grad)."""
    op: str


@dataclass(eq=False, slots=True)
class OptimizerMade:
    """An optimizer has been made."""

    moment: Moment
    optimizer: Optimizer
    nonleaf: Tensor | None = None
    """One of its parameters that is the result of an operator: torch raises."""
    exhausted: bool = False
    """Whether it is given an iterator that has been used up: torch raises."""


@dataclass(eq=False, slots=True)
class ParametersReplaced:
    """A module's parameters, which an optimizer holds, have given way to others."""

    moment: Moment
    optimizer: Optimizer
    old: tuple[Tensor, ...]
    new: tuple[Tensor, ...]


@dataclass(eq=False, slots=True)
class Clip:
    """Gradients are about to be clipped."""

    moment: Moment
    leaves: tuple[Tensor, ...]
    filled: Mapping[Tensor, tuple[Backward, ...]]
    """Those whose `.grad` is not empty, and the passes that have filled it."""
    used: bool
    """Whether a step has used all of these already."""
    scaled: Moment | None
    """Where their loss was scaled, if they have not been unscaled."""


@dataclass(eq=False, slots=True)
class SchedulerStep:
    """A learning rate scheduler steps."""

    moment: Moment
    optimizer: Optimizer


@dataclass(eq=False, slots=True)
class ScalerMisuse:
    """A gradient scaler is used in an order that it refuses."""

    moment: Moment
    what: str
    since: Moment
    sure: bool


@dataclass(eq=False, slots=True)
class ClosureRun:
    """An optimizer that calls its closure several times a step has called it."""

    moment: Moment
    optimizer: Optimizer
    backward: Backward | None
    """The last backward in it that reached the optimizer's parameters."""
    zeroed: bool
    """Whether it zeroes them."""


@dataclass(eq=False, slots=True)
class ClosureMissing:
    """An optimizer that needs a closure steps without one: torch raises."""

    moment: Moment
    optimizer: Optimizer


@dataclass(eq=False, slots=True)
class ModeChange:
    """A module and all its parts are put into training or evaluation mode."""

    moment: Moment
    leaves: tuple[Tensor, ...]
    training: bool


@dataclass(eq=False, slots=True)
class NotCalled:
    """A statement names a method and does not call it."""

    moment: Moment
    name: str
    sure: bool


@dataclass(eq=False, slots=True)
class Remark:
    """Something has been met that one rule is about, which asks no more of the model than this."""

    moment: Moment
    what: str
    """Which: see the rules that observe it."""
    name: str = ""
    """What it is about, as the program spells it."""
    since: Moment | None = None
    """What led to it."""
    tensor: Tensor | None = None
    sure: bool = True
    leaves: Callable[[], Sequence[Tensor]] | None = None
    """The parameters that it is about, as they are when it is asked."""


@dataclass(eq=False, slots=True)
class Kept:
    """A tensor with a graph is kept beyond the round that computed it."""

    moment: Moment
    how: str
    """``appended`` or ``summed``."""
    tensor: Tensor
    node: Node
    """Its place in the graph then."""


@dataclass(eq=False, slots=True)
class Finished:
    """A path of the program has come to its end."""

    moment: Moment
    log: tuple[Event, ...]
    """All that has happened on it, in order; writes and lesser things left out."""


@dataclass(eq=False, slots=True)
class Hooked:
    """A node of the graph is given a hook."""

    moment: Moment
    node: Node
    holds: Callable[[], Sequence[Tensor]]
    """Returns the tensors that its function refers to by then."""
    is_removed: bool = False


@dataclass(eq=False, slots=True)
class Rehearsed:
    """A model that nothing in sight trains was called twice, with a backward and a step in between."""

    moment: Moment
    log: tuple[Event, ...]
    """All that has happened meanwhile, which was told to no rule."""
    failure: Failure | None
    """Why a backward from its results stops, if it does."""
    kept: Moment | None
    """Where the model has kept what leads there."""
    is_doubtful: bool
    """Whether it can be told, in ways that are not gone, to let go of what it keeps."""


@dataclass(eq=False, slots=True)
class HandedOver:
    """Code that was not seen is handed tensors with a graph, and may go backward from them."""

    moment: Moment
    tensors: tuple[Tensor, ...]


@dataclass(eq=False, slots=True)
class Returned:
    """A function under analysis, whose caller was not seen, returns tensors with a graph."""

    moment: Moment
    tensors: tuple[Tensor, ...]
    failure: Failure | None = None
    nodes: tuple[Node, ...] = field(default=())


Event: TypeAlias = (
    InplaceWrite
    | OutWrite
    | InferenceUse
    | Backward
    | OptimizerMade
    | ParametersReplaced
    | OptimizerStep
    | ManualStep
    | ZeroGrad
    | Clip
    | SchedulerStep
    | ScalerMisuse
    | ClosureRun
    | ClosureMissing
    | ModeChange
    | NotCalled
    | Remark
    | Kept
    | HandedOver
    | Hooked
    | Rehearsed
    | Returned
    | Finished
)
