"""The page: whole, harmless, and right about what it draws."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lint import Applicability, Confidence, Edit, Finding, Fix, Place, Severity, Step
from autograd_lint.finding import Graph, GraphEdge, GraphNode, NodeKind, NodeState, SavedTensor
from autograd_lint.report import Context, html
from autograd_lint.report.html.layout import layered
from autograd_lint.rules import registry

Lines = Callable[[Place], Sequence[str]]

VOID = {"br", "input", "meta"}
NASTY = """</span></script><script>alert("x")</script><img src=x onerror='alert(1)'>&amp;"""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, tag: str, style: str = "") -> list[Element]:
        """The elements below with this tag, and this class if one is given."""
        mine = [self] if self.tag == tag and style in self.classes else []
        return mine + [found for child in self.children for found in child.all(tag, style)]

    @property
    def classes(self) -> list[str]:
        return ["", *(self.attributes.get("class") or "").split()]

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Page(HTMLParser):
    """Reads a page and fails where an element is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], "not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), "an attribute twice"
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)


def at(line: int, column: int, end_column: int) -> Place:
    return Place("train.py", None, line, column, line, end_column)


def node(kind: NodeKind, state: NodeState, name: str, **more: object) -> GraphNode:
    return GraphNode(kind, state, name, f"{name}(…)", at(4, 5, 12), **more)  # type: ignore[arg-type]


GRAPH = Graph(
    (
        node(NodeKind.BACKWARD, NodeState.WALKED, "backward"),
        node(
            NodeKind.OPERATOR,
            NodeState.FAILS,
            "exp",
            saved=(SavedTensor("its result", 0, 1, Step("`y += 1` writes to it", at(5, 1, 7))),),
            freed=Step("`z.backward()` frees it", at(6, 1, 7)),
        ),
        node(NodeKind.LEAF, NodeState.AHEAD, "2 parameters"),
        node(NodeKind.CUT, NodeState.UNREACHED, "detach"),
    ),
    (GraphEdge(0, 1), GraphEdge(1, 2, hidden=True), GraphEdge(0, 3)),
    left_out=7,
)


@pytest.fixture
def drawn(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, one of them with all that a page can show."""
    fix = Fix("Write `y = y + 1`", (Edit(at(5, 1, 7), "y = y + 1"),), Applicability.UNSAFE)
    return [findings[0], replace(findings[1], graph=GRAPH, fix=fix), findings[2]]


def page(findings: Sequence[Finding], lines: Lines) -> Element:
    text = html.render(findings, Context(lines, rules=registry(), closing="3 findings.\nAll."))
    return Page(text).root


def test_every_finding_is_there_with_its_evidence(drawn: list[Finding], lines: Lines) -> None:
    root = page(drawn, lines)
    articles = root.all("article")
    assert len(root.all("nav")[0].all("li")) == len(articles)
    for finding, article in zip(drawn, articles, strict=True):
        told = [finding.message, finding.help or "", *(step.message for step in finding.trace)]
        for text in (finding.code, finding.name, *told):
            assert text.replace("`", "") in article.text
    assert "3 findings." in root.all("header")[0].text


def test_names_are_unique_and_links_lead_somewhere(drawn: list[Finding], lines: Lines) -> None:
    root = page(drawn, lines)
    everything = _flat(root)
    names = [e.attributes["id"] for e in everything if "id" in e.attributes]
    assert len(names) == len(set(names))
    for element in everything:
        for attribute in ("aria-labelledby", "href"):
            if (target := element.attributes.get(attribute)) is not None:
                assert target.removeprefix("#") in names


def test_what_comes_from_sources_is_text(findings: Sequence[Finding]) -> None:
    place = Place(f"a/{NASTY}.py", None, 1, 1, 1, 9)
    step = Step(f"`{NASTY}` {NASTY}", place)
    graph = Graph(
        (GraphNode(NodeKind.OPERATOR, NodeState.FAILS, NASTY, NASTY, place),), (), left_out=0
    )
    nasty = Finding(
        "AGL101", NASTY, NASTY, place, Severity.ERROR, Confidence.CERTAIN, (step,), NASTY,
        Fix(NASTY, (Edit(place, NASTY),), Applicability.SAFE), graph,
    )  # fmt: skip
    root = Page(html.render([nasty], Context(lambda _: [NASTY], closing=NASTY))).root
    clean = Page(html.render([findings[1]], Context())).root
    assert len(root.all("script")) == len(clean.all("script")) == 1
    assert not root.all("img")
    for element in _flat(root):
        assert not any(name.startswith("on") for name in element.attributes)


def test_control_characters_stay_out() -> None:
    place = Place("a.py", None, 1, 1, 1, 2)
    step = Step("\x1b[2J", place)
    odd = Finding("AGL1", "x", "\x00", place, Severity.INFO, Confidence.LIKELY, (step,))
    text = html.render([odd], Context(lambda _: ["\x00\x1b = \ud800\t1"]))
    assert all(c.isprintable() or c in "\n\t" for c in text)


def test_the_page_asks_for_nothing(drawn: list[Finding], lines: Lines) -> None:
    root = page(drawn, lines)
    for element in _flat(root):
        assert not {"src", "srcset", "data", "action"} & set(element.attributes)
        assert (element.attributes.get("href") or "#").startswith("#")
    style, script = root.all("style")[0].text, root.all("script")[0].text
    assert "url(" not in style
    assert "@import" not in style
    assert "http" not in script
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (m.attributes["content"] for m in root.all("meta") if "http-equiv" in m.attributes)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_arrows_lead_from_line_to_line_in_the_order_of_the_trace(
    drawn: list[Finding], lines: Lines
) -> None:
    article = page(drawn, lines).all("article")[1]
    rows = {
        e.text: re.search(r"grid-row: (\d+)", e.attributes["style"] or "")
        for e in article.all("div", "number")
    }
    of_line = {int(line): int(row[1]) for line, row in rows.items() if row}
    (arrow,) = article.all("span", "arrow")
    assert "down" in arrow.classes
    span = re.search(r"grid-row: (\d+) / (\d+)", arrow.attributes["style"] or "")
    assert span
    assert (int(span[1]), int(span[2])) == (of_line[4], of_line[5] + 1)
    assert [e.text for e in article.all("span", "badge")] == ["1", "2"]


def test_what_a_step_is_about_is_marked(drawn: list[Finding], lines: Lines) -> None:
    marked = page(drawn, lines).all("article")[1].all("span", "mark")
    assert "".join(e.text for e in marked if "step" in e.classes) == "w.exp()y += 1"


def test_a_file_that_cannot_be_read_costs_only_its_code(drawn: list[Finding]) -> None:
    article = page(drawn, lambda _: ()).all("article")[1]
    assert "written in place" in article.text
    assert article.all("svg")


def test_the_graph_is_drawn_and_told(drawn: list[Finding], lines: Lines) -> None:
    (figure,) = page(drawn, lines).all("figure", "graph")
    assert len(figure.all("g", "node")) == 4
    assert len(figure.all("path", "edge")) == 3
    assert len(figure.all("path", "hidden")) == 1
    (fails,) = figure.all("g", "fails")
    assert "its result · v0, now v1" in fails.text
    assert "y += 1 writes to it" in fails.text
    assert "z.backward() frees it" in fails.text
    words = figure.all("ol")[0].text
    assert "keeps its result, v0, now v1: y += 1 writes to it" in words
    assert "7 further nodes are not shown" in figure.text


def test_a_fix_shows_what_it_changes(drawn: list[Finding], lines: Lines) -> None:
    (change,) = page(drawn, lines).all("pre", "change")
    assert change.text == "-y += 1\n+y = y + 1"


def test_no_findings_are_a_page_that_says_what_was_analysed() -> None:
    root = Page(html.render([], Context(closing="Nothing was analysed."))).root
    assert "Nothing was analysed." in root.text
    assert not root.all("article")


@given(st.data())
def test_nodes_stand_below_what_leads_to_them_and_apart(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    sizes = [(200.0, float(data.draw(st.integers(30, 90)))) for _ in range(count)]
    layout = layered(sizes, edges)
    for start, end in edges:
        assert layout.nodes[end].y >= layout.nodes[start].y + sizes[start][1]
        heights = [point.y for point in layout.bends[start, end]]
        assert heights == sorted(heights)
    for i, j in pairs:
        one, other = layout.nodes[i], layout.nodes[j]
        if one.y == other.y:
            assert abs(one.x - other.x) >= 200
    for point, (width, height) in zip(layout.nodes, sizes, strict=True):
        assert width / 2 <= point.x + 0.01
        assert point.x + width / 2 <= layout.width + 0.01
        assert point.y + height <= layout.height + 0.01


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium")
def test_a_browser_shows_it_and_filters(drawn: list[Finding], lines: Lines, tmp_path: Path) -> None:
    text = html.render(drawn, Context(lines, rules=registry()))
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8")
    quiet = _chromium(file, "--dump-dom")
    assert "Content Security Policy" not in quiet.stderr
    dom = Page(quiet.stdout).root
    (button,) = (b for b in dom.all("button") if b.attributes.get("id") == "theme")
    assert "hidden" not in button.attributes, "the page's own script did not run"
    pictures = {}
    for name, scheme in (("light", "1"), ("dark", "0")):
        picture = tmp_path / f"{name}.png"
        setting = f"--blink-settings=preferredColorScheme={scheme}"
        _chromium(file, f"--screenshot={picture}", "--window-size=1400,1600", setting)
        pictures[name] = picture.read_bytes()
    assert pictures["light"] != pictures["dark"]
    assert min(map(len, pictures.values())) > 20_000

    acting = """<script>
      document.querySelector("#theme").click();
      document.querySelector("input[value=warning]").click();
      document.querySelector("#words").value = "saved train.py";
      document.querySelector("#filter").dispatchEvent(new Event("input"));
    </script></body>"""
    without_policy = re.sub(r"<meta http-equiv[^>]*>", "", text)
    file.write_text(without_policy.replace("</body>", acting), encoding="utf-8")
    dom = Page(_chromium(file, "--dump-dom").stdout).root
    assert dom.all("html")[0].attributes["data-theme"] == "light"
    shown = [a.attributes["id"] for a in dom.all("article") if "hidden" not in a.attributes]
    assert shown == ["finding-2"]


def _chromium(page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            f"--user-data-dir={page.parent / 'profile'}", *flags, page.as_uri(),
        ],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def _flat(element: Element) -> list[Element]:
    return [element, *(found for child in element.children for found in _flat(child))]
