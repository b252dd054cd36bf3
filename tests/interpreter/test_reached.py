"""Which statements were executed to their end: of others it is not known what they would do."""

from __future__ import annotations

from pathlib import Path

from autograd_lint.rules import analyse
from autograd_lint.source import from_text


def reached(text: str) -> set[int]:
    source = from_text(text, Path("a.py").absolute(), "a.py")
    return set(analyse(source, lambda path: None).reached)


def test_what_follows_the_place_where_torch_raises_is_not_reached() -> None:
    text = "import torch\nw = torch.zeros(1, requires_grad=True)\nw += 1\nx = w * 2\n"
    assert reached(text) == {1, 2}


def test_a_function_that_is_not_executed_is_not_reached() -> None:
    text = "import torch\ndef plain(x):\n    return x\ndef f(x):\n    y = x * 2\n    y.backward()\n"
    assert reached(text) == {1, 5, 6}


def test_a_branch_that_is_taken_on_some_path_is_reached() -> None:
    text = (
        "import torch\n"
        "def f(x, flag):\n"
        "    if flag:\n"
        "        raise ValueError\n"
        "    elif False:\n"
        "        x = None\n"
        "    x.sum().backward()\n"
    )
    assert reached(text) == {1, 3, 5, 7}
