"""What the rules about a backward share: the picture of the graph that it met.

A program's graph may have thousands of nodes. Shown are those around the one that a claim is about,
and the way to it from where the backward starts; what lies in between is a hidden stretch of an edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from autograd_lint.autograd.events import Backward, Moment, Returned
from autograd_lint.autograd.provenance import Cut
from autograd_lint.autograd.tensor import Edge, Node, Saved, Tensor
from autograd_lint.finding import (
    Graph,
    GraphEdge,
    GraphNode,
    NodeKind,
    NodeState,
    SavedTensor,
    Step,
)
from autograd_lint.rules import failing
from autograd_lint.rules.naming import Naming
from autograd_lint.rules.rule import Context

LARGEST = 24
"""How many nodes are shown at most."""
_FIRST = 4
"""How many of them at the start of the way, where that is long."""

Event: TypeAlias = "Backward | Returned"
_Thing: TypeAlias = "Event | Cut | Edge"
"""What a node of a picture stands for."""


def around(
    event: Event,
    context: Context,
    fails: Node | None = None,
    *,
    stops: bool = True,
    cuts: Sequence[Cut] = (),
) -> Graph:
    """The graph that a backward meets, around the node where it fails and where `cuts` cut it.

    Where it fails it stops, or goes on with what is wrong.
    """
    whole = _Whole(event, fails, stops, cuts)
    focus = fails or (cuts[0] if cuts else event)
    shown = whole.near(focus)
    position = {thing: number for number, thing in enumerate(shown)}
    edges = [
        GraphEdge(position[thing], position[end], hidden)
        for thing in shown
        for end, hidden in whole.ways(thing, position.__contains__)
    ]
    nodes = tuple(_drawn(thing, whole, context.naming) for thing in shown)
    return Graph(nodes, tuple(edges), len(whole.next) - len(shown))


def in_order(cuts: Iterable[Cut], context: Context) -> list[Cut]:
    """Cuts in the order of the source; those of one place as what they cut off was made."""
    place = context.naming.place

    def order(cut: Cut) -> tuple[object, ...]:
        made = sorted(
            (place(e.moment), e.sequence if isinstance(e, Node) else 0) for e in cut.edges
        )
        return place(cut.moment), [number for _, number in made], made

    return sorted(cuts, key=order)


class _Whole:
    """All that a backward meets, and what is cut off from it, with leaves alike taken as one."""

    def __init__(self, event: Event, fails: Node | None, stops: bool, cuts: Sequence[Cut]) -> None:
        self.event = event
        self.fails = fails
        self.stops = stops
        self.cuts = cuts
        if isinstance(event, Backward):
            self.roots, leaves = event.roots, event.leaves
        else:
            self.roots, leaves = event.tensors, ()
        self.walked: set[_Thing] = {*event.nodes, *leaves}
        if isinstance(event, Returned):
            self.walked.update(e for n in event.nodes for e in n.inputs if isinstance(e, Tensor))
        self.next: dict[_Thing, list[_Thing]] = {}
        """All things in the order of the backward, and where gradients flow from each."""
        self.previous: dict[_Thing, list[_Thing]] = {}
        self.alike: dict[_Thing, int] = {}
        """How many leaves each one stands for."""
        self._collect()
        self._unite_leaves()

    def _collect(self) -> None:
        pending: list[_Thing] = [self.event]
        found: dict[_Thing, list[_Thing]] = {}
        while pending:
            thing = pending.pop()
            if thing not in found:
                found[thing] = list(dict.fromkeys(self._flows(thing)))
                pending.extend(found[thing])
        self.next = {thing: found[thing] for thing in sorted(found, key=self._order)}
        for thing, ends in self.next.items():
            for end in ends:
                self.previous.setdefault(end, []).append(thing)

    def _flows(self, thing: _Thing) -> Iterable[_Thing]:
        if isinstance(thing, Tensor):
            return ()
        if isinstance(thing, Cut):
            return thing.edges
        if isinstance(thing, Node):
            walked = thing in self.walked
            return (edge for edge in thing.inputs if not walked or edge in self.walked)
        starts = (root.grad_fn or root for root in self.roots)
        return (*(start for start in starts if start in self.walked), *self.cuts)

    def _order(self, thing: _Thing) -> tuple[bool, int, int]:
        """Sort as a backward goes: where it starts, its nodes and leaves; then what is cut off."""
        rank = (Backward, Cut, Node, Tensor)
        kind = next((i for i, type_ in enumerate(rank) if isinstance(thing, type_)), 0)
        behind = kind != 0 and thing not in self.walked
        return behind, kind, -thing.sequence if isinstance(thing, Node) else 0

    def _unite_leaves(self) -> None:
        """Take parameters as one that are made by the same code for the same nodes."""
        first: dict[tuple[object, ...], _Thing] = {}
        for thing in list(self.next):
            if not isinstance(thing, Tensor):
                continue
            users = tuple(self.previous.get(thing, ()))
            one = first.setdefault((thing.moment.site, thing in self.walked, users), thing)
            self.alike[one] = self.alike.get(one, 0) + 1
            if one is not thing:
                del self.next[thing]
                for user in users:
                    self.next[user].remove(thing)

    def near(self, focus: _Thing) -> list[_Thing]:
        """The way to a thing, and what is nearest to it, in the order of the backward."""
        chosen = {self.event, focus, *self._way(focus)[:_FIRST]}
        seen: dict[_Thing, _Thing | None] = {focus: None}
        for thing in _breadth_first(seen, lambda t: [*self.previous.get(t, ()), *self.next[t]]):
            if len(chosen) >= LARGEST:
                break
            chosen.add(thing)
        return [thing for thing in self.next if thing in chosen]

    def _way(self, focus: _Thing) -> list[_Thing]:
        """The shortest way from where the backward starts."""
        came: dict[_Thing, _Thing | None] = {self.event: None}
        for _ in _breadth_first(came, self.next.__getitem__):
            pass
        way: list[_Thing] = []
        at: _Thing | None = focus
        while at is not None:
            way.append(at)
            at = came.get(at)
        return way[::-1]

    def ways(
        self, start: _Thing, is_shown: Callable[[_Thing], bool]
    ) -> Iterator[tuple[_Thing, bool]]:
        """Where gradients flow next of what is shown, and whether through what is not."""
        direct = [end for end in self.next[start] if is_shown(end)]
        seen: dict[_Thing, None] = dict.fromkeys(self.next[start])
        reached = dict.fromkeys(direct, False)
        pending = [end for end in self.next[start] if not is_shown(end)]
        while pending:
            for end in self.next[pending.pop()]:
                if is_shown(end):
                    reached.setdefault(end, True)
                elif end not in seen:
                    seen[end] = None
                    pending.append(end)
        yield from reached.items()

    def state(self, thing: _Thing) -> NodeState:
        """What becomes of a thing in the backward."""
        if thing is self.event:
            return NodeState.WALKED
        if thing not in self.walked:
            return NodeState.UNREACHED
        if thing is self.fails:
            return NodeState.FAILS
        if self.fails is None or not self.stops:
            return NodeState.WALKED
        before = self.previous[thing] if isinstance(thing, Tensor) else [thing]
        nodes = [node for node in before if isinstance(node, Node)]
        walked = all(node.sequence > self.fails.sequence for node in nodes)
        return NodeState.WALKED if walked else NodeState.AHEAD


def _breadth_first(
    came: dict[_Thing, _Thing | None], neighbours: Callable[[_Thing], Iterable[_Thing]]
) -> Iterator[_Thing]:
    """Yield what is reached from what is in `came`, the nearest first; note there whence it came."""
    pending = list(came)
    for thing in pending:
        yield thing
        for neighbour in neighbours(thing):
            if neighbour not in came:
                came[neighbour] = thing
                pending.append(neighbour)


def _drawn(thing: _Thing, whole: _Whole, naming: Naming) -> GraphNode:
    saved, freed = _kept(thing, whole.event, naming) if isinstance(thing, Node) else ((), None)
    return GraphNode(
        kind=_kind(thing),
        state=whole.state(thing),
        name=_name(thing, whole.alike, naming),
        code=naming.code(thing.moment).strip("`"),
        place=naming.place(thing.moment),
        saved=saved,
        freed=freed,
    )


def _kind(thing: _Thing) -> NodeKind:
    kinds = {Node: NodeKind.OPERATOR, Tensor: NodeKind.LEAF, Cut: NodeKind.CUT}
    return kinds.get(type(thing), NodeKind.BACKWARD)


def _name(thing: _Thing, alike: Mapping[_Thing, int], naming: Naming) -> str:
    if isinstance(thing, Node):
        return naming.op(thing).strip("`")
    if isinstance(thing, Cut):
        return thing.how
    if isinstance(thing, Tensor):
        if thing.opaque:
            return "parameters that were not seen"
        number = alike[thing]
        if thing.is_parameter:
            return "parameter" if number == 1 else f"{number} parameters"
        return "leaf" if number == 1 else f"{number} leaves"
    return thing.call if isinstance(thing, Backward) else "a backward by the caller"


def _kept(node: Node, event: Event, naming: Naming) -> tuple[tuple[SavedTensor, ...], Step | None]:
    """What a node has saved, and the earlier backward that has freed it."""
    if event in node.walked_by:  # it is over: what has been written since is of no interest
        kept = (SavedTensor(naming.kept(s), s.version, s.version) for s in node.saved)
        return tuple(kept), None
    by = node.freed_by
    freed = _step("frees it", by.moment, naming) if by is not None else None
    return tuple(_saved(saved, naming) for saved in node.saved), freed


def _saved(saved: Saved, naming: Naming) -> SavedTensor:
    write = failing.write_since(saved) or failing.unseen_write(saved)
    return SavedTensor(
        naming.kept(saved),
        saved.version,
        saved.storage.version,
        _step("writes to it", write.moment, naming) if write is not None else None,
    )


def _step(what: str, moment: Moment, naming: Naming) -> Step:
    return Step(f"{naming.code(moment)} {what}", naming.place(moment))
