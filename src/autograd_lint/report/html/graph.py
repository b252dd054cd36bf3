"""The autograd graph of a finding, drawn as SVG: gradients flow from the top."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from autograd_lint.finding import Graph, GraphNode, NodeKind, NodeState, SavedTensor
from autograd_lint.report.html.layout import Layout, Point, layered
from autograd_lint.report.html.prose import escaped, inline
from autograd_lint.report.places import spot

WIDTH = 200
ROW = 16
"""The height of a line of text."""
PADDING = 10
MARGIN = 12
LONGEST = 28
"""How many characters of code there is room for."""

_MARKER = (
    '<marker id="tip-{0}" class="tip {0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="11" '
    'markerHeight="11" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8Z"/></marker>'
)
MARKERS = (
    '<svg class="markers" width="0" height="0" aria-hidden="true"><defs>'
    + "".join(_MARKER.format(state.value) for state in NodeState)
    + "</defs></svg>"
)
"""The arrows' tips, which all graphs of a page share."""

_STATES = {
    NodeState.WALKED: "the backward walks it",
    NodeState.FAILS: "here it goes wrong",
    NodeState.AHEAD: "the backward does not come to it any more",
    NodeState.UNREACHED: "no gradient comes to it",
}


def figure(graph: Graph, name: str) -> Iterator[str]:
    """The drawing, a legend, and the same in words; `name` is the figure's own on the page."""
    texts = [_texts(node) for node in graph.nodes]
    sizes = [(float(WIDTH), float(2 * PADDING + ROW * len(lines))) for lines in texts]
    layout = layered(sizes, [(edge.start, edge.end) for edge in graph.edges])
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    yield f'<figure class="graph" id="{name}" style="--width: {width:.0f}px">'
    yield "<figcaption>The graph that the backward meets</figcaption>"
    yield '<div class="scroll" tabindex="0" role="group" aria-label="Drawing of the graph">'
    yield (
        f'<svg role="img" aria-labelledby="{name}-title" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}">'
    )
    yield f'<title id="{name}-title">Autograd graph with {len(graph.nodes)} nodes</title>'
    yield from _edges(graph, layout, sizes)
    for node, lines, at, (_, tall) in zip(graph.nodes, texts, layout.nodes, sizes, strict=True):
        yield from _node(node, lines, at, tall)
    yield "</svg></div>"
    yield '<ul class="legend">'
    for state in dict.fromkeys(node.state for node in graph.nodes):
        yield f'<li><span class="swatch {state.value}"></span>{_STATES[state]}</li>'
    if any(node.saved for node in graph.nodes):
        yield "<li>v0, v1: versions of what it keeps for its backward</li>"
    if graph.left_out:
        yield f"<li>{graph.left_out} further nodes are not shown</li>"
    yield "</ul>"
    yield "<details><summary>The graph in words</summary><ol>"
    for number, node in enumerate(graph.nodes):
        yield f"<li>{_words(graph, number, node)}</li>"
    yield "</ol></details></figure>"


def _edges(graph: Graph, layout: Layout, sizes: list[tuple[float, float]]) -> Iterator[str]:
    for edge in graph.edges:
        start, end = layout.nodes[edge.start], layout.nodes[edge.end]
        points = [
            Point(start.x, start.y + sizes[edge.start][1]),
            *layout.bends[edge.start, edge.end],
        ]
        points.append(Point(end.x, end.y - 2))
        state = graph.nodes[edge.end].state
        classes = f"edge {state.value}" + (" hidden" if edge.hidden else "")
        tip = f"url(#tip-{state.value})"
        yield f'<path class="{classes}" d="{_curve(points)}" marker-end="{tip}"/>'


def _curve(points: list[Point]) -> str:
    """A line through the points that leaves and arrives upright."""
    path = f"M{points[0].x:.1f} {points[0].y:.1f}"
    for before, after in pairwise(points):
        middle = (before.y + after.y) / 2
        path += (
            f"C{before.x:.1f} {middle:.1f} {after.x:.1f} {middle:.1f} {after.x:.1f} {after.y:.1f}"
        )
    return path


def _node(node: GraphNode, lines: list[tuple[str, str]], at: Point, tall: float) -> Iterator[str]:
    round_ = min(tall / 2, 18) if node.kind is NodeKind.LEAF else 6
    yield f'<g class="node {node.kind.value} {node.state.value}">'
    yield f"<title>{escaped(node.code)} ({escaped(node.place.path)}:{spot(node.place)})</title>"
    left = at.x - WIDTH / 2
    yield (
        f'<rect x="{left:.1f}" y="{at.y:.1f}" width="{WIDTH}" height="{tall:.1f}" rx="{round_}"/>'
    )
    for number, (style, text) in enumerate(lines, start=1):
        y = at.y + PADDING + ROW * number - 4
        yield (
            f'<text class="{style}" x="{at.x:.1f}" y="{y:.1f}" text-anchor="middle">'
            f"{escaped(text)}</text>"
        )
    yield "</g>"


def _texts(node: GraphNode) -> list[tuple[str, str]]:
    """The lines of text in a node, each with its style."""
    sign = {NodeKind.CUT: "✂ ", NodeKind.BACKWARD: "▼ "}.get(node.kind, "")
    fails = " ✗" if node.state is NodeState.FAILS else ""
    made = _shortened(f"{node.place.line}: {node.code}", LONGEST)
    lines = [("name", f"{sign}{_shortened(node.name, LONGEST - 4)}{fails}"), ("made", made)]
    for saved in node.saved:
        style = "saved" if saved.write is None else "spoilt"
        lines.append(
            (style, f"{_shortened(_plain(saved.what), LONGEST - 11)} · {_versions(saved)}")
        )
        if saved.write is not None:
            lines.append((style, _shortened(_plain(saved.write.message), LONGEST)))
    if node.freed is not None and node.saved:
        lines.append(("freed", _shortened(_plain(node.freed.message), LONGEST)))
    return lines


def _versions(saved: SavedTensor) -> str:
    changed = saved.version != saved.version_now
    return f"v{saved.version}" + (f", now v{saved.version_now}" if changed else "")


def _plain(text: str) -> str:
    return text.replace("`", "")


def _words(graph: Graph, number: int, node: GraphNode) -> str:
    """What the drawing shows of a node, as a sentence."""
    parts = [f"{inline(node.name)} in line {node.place.line} (<code>{escaped(node.code)}</code>)"]
    parts.append(_STATES[node.state])
    for saved in node.saved:
        written = f": {inline(saved.write.message)}" if saved.write is not None else ""
        parts.append(f"keeps {inline(saved.what)}, {_versions(saved)}{written}")
    if node.freed is not None:
        parts.append(inline(node.freed.message))
    ends = [str(edge.end + 1) for edge in graph.edges if edge.start == number]
    if ends:
        parts.append(f"its gradient flows to {', '.join(ends)}")
    return "; ".join(parts)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
