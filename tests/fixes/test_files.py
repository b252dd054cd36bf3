"""Everything that is not fixed stays as it is: bytes, line ends, marks, a notebook's JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

TEXT = """# -*- coding: {} -*-
import torch

w = torch.zeros(3, requires_grad=True)  # größer
for _ in range(2):
    w.sum().backward()

    w -= w.grad
    w.grad = None
"""
FIXED = """# -*- coding: {} -*-
import torch

w = torch.zeros(3, requires_grad=True)  # größer
for _ in range(2):
    w.sum().backward()

    with torch.no_grad():
        w -= w.grad
        w.grad = None
"""
Fix = Callable[..., bytes]


@pytest.mark.parametrize(
    ("end", "codec"),
    [("\n", "utf-8"), ("\r\n", "utf-8"), ("\r", "utf-8"), ("\n", "latin-1"), ("\r\n", "latin-1")],
)
def test_line_ends_and_encoding_stay(end: str, codec: str, fixed_bytes: Fix) -> None:
    before = TEXT.format(codec).replace("\n", end).encode(codec)
    after = FIXED.format(codec).replace("\n", end).encode(codec)

    assert fixed_bytes(before) == after


def test_a_byte_order_mark_stays(fixed_bytes: Fix) -> None:
    mark = b"\xef\xbb\xbf"

    assert (
        fixed_bytes(mark + TEXT.format("utf-8").encode()) == mark + FIXED.format("utf-8").encode()
    )


def test_mixed_line_ends_stay_and_what_is_put_in_ends_as_its_line_does(fixed_bytes: Fix) -> None:
    before = TEXT.format("utf-8").replace("    w -= w.grad\n", "    w -= w.grad\r\n")
    after = FIXED.format("utf-8").replace("w -= w.grad\n", "w -= w.grad\r\n")
    after = after.replace("no_grad():\n", "no_grad():\r\n")

    assert fixed_bytes(before.encode()) == after.encode()


def test_a_last_line_without_an_end_gets_none(fixed_bytes: Fix) -> None:
    before = b"import torch\nw = torch.zeros(3, requires_grad=True)\nw.fill_(1.0)"

    assert fixed_bytes(before) == (
        b"import torch\nw = torch.zeros(3, requires_grad=True)\n"
        b"with torch.no_grad():\n    w.fill_(1.0)"
    )


def test_what_is_put_after_a_last_line_without_an_end(fixed_bytes: Fix) -> None:
    before = b"""import torch
w = torch.zeros(3, requires_grad=True)
for _ in range(2):
    w.sum().backward()
    with torch.no_grad():
        w -= w.grad"""

    assert fixed_bytes(before) == before + b"\n        w.grad.zero_()"


CELLS = [
    ["import torch\n", "w = torch.zeros(3, requires_grad=True)\n", "%time print('ü')"],
    ["for _ in range(2):\n", "    w.sum().backward()\n", "    w -= w.grad\n", "    w.grad = None"],
]
FIXED_CELL = [
    "for _ in range(2):\n",
    "    w.sum().backward()\n",
    "    with torch.no_grad():\n",
    "        w -= w.grad\n",
    "        w.grad = None",
]


def notebook(cells: list[Any], indent: int | None, *, ascii_only: bool) -> bytes:
    document = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["w -= w.grad"]},
            *(
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "metadata": {"x": 1.50},
                    "outputs": [{"text": ["é"]}],
                    "source": cell,
                }
                for cell in cells
            ),
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(document, indent=indent, ensure_ascii=ascii_only) + "\n").encode()


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("joined", [True, False])
def test_of_a_notebook_the_source_of_the_cell_alone_changes(
    indent: int | None, ascii_only: bool, joined: bool, fixed_bytes: Fix
) -> None:
    before: list[Any] = [*CELLS]
    after: list[Any] = [CELLS[0], FIXED_CELL]
    if joined:
        before, after = ["".join(cell) for cell in before], ["".join(cell) for cell in after]

    assert fixed_bytes(
        notebook(before, indent, ascii_only=ascii_only), "training.ipynb"
    ) == notebook(after, indent, ascii_only=ascii_only)


@pytest.mark.parametrize(
    ("asked", "kept"), [("sum(losses)", "item"), ("torch.stack(losses)", "detach")]
)
def test_what_other_cells_do_with_losses_decides_what_is_kept_of_them(
    asked: str, kept: str, fixed_bytes: Fix
) -> None:
    def cells(value: str) -> list[Any]:
        loop = [
            "for _ in range(3):\n",
            "    loss = model(torch.randn(2, 3)).mean()\n",
            "    loss.backward()\n",
            f"    losses.append({value})",
        ]
        head = ["import torch\n", "model = torch.nn.Linear(3, 1)\n", "losses = []"]
        return [head, loop, [f"print({asked})"]]

    before = notebook(cells("loss"), 1, ascii_only=False)
    after = notebook(cells(f"loss.{kept}()"), 1, ascii_only=False)

    assert fixed_bytes(before, "training.ipynb") == after


def test_a_line_with_a_magic_is_not_changed(fixed_bytes: Fix) -> None:
    cells: list[Any] = [
        ["import torch\n", "w = torch.zeros(3, requires_grad=True)"],
        ["%time w.fill_(1.0)"],
    ]
    before = notebook(cells, 1, ascii_only=False)

    assert fixed_bytes(before, "training.ipynb") == before


def test_a_block_of_markdown(fixed_bytes: Fix) -> None:
    before = """# Freezing

```python
import torch
model = torch.nn.Linear(2, 2)
model.requires_grad = False
```

And in a session:

    ```pycon
    >>> import torch
    >>> torch.nn.Linear(2, 2).requires_grad = False
    ```
"""
    assert fixed_bytes(before.encode(), "notes.md").decode() == before.replace(
        ".requires_grad = False", ".requires_grad_(False)"
    )


def test_what_needs_more_lines_in_a_session_is_left(fixed_bytes: Fix) -> None:
    before = b"""```pycon
>>> import torch
>>> w = torch.zeros(3, requires_grad=True)
>>> w.fill_(1.0)
```
"""
    assert fixed_bytes(before, "notes.md") == before
