"""Where the nodes of a graph stand when it is drawn: in layers, as gradients flow, from the top.

After Sugiyama: a node stands below all that its gradient comes from; an edge over several layers
bends around what stands between; the order in a layer follows the neighbours' to spare crossings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing, from the top left."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing: the middle of each node's upper side, and the bends of each edge."""

    nodes: tuple[Point, ...]
    bends: Mapping[tuple[int, int], tuple[Point, ...]]
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    gap: tuple[float, float] = (28, 34),
) -> Layout:
    """Place nodes of these widths and heights; `edges` have no cycle."""
    depth = _depths(len(sizes), edges)
    layers: list[list[int]] = [[] for _ in range(max(depth, default=-1) + 1)]
    for node, layer in enumerate(depth):
        layers[layer].append(node)
    widths = [width for width, _ in sizes]
    chains: dict[tuple[int, int], list[int]] = {}
    neighbours: list[tuple[list[int], list[int]]] = [([], []) for _ in sizes]
    for start, end in edges:
        chain = chains[start, end] = []
        above = start
        for layer in range(depth[start] + 1, depth[end]):
            bend = len(widths)
            widths.append(0)
            neighbours.append(([], []))
            layers[layer].append(bend)
            chain.append(bend)
            neighbours[above][1].append(bend)
            neighbours[bend][0].append(above)
            above = bend
        neighbours[above][1].append(end)
        neighbours[end][0].append(above)
    xs = _across(layers, widths, neighbours, gap[0])
    heights = [max(sizes[node][1] for node in layer if node < len(sizes)) for layer in layers]
    tops = [sum(heights[:i]) + gap[1] * i for i in range(len(layers))]
    layer_of = {node: i for i, layer in enumerate(layers) for node in layer}
    left = min((x - width / 2 for x, width in zip(xs, widths, strict=True)), default=0)
    points = [Point(x - left, tops[layer_of[node]]) for node, x in enumerate(xs)]

    def straight(bend: int) -> tuple[Point, Point]:
        """The way down through a layer."""
        return points[bend], Point(points[bend].x, points[bend].y + heights[layer_of[bend]])

    return Layout(
        nodes=tuple(points[: len(sizes)]),
        bends={
            edge: tuple(point for bend in chain for point in straight(bend))
            for edge, chain in chains.items()
        },
        width=max((x + width / 2 for x, width in zip(xs, widths, strict=True)), default=0) - left,
        height=tops[-1] + heights[-1] if layers else 0,
    )


def _depths(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """How many edges lead to each node on the longest way."""
    depth = [0] * count
    for _ in range(count):
        for start, end in edges:
            depth[end] = max(depth[end], depth[start] + 1)
    return depth


def _across(
    layers: list[list[int]],
    widths: Sequence[float],
    neighbours: Sequence[tuple[list[int], list[int]]],
    gap: float,
) -> list[float]:
    """The middle of each node: near the middle of its neighbours, as far as its layer has room."""
    xs = [0.0] * len(widths)
    for layer in layers:
        _spread(layer, {node: float(i) for i, node in enumerate(layer)}, xs, widths, gap)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            wanted = {}
            for node in layer:
                beside = neighbours[node][0 if down else 1]
                wanted[node] = sum(xs[n] for n in beside) / len(beside) if beside else xs[node]
            layer.sort(key=lambda node: (wanted[node], node))
            _spread(layer, wanted, xs, widths, gap)
    return xs


def _spread(
    layer: Sequence[int],
    wanted: Mapping[int, float],
    xs: list[float],
    widths: Sequence[float],
    gap: float,
) -> None:
    """Place a layer's nodes in their order, as near as may be to where they are wanted.

    Pushing to the right and to the left, each as little as it takes, and meeting in the middle.
    """
    right: list[float] = []
    for i, node in enumerate(layer):
        room = right[-1] + (widths[layer[i - 1]] + widths[node]) / 2 + gap if i else wanted[node]
        right.append(max(wanted[node], room))
    left: list[float] = [0.0] * len(layer)
    for i in reversed(range(len(layer))):
        node = layer[i]
        last = i == len(layer) - 1
        room = (
            wanted[node] if last else left[i + 1] - (widths[layer[i + 1]] + widths[node]) / 2 - gap
        )
        left[i] = min(wanted[node], room)
    for i, node in enumerate(layer):
        xs[node] = (right[i] + left[i]) / 2
