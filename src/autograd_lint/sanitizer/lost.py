"""AGL4xx: which trained leaves never got a gradient, and where they lost it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch

from autograd_lint.sanitizer import functions, graph
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.cuts import Cut, Cuts, Tainted
from autograd_lint.sanitizer.gradients import Gradients, Leaf
from autograd_lint.sanitizer.history import LEAF, Nodes
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites
from autograd_lint.sanitizer.training import Training
from autograd_lint.sanitizer.weak import WeakTensors

_CODES = {
    "detach": ("AGL413", "cuts the graph"),
    "data": ("AGL413", "cuts the graph"),
    "no_grad": ("AGL413", "records no graph"),
    "sample": ("AGL412", "draws without a path back to the parameters"),
    "number": ("AGL401", "turns into a plain number what is to be differentiated"),
    "numpy": ("AGL408", "leaves torch, which no gradient follows"),
    "parameter": ("AGL410", "makes a new leaf of a computed value"),
    "operator": ("AGL409", "has no derivative"),
    "flat": ("AGL409", "has the derivative zero"),
    "grad": ("AGL207", "has no graph of its own, without `create_graph`"),
    "function": ("AGL505", "gives no gradient for it"),
    "checkpoint": ("AGL506", "is a reentrant checkpoint none of whose inputs requires grad"),
}
_HELP = {
    "AGL401": "compute the loss with tensors all the way",
    "AGL405": "use `.detach()`",
    "AGL408": "stay in torch",
    "AGL409": "use something with a derivative (softmax, sigmoid, a straight-through estimator)",
    "AGL410": "use the computed tensor itself",
    "AGL412": "use `rsample()`",
    "AGL413": "leave it away, or do not train what is before it",
    "AGL505": "compute the gradient, or do not train it",
    "AGL506": "pass `use_reentrant=False`",
}
_PLAIN = ("detach", "data", "no_grad", "function")
"""Cuts that leave values as they are."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A leaf that the program has made to require grad."""

    site: Site
    by_force: bool
    """Whether `requires_grad` was set on what was there."""


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    """A backward that starts at a leaf."""

    made: _Made | None
    cuts: Cuts
    backward: Site
    is_leaf: bool
    """Whether it is that leaf that goes backward, and nothing that is computed of it."""


class Losses:
    """What is known of leaves and of the cuts between them and what goes backward."""

    def __init__(
        self, sites: Sites, tainted: Tainted, gradients: Gradients, training: Training
    ) -> None:
        self._sites = sites
        self._tainted = tainted
        self._gradients = gradients
        self._training = training
        self._made: WeakTensors[_Made] = WeakTensors()
        self._flowing: dict[Cut, Site] = {}
        self._rebuilt: dict[Site, _Rebuilt] = {}
        self._forced: dict[Site, tuple[Cuts, Site]] = {}
        self._read: dict[Site, Claim] = {}
        self._left: dict[Site, tuple[Cut, int]] = {}
        """Where values have left torch first, and how many backwards there had been by then."""
        self._backwards = 0
        self._ungiven: dict[Leaf, Claim] = {}

    def made_leaf(self, tensor: torch.Tensor, site: Site, *, by_force: bool) -> None:
        """A leaf was made, or a tensor made a leaf that requires grad."""
        self._made.put(tensor, _Made(site, by_force))

    def left_torch(self, cuts: Cuts, site: Site, how: str, name: str) -> None:
        """A value that has come through these cuts has become a number or an array."""
        cut, _ = self._left.setdefault(site, (Cut(site, how, name), self._backwards))
        for before in cuts:
            cut.behind |= before.behind

    def went_backward(
        self, roots: list[torch.Tensor], nodes: Iterable[graph.Node], site: Site
    ) -> None:
        """A backward starts at these roots."""
        self._backwards += 1
        for root in roots:
            cuts = self._tainted.of(root)
            for cut in cuts:
                self._flowing.setdefault(cut, site)
            leaves = graph.leaves(nodes) or [root]
            if len(leaves) != 1 or self._training.is_held(self._gradients.leaf(leaves[0])):
                continue
            made = self._made.get(leaves[0])
            if root.is_leaf and made is not None and made.by_force:
                self._forced.setdefault(made.site, (cuts, site))
            elif root.is_leaf or made is not None:
                cuts |= self._tainted.of(leaves[0])
                self._rebuilt.setdefault(site, _Rebuilt(made, cuts, site, root.is_leaf))

    def not_given(
        self, name: str, leaves: Iterable[torch.Tensor], returned: Site, backward: Site
    ) -> None:
        """A custom backward has given None for inputs that lead to these leaves."""
        for leaf in map(self._gradients.leaf, leaves):
            self._ungiven.setdefault(leaf, functions.missing(name, returned, backward, self._sites))

    def read_nonleaf(
        self, tensor: torch.Tensor, site: Site, nodes: Nodes, *, is_asked: bool
    ) -> None:
        """The gradient of a result was read, or asked whether there is one: there is none."""
        if site == NOWHERE or site in self._read:
            return
        lost = next(self.lost_leaf(tensor, nodes), None)
        if lost is None and is_asked:
            return
        node = graph.node_of(tensor)
        made = nodes.site(node._sequence_nr()) if node is not None else NOWHERE
        self._read[site] = lost or Claim(
            "AGL403",
            f"`{self._sites.text(site)}` is None: the tensor is no leaf, and nothing called `retain_grad()`",
            site,
            (("it is computed here", made), ("its `.grad` is read here", site)),
            help="call `retain_grad()` before the backward",
        )

    def lost_leaf(self, tensor: torch.Tensor, nodes: Nodes) -> Iterator[Claim]:
        """A result of nothing but a leaf that was made for it, and that nobody has kept."""
        node = graph.node_of(tensor)
        if node is None:
            return
        leaves = graph.leaves_behind(tensor)
        entry = self._made.get(leaves[0]) if len(leaves) == 1 else None
        if entry is None or entry.by_force:
            return
        site = nodes.site(_first(node)._sequence_nr())
        if self._sites.row(site) != self._sites.row(entry.site):
            return
        yield Claim(
            "AGL402",
            f"`{self._sites.text(site)}` is no leaf: what requires grad is lost, and its gradient with it",
            site,
            (("the leaf is made here", entry.site), ("and only its result is kept here", site)),
            help="call `requires_grad_()` last",
        )

    @property
    def is_rebuilt(self) -> bool:
        """Whether a loss without history has gone backward, which explains steps without gradients."""
        return bool(self._forced or self._rebuilt_of(set(self._training.unfilled())))

    def _rebuilt_of(self, starved: set[Leaf]) -> list[_Rebuilt]:
        """The backwards that start at a leaf which was made of what starved leaves were to learn from."""
        has_left = any(_lost_by(cut, starved) for cut in self._used_numbers())
        return [each for each in self._rebuilt.values() if each.is_leaf or each.cuts or has_left]

    def _used_numbers(self) -> Iterator[Cut]:
        """Where values have left torch, if a backward came after: it may go without them."""
        for cut, before in self._left.values():
            if before < self._backwards:
                yield cut

    def explained(self) -> set[Leaf]:
        """The leaves whose values were turned into something else on the way to what goes backward."""
        turned = (cut for cut in self._flowing if cut.how not in _PLAIN)
        return {leaf for cut in turned for leaf in cut.behind}

    def claims(self) -> Iterator[Claim]:
        """What was lost in the whole run."""
        yield from self._read.values()
        yield from (claim for leaf, claim in self._ungiven.items() if not leaf.is_filled)
        for made, (cuts, backward) in self._forced.items():
            yield self._forced_claim(made, cuts, backward)
        starved: set[Leaf] = set()
        partly: set[Leaf] = set()
        is_rebuilt = False
        for optimizer, starving in self._training.starving():
            starved |= starving
            if starving >= optimizer.leaves:
                is_rebuilt = True
            else:
                partly |= starving
        if is_rebuilt:
            rebuilt = self._rebuilt_of(starved)
            for each in rebuilt:
                yield from self._rebuilt_claims(each)
            if rebuilt or self._forced:
                return
        starved -= self._ungiven.keys()
        partly -= self._ungiven.keys()
        if starved:
            yield from self._cut_claims(starved, partly)

    def _forced_claim(self, made: Site, cuts: Cuts, backward: Site) -> Claim:
        first = sorted(cut.site for cut in cuts)[:1]
        return Claim(
            "AGL407",
            f"`{self._sites.text(made)}` silences torch's complaint: the backward in line "
            f"{self._sites.line(backward)} reaches no parameter",
            made,
            (
                *(("the value leaves its graph here", cut) for cut in first),
                ("gradients are asked for here", made),
                ("and it goes backward here", backward),
            ),
            help="keep the graph from the parameters to the loss",
        )

    def _rebuilt_claims(self, rebuilt: _Rebuilt) -> Iterator[Claim]:
        made, backward = rebuilt.made, rebuilt.backward
        cuts = sorted(rebuilt.cuts, key=lambda cut: cut.site)
        before = tuple(("the value leaves its graph here", cut.site) for cut in cuts[:1])
        site = made.site if made is not None else (cuts[-1].site if cuts else NOWHERE)
        yield Claim(
            "AGL401",
            f"`{self._sites.text(site)}` makes a new leaf of a loss: the backward in line "
            f"{self._sites.line(backward)} reaches no parameter",
            site,
            (
                *before,
                ("a tensor without history is made of it here", site),
                ("and goes backward here", backward),
            ),
            help="compute the loss with tensors all the way (`torch.stack(losses).mean()`)",
        )

    def _cut_claims(self, starved: set[Leaf], partly: set[Leaf]) -> Iterator[Claim]:
        lost = {cut: _lost_by(cut, starved) for cut in self._flowing}
        turned = {leaf for cut, leaves in lost.items() if cut.how not in _PLAIN for leaf in leaves}
        found = set()
        for cut, leaves in lost.items():
            if not leaves:
                continue
            found |= leaves
            if cut.how not in _PLAIN or leaves - turned:
                yield cut_claim(self._sites, cut, self._flowing[cut])
        rest = partly - found
        for cut in self._used_numbers():
            if _lost_by(cut, rest):
                yield cut_claim(self._sites, cut, NOWHERE)


def _lost_by(cut: Cut, starved: set[Leaf]) -> set[Leaf]:
    """The leaves behind a cut that got no gradient at all, or none but zero where that is what it gives."""
    return {leaf for leaf in cut.behind & starved if cut.how == "flat" or not leaf.is_filled}


def cut_claim(sites: Sites, cut: Cut, backward: Site) -> Claim:
    """Gradients are lost at a cut."""
    code, what = _CODES[cut.how]
    return Claim(
        code,
        f"`{sites.text(cut.site)}` {what}: parameters that are to be trained get no gradient",
        cut.site,
        (
            ("their gradient is cut off here", cut.site),
            ("this backward does not reach them", backward),
        ),
        help=_HELP.get(code),
    )


def _first(node: graph.Node) -> graph.Node:
    """The node next to the leaf, on a way without forks."""
    while True:
        edges = [edge for edge, _ in node.next_functions if edge is not None]
        if len(edges) != 1 or edges[0]._sequence_nr() == LEAF:
            return node
        node = edges[0]
