"""The graph that comes with a finding: what failed and why, what was walked, and no more than fits."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from autograd_lint import rules
from autograd_lint.finding import Finding, Graph, GraphNode, NodeKind, NodeState
from autograd_lint.rules.picture import LARGEST
from autograd_lint.source import from_text

HEAD = """
import torch
from torch import nn
model = nn.Linear(4, 4)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.randn(2, 4)
"""


def found(program: str, code: str) -> tuple[Finding, Graph]:
    source = from_text(HEAD + dedent(program), Path("/train.py"), "train.py")
    (finding,) = (
        f for f in rules.analyse(source, lambda _: None).findings if f.code == code
    )  # fmt: skip
    assert finding.graph is not None
    return finding, finding.graph


def states(graph: Graph) -> list[tuple[str, NodeState]]:
    return [(node.name, node.state) for node in graph.nodes]


def failing(graph: Graph) -> GraphNode:
    (node,) = (node for node in graph.nodes if node.state is NodeState.FAILS)
    return node


def test_what_was_written_is_shown_with_its_versions_and_the_write() -> None:
    _, graph = found(
        """
        y = torch.exp(model(x))
        y += 1
        y.sum().backward()
        """,
        "AGL102",
    )
    assert states(graph) == [
        ("backward", NodeState.WALKED),
        ("sum", NodeState.WALKED),
        ("+=", NodeState.WALKED),
        ("exp", NodeState.FAILS),
        ("Linear", NodeState.AHEAD),
        ("2 parameters", NodeState.AHEAD),
    ]
    (saved,) = failing(graph).saved
    assert (saved.what, saved.version, saved.version_now) == ("its result", 0, 1)
    assert saved.write is not None
    assert (saved.write.message, saved.write.place.line) == ("`y += 1` writes to it", 9)
    assert [(edge.start, edge.end) for edge in graph.edges] == [
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5),
    ]  # fmt: skip


def test_what_was_freed_is_shown_with_the_backward_that_did() -> None:
    _, graph = found(
        """
        loss = (model(x) ** 2).sum()
        loss.backward()
        loss.backward()
        """,
        "AGL201",
    )
    freed = failing(graph).freed
    assert freed is not None
    assert (freed.message, freed.place.line) == ("`loss.backward()` frees it", 9)


def test_what_the_optimizer_wrote_is_shown() -> None:
    _, graph = found(
        """
        loss = model(torch.tanh(model(x))).sum()
        other = model(x).sum()
        other.backward()
        optimizer.step()
        loss.backward()
        """,
        "AGL106",
    )
    writes = [saved.write.message for saved in failing(graph).saved if saved.write]
    assert writes == ["`optimizer.step()` writes to it"]


def test_an_unseen_write_stops_nothing() -> None:
    _, graph = found(
        """
        y = torch.exp(model(x))
        y.data.mul_(2)
        y.sum().backward()
        """,
        "AGL104",
    )
    assert failing(graph).name == "exp"
    assert NodeState.AHEAD not in {node.state for node in graph.nodes}


def test_what_is_cut_off_hangs_on_the_cut() -> None:
    _, graph = found(
        """
        head = nn.Linear(4, 1)
        both = torch.optim.SGD([*model.parameters(), *head.parameters()], lr=0.1)
        loss = head(torch.relu(model(x)).detach()).sum()
        both.zero_grad()
        loss.backward()
        both.step()
        """,
        "AGL413",
    )
    cut = next(i for i, node in enumerate(graph.nodes) if node.kind is NodeKind.CUT)
    assert (graph.nodes[cut].name, graph.nodes[cut].state) == ("detach", NodeState.UNREACHED)
    behind = [node.name for node in graph.nodes if node.state is NodeState.UNREACHED]
    assert behind == ["detach", "relu", "Linear", "2 parameters"]
    assert any(edge.start == 0 and edge.end == cut for edge in graph.edges)
    assert not any(saved.write for node in graph.nodes for saved in node.saved)


def test_a_large_graph_is_cut_down_to_what_is_near() -> None:
    program = "h = torch.sigmoid(model(x))\n" + "h = torch.tanh(h + 1)\n" * 40
    program += "y = torch.exp(h)\ny += 1\n" + "y = torch.cos(y)\n" * 40 + "y.sum().backward()\n"
    _, graph = found(program, "AGL102")
    assert len(graph.nodes) == LARGEST
    assert graph.left_out > 80
    assert graph.nodes[0].kind is NodeKind.BACKWARD
    assert failing(graph).name == "exp"
    assert any(edge.hidden for edge in graph.edges)
    reached = {0}
    for edge in graph.edges:
        assert edge.start in reached, "all that is shown hangs together"
        reached.add(edge.end)
    assert reached == set(range(LARGEST))


def test_cuts_of_one_place_stand_in_the_order_of_what_they_cut_off() -> None:
    program = """
        def constant(t):
            return t.detach()

        loss = sum(constant(model(x + i)) for i in range(4)).sum()
        loss.backward()
        """
    graphs = [found(program, "AGL204")[1] for _ in range(5)]
    assert [node.name for node in graphs[0].nodes].count("detach") > 1
    assert all(graph == graphs[0] for graph in graphs)


def test_rules_about_no_backward_have_none() -> None:
    source = from_text(
        "import torch\nw = torch.zeros(3, requires_grad=True)\nw[0] = 1\n", Path("/a.py"), "a.py"
    )
    (finding,) = rules.analyse(source, lambda _: None).findings
    assert (finding.code, finding.graph) == ("AGL101", None)
