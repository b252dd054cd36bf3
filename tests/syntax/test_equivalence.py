"""Both lowerings make the same tree, with the same positions."""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

from autograd_lint.syntax import abstract, concrete, tree

ROOT = Path(__file__).parents[2]
EVERYTHING = Path(__file__).parent / "programs" / "everything.py"
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").removeprefix("\ufeff")


def outline(of: object) -> Iterator[object]:
    """All that there is in a tree, in order: kinds of nodes, their positions, their values."""
    if isinstance(of, tuple):
        yield len(of)
        for item in of:
            yield from outline(item)
    elif isinstance(of, tree.Node):
        yield type(of).__name__, of.pos
        for name in of.__dataclass_fields__:
            if name == "_body":
                assert isinstance(of, tree.Function)
                yield from outline(of.body)
                yield of.is_generator
            elif name not in ("pos", "is_generator"):
                yield from outline(getattr(of, name))
    else:
        yield type(of).__name__, repr(of)


def difference(text: str, first_line: int = 1) -> tuple[object, object] | None:
    """Where the two trees of a text part."""
    one = outline(abstract.lower(text, first_line))
    other = outline(concrete.lower(text, first_line))
    return next((pair for pair in zip_longest(one, other) if pair[0] != pair[1]), None)


def kinds_in(of: object) -> set[str]:
    return {item[0] for item in outline(of) if isinstance(item, tuple)}


def test_every_construct_is_lowered_alike() -> None:
    assert difference(text_of(EVERYTHING)) is None


def test_every_construct_is_lowered_alike_further_down_in_a_text() -> None:
    assert difference(text_of(EVERYTHING), 101) is None


def test_every_kind_of_node_is_among_the_constructs() -> None:
    kinds = {
        kind.__name__
        for kind in vars(tree).values()
        if isinstance(kind, type) and issubclass(kind, tree.Node) and kind is not tree.Node
    }
    newer = {"TypeAliasStmt"}
    assert kinds - kinds_in(abstract.lower(text_of(EVERYTHING), 1)) == newer


@pytest.mark.parametrize("path", random.Random(1).sample(SOURCES, 12), ids=lambda path: path.name)
def test_our_own_source_is_lowered_alike(path: Path) -> None:
    assert difference(text_of(path)) is None


def library() -> list[Path]:
    """A sample of the running Python's own library."""
    root = Path(sysconfig.get_path("stdlib"))
    without = {"site-packages", "test", "tests", "lib2to3", "idlelib"}
    fit = [
        path
        for path in sorted(root.rglob("*.py"))
        if without.isdisjoint(path.relative_to(root).parts) and path.stat().st_size < 60_000
    ]
    return random.Random(2).sample(fit, 60)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("path", library(), ids=str)
def test_the_standard_library_is_lowered_alike(path: Path) -> None:
    assert difference(text_of(path)) is None
