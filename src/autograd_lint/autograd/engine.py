"""Autograd itself: records graphs, bumps versions, walks backward, keeps the gradients' state.

Each method does what torch does at that point, and tells the observers beforehand. An observer
that finds that torch raises there raises `Stop`, and nothing of the effect takes place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum

from autograd_lint.autograd.events import (
    Backward,
    Clip,
    Event,
    Failure,
    Finished,
    HandedOver,
    InferenceUse,
    InplaceWrite,
    Kept,
    ManualStep,
    Moment,
    OptimizerStep,
    OutWrite,
    Remark,
    Returned,
    Round,
    Site,
    ZeroGrad,
)
from autograd_lint.autograd.journal import Journal
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.provenance import Cut, Provenance, united
from autograd_lint.autograd.tensor import (
    Edge,
    Gradient,
    Node,
    Saved,
    Shape,
    Storage,
    Tensor,
    View,
    ViewKind,
    Write,
)


class Spread(Enum):
    """How an operator combines its operands, as far as terms of a sum are concerned."""

    SUM = "adds them up"
    WITHIN = "works element by element, or reduces"
    MIXED = "anything else"


_CURVED = frozenset(
    {
        "cross_entropy", "CrossEntropyLoss", "triplet_margin_loss", "TripletMarginLoss",
        "poisson_nll_loss", "PoissonNLLLoss", "gaussian_nll_loss", "GaussianNLLLoss",
        "Categorical.entropy", "Categorical.log_prob",
    }
)  # fmt: skip
"""Operators of several steps, which save what they compute on the way: their derivatives have a graph."""
_GRADIENT = "gradient"
"""The name of the node that stands for the graph of what a backward has computed."""


class Stop(Exception):  # noqa: N818 - it is torch that errs, not the program
    """torch raises here."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        """The exception's Python name, ``RuntimeError`` for most."""


RESULT = "result"
"""The label of a saved result."""


class Autograd:
    """The state of autograd along one execution: grad mode, and the events' observers."""

    def __init__(self, now: Callable[[], Moment], observe: Callable[[Event], None]) -> None:
        self.journal = Journal()
        self.now = now
        self.observe = observe
        self.grad_enabled: bool | None = True
        self.inference = False
        self.mode_assumed = False
        """Whether it is only assumed that gradients are recorded: the caller was not seen."""
        self.mode_of_users = False
        """Whether it is so of a method that a model offers to its users, other than to train it."""
        self.off: Cut | None = None
        """Where gradients were last switched off, and what that has cut."""
        self.checked: frozenset[Storage] | None = None
        """Where only this memory is checked when it is saved, what that is: the rest is handed to
        hooks, or computed again."""
        self.log: list[Event] = []
        """What has happened on the path under way."""
        self.used: set[Tensor] = set()
        """The leaves that something on it was computed from, with a graph."""
        self.cuts_met: set[tuple[str, Site]] = set()
        """How and where losses that went backward on it had been cut from what they come from."""
        self.kept: set[Node] = set()
        """What is known to be kept beyond its round."""
        self.taken: set[Tensor] = set()
        """The leaves whose gradients code that was not seen has got."""
        self.tied: set[tuple[Site, tuple[Site, ...]]] = set()
        """Where parameters were made of which some, and perhaps all, have given way to others."""
        self._sequence = 0

    # Making tensors

    def leaf(
        self,
        *,
        requires_grad: bool | None = False,
        dtype: str | None = None,
        shape: Shape = None,
    ) -> Tensor:
        """Make a tensor on memory of its own, without a graph."""
        epoch = self.journal.epoch
        tensor = Tensor(
            Storage(epoch),
            self.now(),
            epoch,
            requires_grad=requires_grad,
            dtype=dtype,
            shape=shape,
        )
        tensor.inference = self.inference
        return tensor

    def requires_grad(self, tensor: Tensor) -> bool | None:
        """What torch answers for `tensor.requires_grad`; `None` if it is not known."""
        if tensor.view is not None and tensor.at_version != tensor.storage.version:
            self._refresh(tensor)
        if tensor.requires_grad_flag is False and tensor.view is not None:
            return tensor.view.base.requires_grad_flag
        return tensor.requires_grad_flag

    def is_leaf(self, tensor: Tensor) -> bool:
        """What torch answers for `tensor.is_leaf`."""
        self.requires_grad(tensor)
        return tensor.grad_fn is None

    def is_of_leaf(self, tensor: Tensor) -> bool:
        """Whether it is a leaf, or a view of one."""
        return self.is_leaf(tensor.view.base if tensor.view is not None else tensor)

    def edge(self, tensor: Tensor) -> Edge | None:
        """Where a gradient for this tensor would flow, `None` if nowhere.

        A view made under `no_grad` of what requires grad says that it does, too, as does one whose
        base was asked to only later; no gradient comes to it, nor to its base.
        """
        if self.requires_grad(tensor) is False:
            return None
        if tensor.grad_fn is not None:
            return tensor.grad_fn
        return None if tensor.requires_grad_flag is False else tensor

    def receives_gradient(self, tensor: Tensor) -> bool | None:
        """Whether a gradient would flow to this tensor; `None` if it is not known."""
        return self.requires_grad(tensor) if self.edge(tensor) is not None else False

    def _refresh(self, view: Tensor) -> None:
        """Bring a view's place in the graph up to date after its memory was written."""
        assert view.view is not None
        if view.view.kind is not ViewKind.SINGLE:
            return  # its place cannot be brought up to date: see `_check_views`
        self.journal.touch(view)
        view.at_version = view.storage.version
        base = view.view.base
        if base.grad_fn is None:
            return
        view.grad_fn = self._node(view.view.op, (base.grad_fn,), (), twice=False)
        view.requires_grad_flag = base.requires_grad_flag

    def _node(
        self,
        op: str,
        inputs: Iterable[Edge],
        saved: Iterable[Saved],
        *,
        twice: bool,
        opaque: bool = False,
        sure: bool = True,
    ) -> Node:
        self._sequence += 1
        edges = tuple(inputs)
        self.used.update(edge for edge in edges if isinstance(edge, Tensor))
        return Node(
            op,
            edges,
            self._checked(saved),
            twice,
            self.now(),
            self._sequence,
            self.journal.epoch,
            opaque,
            sure,
        )

    def save(self, tensor: Tensor, label: str) -> Saved:
        """Keep a tensor for a backward, as it is now."""
        storage = tensor.storage
        written = len((storage.shadow_of or storage).writes)
        return Saved(tensor, storage, storage.version, label, self.edge(tensor), written)

    def save_output(self, node: Node, output: Tensor, label: str) -> None:
        """Let an operator keep a further one of its results for its backward."""
        self.journal.touch(node)
        node.saved = (*node.saved, *self._checked([self.save(output, label)]))

    def save_for_recomputing(self, result: Tensor, inputs: Sequence[Tensor]) -> None:
        """Let what is computed again keep its inputs, if anything in it would save something."""
        inner = set(self._reach([result], None)[0]) - set(self._reach(inputs, None)[0])
        if result.grad_fn in inner and any(node.twice for node in inner):
            for tensor in inputs:
                self.save_output(result.grad_fn, tensor, "input")

    def _checked(self, saved: Iterable[Saved]) -> tuple[Saved, ...]:
        """Return what torch compares the versions of."""
        checked = self.checked
        return tuple(s for s in saved if checked is None or s.storage in checked)

    def any_requires_grad(self, tensors: Iterable[Tensor]) -> bool | None:
        """Whether one of them requires grad while gradients are recorded."""
        if self.grad_enabled is False or self.inference:
            return False
        answer: bool | None = False
        for tensor in tensors:
            flag = self.requires_grad(tensor)
            if flag:
                return True if self.grad_enabled else None
            if flag is None:
                answer = None
        return answer

    def record(
        self,
        op: str,
        inputs: Sequence[Tensor],
        saves: Sequence[tuple[str, Tensor | None]] = (),
        *,
        operands: Sequence[Tensor] | None = None,
        spread: Spread = Spread.MIXED,
        twice: bool = True,
        shape: Shape = None,
        dtype: str | None = None,
        opaque: bool = False,
    ) -> Tensor:
        """Apply an operator that returns a tensor on new memory.

        `inputs` are those of its `operands` that it is differentiable in; `saves` names what it
        saves, with `None` for its own result.
        """
        self._check_views(inputs)
        needs = self.any_requires_grad(inputs)
        result = self.leaf(dtype=dtype, shape=shape)
        result.opaque = opaque
        result.made_by = op
        result.provenance = self._derived(op, operands or inputs, needs, spread)
        result.scaled = next((t.scaled for t in operands or inputs if t.scaled is not None), None)
        if needs is not False:
            self._check_inference(op, [tensor for _, tensor in saves], needs)
            edges = [edge for edge in map(self.edge, inputs) if edge is not None]
            node = self._node(op, edges, (), twice=twice, opaque=opaque, sure=needs is True)
            result.grad_fn = node
            result.requires_grad_flag = needs
            node.saved = self._checked(
                self.save(result if tensor is None else tensor, label) for label, tensor in saves
            )
        return result

    def _check_views(self, operands: Sequence[Tensor]) -> None:
        """Look for views that cannot be brought up to date after their memory was written.

        torch refuses to use them while gradients are recorded.
        """
        for tensor in operands if self.grad_enabled and not self.inference else ():
            view = tensor.view
            if view is None or view.kind is ViewKind.SINGLE:
                continue
            if tensor.at_version == tensor.storage.version or tensor.storage.shadow_of is not None:
                continue
            if self.requires_grad(view.base):
                written = tensor.storage.writes[-1].moment
                sure = not (tensor.opaque or view.base.opaque)
                self.remark("stale view", name=view.op, since=written, tensor=tensor, sure=sure)

    def _check_inference(self, op: str, saved: Iterable[Tensor | None], needs: bool | None) -> None:
        for tensor in saved:
            if tensor is not None and tensor.inference and needs:
                self.observe(InferenceUse(self.now(), tensor, "saved", op))

    def vanish(self, result: Tensor, op: str, sources: Sequence[Tensor]) -> None:
        """Note that the operator that made a result has a derivative of zero everywhere."""
        lost = [t for t in sources if self.requires_grad(t) is True]
        if result.grad_fn is not None and lost:
            result.grad_fn.vanishing = True
            result.provenance = result.provenance.cut_by([self._cut_from(lost, op)])

    def _cut_from(self, tensors: Sequence[Tensor], how: str) -> Cut:
        """Return a cut here, by which values go on without the graph that these tensors have."""
        edges = {edge: None for edge in map(self.edge, tensors) if edge is not None}
        return Cut(how, self.now(), edges)

    def cut(self, tensor: Tensor, how: str) -> frozenset[Cut]:
        """Return the cuts of a value that a tensor is turned into, without its graph."""
        before = frozenset(cut for cut in tensor.provenance.cuts if cut.how != "sample")
        needs = self.requires_grad(tensor)
        if needs is None:  # what an unseen model computes has a graph, as a rule
            needs = any(leaf.is_parameter for leaf in self.leaves_behind([tensor]))
        return before | {self._cut_from([tensor], how)} if needs else before

    def ask_for_gradients(self, tensor: Tensor) -> None:
        """Tell a leaf to require grad, which an inference tensor cannot outside of its mode."""
        self.journal.touch(tensor)
        tensor.asked = self.now()
        if tensor.inference and not self.inference:
            self.observe(InferenceUse(self.now(), tensor, "leaf", "requires_grad"))

    def _derived(
        self, op: str, operands: Sequence[Tensor], needs: bool | None, spread: Spread
    ) -> Provenance:
        """Return what the result of an operator comes from besides what the graph holds."""
        derived = united(operands)
        if spread is Spread.SUM and derived.cuts and needs:
            self._bridge(operands)
        if derived.passes:
            derived = replace(derived, passes=_missing(operands, self.requires_grad, needs, spread))
        if needs is False:
            lost = [t for t in operands if self.requires_grad(t) is True]
            if lost:
                derived = derived.cut_by([self._cut_by(op, lost)])
        return derived

    def _bridge(self, operands: Sequence[Tensor]) -> None:
        """Let what is added to a value without its graph, and has one, carry its gradient."""
        constant = [t for t in operands if self.requires_grad(t) is False and t.provenance.cuts]
        if not constant or len(constant) == len(operands):
            return
        carried = set(self.leaves_behind(operands))
        for cut in {cut for tensor in constant for cut in tensor.provenance.cuts}:
            if not carried.isdisjoint(self.leaves_of(cut.edges)):
                cut.bridged = True

    def _cut_by(self, op: str, lost: Sequence[Tensor]) -> Cut:
        """Return what cuts these tensors' graphs: the operator, or where recording was ended."""
        cut = self._cut_from(lost, op)
        if self.grad_enabled is not False and not self.inference:
            return cut
        if self.off is None:
            self.off = Cut("no_grad", self.now())
        self.off.edges.update(cut.edges)
        return self.off

    def sibling(self, result: Tensor, *, differentiable: bool = True) -> Tensor:
        """Make a further output of the operator that made `result`."""
        other = self.leaf(shape=result.shape)
        self._mark_several(result.grad_fn)
        other.opaque = result.opaque
        other.provenance = result.provenance
        if differentiable:
            other.grad_fn = result.grad_fn
            other.requires_grad_flag = result.requires_grad_flag
        else:
            other.dtype = "int"
            if result.grad_fn is not None:
                cut = Cut(result.grad_fn.op, self.now(), {result.grad_fn: None})
                other.provenance = other.provenance.cut_by([cut])
        return other

    def view(
        self,
        op: str,
        base: Tensor,
        *,
        kind: ViewKind = ViewKind.SINGLE,
        shape: Shape = None,
        overlapping: bool | None = False,
        contiguous: bool = False,
        saves: Sequence[tuple[str, Tensor | None]] = (),
        twice: bool = False,
    ) -> Tensor:
        """Apply an operator that returns a view."""
        self._check_views((base,))
        needs = self.any_requires_grad((base,))
        if self.grad_enabled is False and not self.inference:
            kind = ViewKind.NO_GRAD
        root = base.view.base if base.view is not None else base
        if base.view is not None and base.view.kind is not ViewKind.SINGLE:
            kind = base.view.kind
        result = Tensor(
            base.storage,
            self.now(),
            self.journal.epoch,
            dtype=base.dtype,
            shape=shape,
            view=View(root, kind, op),
        )
        result.inference = base.inference
        result.overlapping = base.overlapping or overlapping
        result.contiguous = contiguous and base.contiguous
        result.opaque = base.opaque
        result.origin = base.origin
        result.detached = base.detached
        result.guarded, result.risk, result.compared = base.guarded, base.risk, base.compared
        result.provenance = self._derived(op, (base,), needs, Spread.WITHIN)
        result.boxed = base.boxed
        if needs is not False:
            self._check_inference(op, [tensor for _, tensor in saves], needs)
            edge = self.edge(base)
            saved = [self.save(base if t is None else t, label) for label, t in saves]
            result.grad_fn = self._node(
                op, () if edge is None else (edge,), saved, twice=twice, sure=needs is True
            )
            result.requires_grad_flag = needs
        return result

    def sibling_view(self, view: Tensor) -> Tensor:
        """Make a further one of the several views that an operator has made."""
        self._mark_several(view.grad_fn)
        other = Tensor(
            view.storage,
            self.now(),
            self.journal.epoch,
            requires_grad=view.requires_grad_flag,
            grad_fn=view.grad_fn,
            view=view.view,
            dtype=view.dtype,
            shape=view.shape,
        )
        other.at_version = view.at_version
        _lay_out_like(other, view)
        other.detached = view.detached
        other.provenance = view.provenance
        return other

    def _mark_several(self, node: Node | None) -> None:
        if node is not None:
            self.journal.touch(node)
            node.several = True

    def detach(self, tensor: Tensor, how: str = "detach") -> Tensor:
        """Apply `.detach()`: the same memory and version counter, no graph."""
        result = Tensor(
            tensor.storage,
            self.now(),
            self.journal.epoch,
            dtype=tensor.dtype,
            shape=tensor.shape,
        )
        _lay_out_like(result, tensor)
        result.detached = True
        result.provenance = replace(tensor.provenance, passes=frozenset())
        if self.requires_grad(tensor) is True:
            result.provenance = result.provenance.cut_by([self._cut_from([tensor], how)])
        return result

    def data(self, tensor: Tensor) -> Tensor:
        """Read `.data`: the same memory, a version counter of its own, no graph."""
        result = self.detach(tensor, "data")
        result.storage = Storage(self.journal.epoch, tensor.storage.shadow_of or tensor.storage)
        result.at_version = 0
        return result

    # Writing

    def write(
        self,
        target: Tensor,
        how: str,
        sources: Sequence[Tensor] = (),
        saves: Sequence[tuple[str, Tensor | None]] = (),
        *,
        twice: bool = False,
        keeps_layout: bool = True,
        versioned: bool = True,
        overwrites: bool = False,
        spread: Spread = Spread.MIXED,
    ) -> None:
        """Write to a tensor in place.

        `saves` is as for `record`, where the result is the target after the write, and the target
        itself what it was before; with `overwrites` nothing of the old values remains (`zero_`,
        `copy_`), though a gradient, all zero, still flows to where they came from.
        """
        needs = self.any_requires_grad((target, *sources))
        recorded = needs
        if target.view is not None and target.view.kind is ViewKind.NO_GRAD:
            # It requires no grad itself, but the write would have to reach its base.
            recorded = self.any_requires_grad((target.view.base, target, *sources))
        self.observe(
            InplaceWrite(
                self.now(),
                target,
                how,
                tuple(sources),
                recorded,
                self.grad_enabled is not False,
                versioned,
                overwrites,
                keeps_layout,
            )
        )
        edges = [edge for edge in map(self.edge, (target, *sources)) if edge is not None]
        before = {label: self.save(t, label) for label, t in saves if t is target}
        if target.inference and not self.inference and not target.detached:
            self.observe(InferenceUse(self.now(), target, "written", how))
        self._bump(target.storage, how, versioned=versioned)
        self.journal.touch(target)
        self._check_inference(how, [tensor for _, tensor in saves], needs)
        if not (needs is False and self.requires_grad(target)):
            kept = sources if overwrites else (target, *sources)
            target.provenance = self._derived(how, kept, needs, spread)
        if needs is False:
            return
        if target.view is not None and target.view.kind is ViewKind.SINGLE:
            base = target.view.base
            base_edge = self.edge(base)
            if base_edge is not None:
                edges = [base_edge, *(edge for edge in edges if edge is not target.grad_fn)]
            self.journal.touch(base)
            node = self._node("CopySlices", edges, (), twice=True, sure=needs is True)
            base.grad_fn = node
            base.requires_grad_flag = needs
            base.at_version = base.storage.version
            self._refresh(target)
        else:
            node = self._node(how, edges, (), twice=twice, sure=needs is True)
            target.grad_fn = node
            target.requires_grad_flag = needs
            target.at_version = target.storage.version
        node.saved = self._checked(
            before.get(label) or self.save(target if tensor is None else tensor, label)
            for label, tensor in saves
        )

    def overwrite(self, leaf: Tensor, how: str) -> None:
        """Let torch itself put other values into a leaf, under `no_grad`."""
        self._bump(leaf.storage, how)

    def write_by_function(self, leaf: Tensor, how: str) -> None:
        """Let a custom function say that it has written to a leaf, which it may not."""
        needs = self.any_requires_grad((leaf,))
        recording = self.grad_enabled is not False
        self.observe(InplaceWrite(self.now(), leaf, how, (), needs, recording, True, False, True))

    def write_unseen(self, tensor: Tensor, how: str) -> None:
        """Write to a tensor's memory behind autograd's back: no version is bumped."""
        self._bump(tensor.storage, how, versioned=False)

    def write_out(
        self, out: Tensor, how: str, sources: Sequence[Tensor], *, differentiable: bool
    ) -> None:
        """Let an operator put its result into `out`.

        A differentiable operator refuses to where gradients are recorded and something in it
        requires grad.
        """
        needs = self.any_requires_grad((out, *sources)) if differentiable else False
        self.observe(OutWrite(self.now(), out, how, tuple(sources), needs))
        self._bump(out.storage, how)

    def _bump(
        self, storage: Storage, how: str, *, versioned: bool = True, by_step: bool = False
    ) -> None:
        if storage.shadow_of is not None:
            self.journal.touch(storage)
            storage.version += 1
            storage, versioned = storage.shadow_of, False
        self.journal.touch(storage)
        if versioned:
            storage.version += 1
        storage.writes.append(Write(self.now(), how, storage.version, by_step, versioned))

    # Backward

    def backward(
        self,
        roots: Sequence[Tensor],
        *,
        call: str = "backward",
        retain_graph: bool | None = None,
        create_graph: bool = False,
        gradient_given: bool | None = False,
        inputs: Sequence[Tensor] | None = None,
        accumulate: bool = True,
        deliberate: bool = False,
        may_retain: bool = False,
        allow_unused: bool | None = None,
    ) -> Backward:
        """Walk the graph of `roots` backward; with `inputs`, only as far as they need it.

        With `accumulate`, the gradients flow into the leaves' `.grad`.
        """
        retain = create_graph if retain_graph is None else retain_graph
        event = Backward(
            self.now(), call, tuple(roots), retain, create_graph, gradient_given,
            None if inputs is None else tuple(inputs), deliberate, may_retain,
        )  # fmt: skip
        targets = None if inputs is None else {e for e in map(self.edge, inputs) if e is not None}
        nodes, leaves = self._reach(roots, targets)
        event.nodes, event.leaves = nodes, leaves
        event.complete = not (
            any(node.opaque for node in nodes) or any(t.opaque for t in (*roots, *leaves))
        )
        if inputs is not None and allow_unused is not None:
            event.unused = self._unused(event, allowed=allow_unused)
        if not self._refuses(event):
            event.failure = self._failure_of(nodes)
        self.tell(event)
        self.cuts_met.update((c.how, c.moment.site) for r in roots for c in r.provenance.cuts)
        for node in nodes:
            if node.defect is not None:
                self.remark("gradient count", name=node.defect.what, since=node.defect.moment)
        for node in nodes:
            self.journal.touch(node)
            node.walked_by.append(event)
            if not retain and node.freed_by is None:
                node.freed_by = event
        if accumulate:
            for leaf in leaves:
                self.accumulate(leaf, event)
        return event

    def _unused(self, event: Backward, *, allowed: bool) -> Tensor | None:
        """Return a target that has no gradient; with `allowed`, one may not be in the graph."""
        reached = self.nodes_behind(event.roots)
        nodes = [edge for edge in reached if isinstance(edge, Node)]
        # The graph of a gradient is one node for all of it, and so not known in detail.
        seen = not any(node.opaque or node.op == _GRADIENT for node in nodes)
        seen = seen and not any(root.opaque for root in event.roots)
        for target in event.targets or ():
            edge = self.edge(target)
            if edge is None and not target.opaque and self.requires_grad(target) is False:
                return target
            if edge is not None and not allowed and seen and edge not in reached:
                return None if target.opaque else target
        return None

    def _refuses(self, event: Backward) -> bool:
        """Whether torch does not even start: of several elements it takes no gradient for granted."""
        return event.gradient_given is False and any(
            root.several_elements is True and self.requires_grad(root) is True
            for root in event.roots
        )

    def is_known(self, tensor: Tensor) -> bool:
        """Whether it is more than a guess that a tensor requires grad: a known parameter is behind it."""
        return not tensor.opaque or any(
            leaf.is_parameter and not leaf.opaque for leaf in self.leaves_behind([tensor])
        )

    def alive_behind(self, tensors: Sequence[Tensor]) -> set[Edge]:
        """Return the nodes and leaves that gradients other than zero come to from these."""
        return set(_walk(map(self.edge, tensors), lambda node: not node.vanishing))

    def known_behind(self, tensors: Sequence[Tensor]) -> set[Edge]:
        """Return the nodes and leaves that lie behind these, as far as no unseen code lies between."""
        return set(_walk(map(self.edge, tensors), lambda node: not node.opaque))

    def nodes_behind(self, tensors: Sequence[Tensor]) -> set[Edge]:
        """Return the nodes and leaves that lie behind these."""
        return set(_walk(map(self.edge, tensors)))

    def leaves_of(self, edges: Iterable[Edge]) -> set[Tensor]:
        """Return the leaves that gradients would come to from these places in the graph."""
        return {edge for edge in _walk(edges) if isinstance(edge, Tensor)}

    def leaves_behind(self, tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Return the leaves that a backward from these would fill."""
        return self._reach(tensors, None)[1]

    def returned(self, tensors: Sequence[Tensor], moment: Moment) -> None:
        """A function whose caller was not seen returns these: they may go backward later."""
        nodes, _ = self._reach(tensors, None)
        self.tell(Returned(moment, tuple(tensors), self._failure_of(nodes), nodes))

    def failure(self, tensors: Sequence[Tensor]) -> Failure | None:
        """Return why a backward from these would stop, if it would."""
        return self._failure_of(self._reach(tensors, None)[0])

    def _failure_of(self, nodes: Iterable[Node]) -> Failure | None:
        """Return where walking these nodes stops: what is certain goes before what is a guess.

        Of guesses, those go first that lead to parameters, as unknown data seldom requires grad.
        """
        guesses: list[Failure] = []
        for node in nodes:
            if node.freed_by is None:
                for saved in node.saved:
                    if saved.storage.version != saved.version:
                        return Failure(node, saved)
            elif node.twice and node.sure and not node.opaque:
                return Failure(node, None)
            elif node.twice:
                guesses.append(Failure(node, None))
        if len(guesses) < 2:
            return guesses[0] if guesses else None

        def rank(failure: Failure) -> tuple[bool, bool]:
            leaves = self.leaves_of([failure.node])
            return not any(leaf.is_parameter for leaf in leaves), failure.node.opaque

        return min(guesses, key=rank)

    def hand_over(self, tensors: Sequence[Tensor]) -> None:
        """Code that was not seen gets these; if they are gradients, it may well step with them."""
        for tensor in tensors:
            self.taken.update(tensor.provenance.gradients)
        graphs = tuple(tensor for tensor in tensors if tensor.grad_fn is not None)
        if graphs:
            self.tell(HandedOver(self.now(), graphs))

    def finish(self) -> None:
        """A path has come to its end."""
        self.observe(Finished(self.now(), tuple(self.log)))

    def remark(
        self,
        what: str,
        *,
        name: str = "",
        since: Moment | None = None,
        tensor: Tensor | None = None,
        sure: bool = True,
        leaves: Callable[[], Sequence[Tensor]] | None = None,
    ) -> None:
        """Tell of something that one rule is about."""
        self.tell(Remark(self.now(), what, name, since, tensor, sure, leaves))

    def keep(
        self, tensor: Tensor, how: str, born: tuple[Round, ...], at: Moment | None = None
    ) -> None:
        """Tell that a tensor is kept beyond its round, by what was made in the rounds `born`."""
        node = tensor.grad_fn
        if node is None or node in self.kept or self.requires_grad(tensor) is False:
            return
        if self._is_forward(node, born):
            self.kept.add(node)
            self.tell(Kept(at or self.now(), how, tensor, node))

    def _is_forward(self, node: Node, born: tuple[Round, ...]) -> bool:
        """Whether parameters have a part in what a running round, not of `born`, has computed."""
        running = (round_ for round_ in self.now().rounds if round_ not in born)
        made_in = next((round_ for round_ in running if round_ in node.moment.rounds), None)
        if made_in is None:
            return False
        inside = _walk([node], lambda node: made_in in node.moment.rounds)
        return any(isinstance(edge, Tensor) for edge in inside)

    def tell(self, event: Event) -> None:
        """Tell the observers of an event, and keep it in the log."""
        self.observe(event)
        self.log.append(event)

    def _reach(
        self, roots: Sequence[Tensor], targets: set[Edge] | None
    ) -> tuple[tuple[Node, ...], tuple[Tensor, ...]]:
        """Return the nodes that a backward executes, in order, and the leaves that it fills."""
        reached = list(_walk(map(self.edge, roots)))
        nodes = [edge for edge in reached if isinstance(edge, Node)]
        leaves = [edge for edge in reached if isinstance(edge, Tensor)]
        nodes.sort(key=lambda node: -node.sequence)
        if targets is not None:
            useful: set[Edge] = set()
            for node in reversed(nodes):
                if any(edge in targets or edge in useful for edge in node.inputs):
                    useful.add(node)
            nodes = [node for node in nodes if node in useful]
            leaves = [leaf for leaf in leaves if leaf in targets]
        leaves.reverse()
        return tuple(nodes), tuple(leaves)

    def accumulate(self, leaf: Tensor, event: Backward) -> None:
        """Let a backward's gradient flow into a leaf's `.grad`."""
        gradient = self.gradient(leaf)
        self.journal.touch(gradient)
        if gradient.steps and gradient.stale is None:
            gradient.stale = (gradient.backwards[0], gradient.steps[-1], event)
        gradient.scaled = next((r.scaled for r in event.roots if r.scaled is not None), None)
        gradient.backwards.append(event)
        gradient.clean = gradient.none = False

    def gradient(self, leaf: Tensor) -> Gradient:
        """Return the state of a leaf's `.grad`."""
        if leaf.gradient is None:
            self.journal.touch(leaf)
            leaf.gradient = Gradient(self.journal.epoch)
        return leaf.gradient

    def differentiate(self, event: Backward, like: Tensor) -> Tensor:
        """Return a gradient that a backward has computed for `like`.

        With `create_graph` it has a graph if something that was saved on the way has one: the
        derivative of a linear function does not require grad.
        """
        result = self.leaf(dtype=like.dtype, shape=like.shape)
        if not event.create_graph and not event.deliberate:
            result.provenance = Provenance(passes=frozenset({event}))
        if event.create_graph:
            result.provenance = Provenance(drawn=frozenset({event}))
            node = event.double or self._double(event)
            event.double = node
            if node.inputs:
                result.grad_fn = node
                result.requires_grad_flag = True if node.sure else None
        return result

    def _double(self, event: Backward) -> Node:
        """Return the one node that stands for the graph of all gradients of a backward."""
        kept = {(s.storage, s.version, s.edge): s for node in event.nodes for s in node.saved}
        saved = [s.edge for s in kept.values() if s.edge is not None]
        curved = [edge for node in event.nodes if node.op in _CURVED for edge in node.inputs]
        edges = list(dict.fromkeys([*saved, *curved]))
        unseen = [node for node in event.nodes if node.opaque]
        return self._node(
            _GRADIENT, [*edges, *unseen], kept.values(), twice=True, opaque=bool(unseen),
            sure=bool(edges),
        )  # fmt: skip

    # Gradients

    def zero(
        self, leaves: Sequence[Tensor], optimizer: Optimizer | None = None, *, to_none: bool = True
    ) -> None:
        """Clear the gradients of these leaves."""
        self.tell(ZeroGrad(self.now(), tuple(leaves), optimizer))
        for leaf in leaves:
            gradient = self.gradient(leaf)
            self.journal.touch(gradient)
            if gradient.backwards and not gradient.steps:
                gradient.dropped = (gradient.backwards[-1], self.now())
            gradient.scaled = None
            gradient.clean = True
            gradient.none = gradient.none or to_none
            gradient.backwards.clear()
            gradient.steps.clear()
            gradient.stale = None
            gradient.tainted_by = None
            gradient.value = None
            gradient.zeroed = self.now()

    def set_gradient(self, leaf: Tensor, value: Tensor | None) -> None:
        """Let the program put a value into a leaf's `.grad` itself."""
        gradient = self.gradient(leaf)
        self.journal.touch(gradient)
        gradient.clean = gradient.none = False
        gradient.dropped = None
        gradient.value = value

    def filled(self, leaves: Iterable[Tensor]) -> dict[Tensor, tuple[Backward, ...]]:
        """Return the leaves whose `.grad` is not empty, with the passes that have filled it."""
        return {
            leaf: tuple(leaf.gradient.backwards)
            for leaf in leaves
            if leaf.gradient is not None and not leaf.gradient.clean
        }

    def clip(self, leaves: Sequence[Tensor]) -> None:
        """Let the program clip the gradients of these leaves."""
        filled = self.filled(leaves)
        gradients = [leaf.gradient for leaf in filled if leaf.gradient is not None]
        used = bool(filled) and all(g.steps and g.stale is None for g in gradients)
        scaled = next((g.scaled for g in gradients if g.scaled is not None), None)
        self.tell(Clip(self.now(), tuple(leaves), filled, used, scaled))

    def step(self, optimizer: Optimizer, *, by_scaler: bool = False, closure: bool = False) -> None:
        """Let an optimizer update what it holds."""
        filled = self.filled(optimizer.params)
        event = OptimizerStep(self.now(), optimizer, filled, by_scaler, closure)
        self.tell(event)
        for backward in {b for backwards in filled.values() for b in backwards}:
            backward.used_by.append(event)
        self.journal.touch(optimizer)
        optimizer.steps.append(self.now())
        for leaf in optimizer.params:
            if leaf.gradient is not None and not leaf.gradient.none:
                self._bump(
                    leaf.storage, f"{optimizer.kind}.step", by_step=True,
                    versioned=optimizer.versioned,
                )  # fmt: skip
                self._used(leaf)

    def manual_step(self, leaf: Tensor) -> None:
        """A leaf is updated from its own gradient by hand."""
        self.tell(ManualStep(self.now(), leaf))
        self._used(leaf)

    def _used(self, leaf: Tensor) -> None:
        gradient = self.gradient(leaf)
        if gradient.backwards or gradient.dropped:
            self.journal.touch(gradient)
            gradient.dropped = None
        if gradient.backwards:
            gradient.steps.append(self.now())
            gradient.stale = None


def _lay_out_like(made: Tensor, tensor: Tensor) -> None:
    """Give a tensor what another one on all of the same memory has, its graph aside."""
    made.lie_like(tensor)
    made.inference = tensor.inference
    made.opaque = tensor.opaque
    made.origin = tensor.origin
    made.boxed = tensor.boxed


def _walk(
    edges: Iterable[Edge | None], through: Callable[[Node], bool] = lambda node: True
) -> Iterator[Edge]:
    """Yield all places in the graph that can be come to from these, each once.

    What is behind a node is gone to only where `through` says so.
    """
    seen: set[Edge] = set()
    stack = [edge for edge in edges if edge is not None]
    while stack:
        edge = stack.pop()
        if edge in seen:
            continue
        seen.add(edge)
        yield edge
        if isinstance(edge, Node) and through(edge):
            stack.extend(edge.inputs)


def _missing(
    operands: Sequence[Tensor],
    requires_grad: Callable[[Tensor], bool | None],
    needs: bool | None,
    spread: Spread,
) -> frozenset[Backward]:
    """Return the passes whose gradients, made without a graph, are missing from a result's graph.

    What is added to something that has a graph is missing from the sum; so is it from what is then
    computed of the sum, as long as that is done element by element, or by reducing it: what goes
    into a network is its input, not a term. A gradient added to what it is the gradient of is an
    update, and so meant.
    """
    found: frozenset[Backward] = frozenset()
    for operand in operands:
        passes = operand.provenance.passes
        if passes and spread is Spread.SUM:
            others = [other for other in operands if other is not operand]
            passes = frozenset(
                p for p in passes if not _is_update(p, others) and not _is_goal(p, others)
            )
        constant = requires_grad(operand) is False
        if needs is False or spread is Spread.SUM or (not constant and spread is Spread.WITHIN):
            found |= passes
    return found


def _is_update(event: Backward, others: Sequence[Tensor]) -> bool:
    """Whether a gradient is added to what it is the gradient of."""
    of = event.targets if event.targets is not None else event.leaves
    return any(target.origin is other.origin for target in of for other in others)


def _is_goal(event: Backward, others: Sequence[Tensor]) -> bool:
    """Whether a gradient is what another gradient of the same tensors is to become."""
    drawn = {other for tensor in others for other in tensor.provenance.drawn}
    return any(
        set(other.targets or ()) == set(event.targets or ()) and other.double not in event.nodes
        for other in drawn
    )
