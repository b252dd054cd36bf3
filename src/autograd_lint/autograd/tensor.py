"""Tensors, the storages they stand on, and the graph nodes that made them.

The words are torch's own: see "Autograd mechanics" in torch's notes. What is a fact of torch
here has its question in tests/autograd/test_model_against_torch.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from autograd_lint.autograd.journal import Tracked
from autograd_lint.autograd.provenance import NOTHING

if TYPE_CHECKING:
    from autograd_lint.autograd.events import Backward, Moment

Shape: TypeAlias = "tuple[int | None, ...] | None"
"""Sizes, `None` for one that is not known; `None` as a whole where not even the rank is."""

Edge: TypeAlias = "Node | Tensor"
"""Where a gradient flows next: into a node, or into a leaf's `.grad`."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write to a storage."""

    moment: Moment
    how: str
    """As a reader would call it: ``+=``, ``zero_``, ``step``."""
    version: int
    """The storage's version after it; the same as before it for an unversioned write."""
    by_step: bool = False
    """Whether an optimizer's step wrote it."""
    versioned: bool = True


class Storage(Tracked):
    """Memory that tensors share, with the version counter that every in-place write bumps."""

    __slots__ = ("shadow_of", "version", "writes")

    def __init__(self, epoch: int, shadow_of: Storage | None = None) -> None:
        self.epoch = epoch
        self.version = 0
        self.writes: list[Write] = []
        self.shadow_of = shadow_of
        """For what `.data` gives: the storage whose memory it shares, but not its counter."""


class ViewKind(Enum):
    """How a view was made, as far as writing to it is concerned."""

    SINGLE = "single"
    MULTI = "one of several views"
    NO_GRAD = "made under no_grad"


class View:
    """How a tensor looks into another one."""

    __slots__ = ("base", "kind", "op")

    def __init__(self, base: Tensor, kind: ViewKind, op: str) -> None:
        self.base = base
        self.kind = kind
        self.op = op


@dataclass(frozen=True, slots=True)
class Saved:
    """A tensor that a node keeps for its backward, as it was at that time."""

    tensor: Tensor
    storage: Storage
    version: int
    label: str
    """Which it is: ``result``, or the operator's name for that input."""
    edge: Edge | None
    """The tensor's own place in the graph when it was saved."""
    writes: int
    """How many writes its storage had seen."""


class Risk(NamedTuple):
    """An operator whose derivative may be infinite."""

    moment: Moment
    operand: Tensor
    """What must not be zero."""


class Defect(NamedTuple):
    """Why torch refuses what a custom backward returns."""

    what: str
    moment: Moment
    """Where it returns."""


class Node(Tracked):
    """A function in the graph: what made it, what it saved, whether a backward has freed it."""

    __slots__ = (
        "defect",
        "freed_by",
        "inputs",
        "moment",
        "op",
        "opaque",
        "saved",
        "sequence",
        "several",
        "sure",
        "twice",
        "vanishing",
        "walked_by",
    )

    def __init__(
        self,
        op: str,
        inputs: tuple[Edge, ...],
        saved: tuple[Saved, ...],
        twice: bool,
        moment: Moment,
        sequence: int,
        epoch: int,
        opaque: bool = False,
        sure: bool = True,
    ) -> None:
        self.epoch = epoch
        self.op = op
        self.inputs = inputs
        self.saved = saved
        self.twice = twice
        """Whether walking it again after it was freed raises: it saved something."""
        self.moment = moment
        self.sequence = sequence
        self.opaque = opaque
        """Whether it stands for code that was not seen."""
        self.sure = sure
        """Whether it is known that something in it requires grad."""
        self.defect: Defect | None = None
        self.several = False
        """Whether it has several outputs, each with gradients of its own."""
        self.vanishing = False
        """Whether its derivative is zero everywhere (`round`)."""
        self.freed_by: Backward | None = None
        self.walked_by: list[Backward] = []


class Gradient(Tracked):
    """What has happened to a leaf's `.grad`."""

    __slots__ = (
        "backwards",
        "clean",
        "dropped",
        "none",
        "scaled",
        "stale",
        "steps",
        "tainted_by",
        "value",
        "zeroed",
    )

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.clean = True
        """Whether it is `None` or all zero."""
        self.none = True
        """Whether it is `None`: an optimizer's step then leaves the leaf alone."""
        self.backwards: list[Backward] = []
        """Those that have flowed into it since it was last zeroed."""
        self.steps: list[Moment] = []
        """Those that have used it since it was last zeroed."""
        self.stale: tuple[Backward, Moment, Backward] | None = None
        """The backward whose gradient a step has used, that step, and the backward that then
        added to it without zeroing in between."""
        self.zeroed: Moment | None = None
        self.dropped: tuple[Backward, Moment] | None = None
        """A backward whose gradients were zeroed before any step used them, and where; until the
        next step."""
        self.scaled: Moment | None = None
        """Where the loss was scaled whose gradients these are; `None` once they are unscaled."""
        self.tainted_by: Moment | None = None
        """A call of unseen code that may have zeroed it, or stepped."""
        self.value: Tensor | None = None


def _valid(shape: Shape) -> Shape:
    """Return a shape without sizes that a program could only have by mistake."""
    if shape is None or all(size is None or size >= 0 for size in shape):
        return shape
    return tuple(size if size is None or size >= 0 else None for size in shape)


class Tensor(Tracked):
    """A tensor, or an opaque stand-in for all parameters of something unseen."""

    __slots__ = (
        "after_accumulation",
        "asked",
        "at_version",
        "boxed",
        "compared",
        "contiguous",
        "copied_from",
        "detached",
        "dtype",
        "grad_fn",
        "gradient",
        "guarded",
        "inference",
        "is_parameter",
        "made_by",
        "moment",
        "moved",
        "opaque",
        "origin",
        "overlapping",
        "provenance",
        "repeated",
        "replaces",
        "requires_grad_flag",
        "retains_grad",
        "risk",
        "scaled",
        "shape",
        "storage",
        "view",
    )

    def __init__(
        self,
        storage: Storage,
        moment: Moment,
        epoch: int,
        *,
        requires_grad: bool | None = False,
        grad_fn: Node | None = None,
        view: View | None = None,
        dtype: str | None = None,
        shape: Shape = None,
    ) -> None:
        self.epoch = epoch
        self.storage = storage
        self.moment = moment
        self.requires_grad_flag = requires_grad
        """Its own flag, if it is a leaf; see `Autograd.requires_grad` for what torch answers."""
        self.grad_fn = grad_fn
        self.view = view
        self.at_version = storage.version
        """The storage's version for which `grad_fn` is up to date (of interest for views)."""
        self.dtype = dtype
        """``float``, ``int``, ``bool``, ``complex`` or `None` if not known."""
        self.shape = _valid(shape)
        self.gradient: Gradient | None = None
        self.copied_from: Tensor | None = None
        """The leaf that this one was a deep copy of."""
        self.retains_grad = False
        self.is_parameter = False
        self.inference = False
        self.overlapping: bool | None = False
        """Whether several elements stand on one place in memory (expanded); `None` if they do
        unless a size that is not known is one."""
        self.repeated: tuple[bool | None, ...] | None = None
        """Of what is expanded: which dimensions lie on the same memory, where that is known."""
        self.contiguous = True
        """Whether its elements stand in memory in their own order, as far as is known."""
        self.opaque = False
        """Whether unseen code made it, so that what is known of it is a guess."""
        self.scaled: Moment | None = None
        """Where a gradient scaler has scaled it, or what it comes from."""
        self.made_by = ""
        """The operator whose result it is, if it is one's."""
        self.asked: Moment | None = None
        """Where it was told to require grad after it was made."""
        self.moved: Moment | None = None
        """Where, right after it was made, it was moved to a device that may be another one."""
        self.replaces: Tensor | None = None
        """The leaf, not trained yet, that it was computed from and whose name it has taken."""
        self.guarded = False
        """Whether its values were kept away from where a derivative is infinite."""
        self.risk: Risk | None = None
        """What in its making has a derivative that may be infinite."""
        self.compared: tuple[Tensor, ...] = ()
        """Of a condition: what was compared."""
        self.detached = False
        """Whether `.detach()` or `.data` gave it."""
        self.provenance = NOTHING
        """What it was computed from, besides what the graph holds."""
        self.origin = storage.shadow_of or storage
        """The memory that its values were in first: clones keep it."""
        self.after_accumulation: tuple[Any, ...] = ()
        """What is called with it whenever a backward has filled its `.grad`."""
        self.boxed = False
        """Whether it is some leaf's `.grad`."""

    def lie_like(self, other: Tensor) -> None:
        """Lie in memory as another tensor does."""
        self.overlapping = other.overlapping
        self.repeated = other.repeated
        self.contiguous = other.contiguous

    @property
    def rank(self) -> int | None:
        """How many dimensions it has, `None` if not known."""
        return None if self.shape is None else len(self.shape)

    @property
    def several_elements(self) -> bool | None:
        """Whether it is known to have more than one element; `None` if it has unless sizes that
        are not known are all one."""
        if self.shape is None or all(size == 1 for size in self.shape):
            return False
        return True if any(size is not None and size > 1 for size in self.shape) else None
