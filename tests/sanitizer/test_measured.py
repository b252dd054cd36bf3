"""What a run must not be troubled by, and what is only known at its end."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch.utils.checkpoint import checkpoint  # noqa: E402

from autograd_lint.sanitizer.measuring import Measured, measure  # noqa: E402
from autograd_lint.sanitizer.session import Session  # noqa: E402


def run(folder: Path, text: str) -> Measured:
    path = folder / "program.py"
    path.write_text("import torch\nfrom torch import nn\n" + text, encoding="utf-8")
    return measure(path)


def test_transforms_of_functions_are_left_alone(tmp_path: Path) -> None:
    text = (
        "h = torch.func.hessian(lambda v: (v**3).sum())(torch.randn(2))\nassert h.shape == (2, 2)\n"
    )

    assert run(tmp_path, text) == Measured(0)


def test_gradients_beyond_all_numbers_do_not_stop_the_program(tmp_path: Path) -> None:
    text = "x = torch.zeros(2, requires_grad=True)\n(x.logit() * 0).sum().backward()\n"
    found = run(tmp_path, text)

    assert found.code == 0
    assert [finding.code for finding in found.findings] == ["AGL702"]


def test_an_explanation_computes_no_checkpoint_anew() -> None:
    def fail() -> int:
        runs = []

        def part(x: Any) -> Any:
            runs.append(x)
            return x.sin()

        x = torch.ones(2, requires_grad=True)
        y = x.exp()
        z = checkpoint(part, y * 1, use_reentrant=False)
        y += 1
        with pytest.raises(RuntimeError):
            (z + y).sum().backward()
        return len(runs)

    plain = fail()
    with Session():
        watched = fail()

    assert watched == plain


def test_an_optimizer_may_come_after_the_first_steps(tmp_path: Path) -> None:
    text = """
body = nn.Linear(2, 2)
first = torch.optim.SGD(body.parameters(), lr=0.1)
head = nn.Linear(2, 1)
late = None
for i in range(4):
    first.zero_grad()
    head.zero_grad()
    head(body(torch.randn(3, 2))).square().mean().backward()
    first.step()
    if late is None and i == 2:
        late = torch.optim.SGD(head.parameters(), lr=0.1)
    if late is not None:
        late.step()
"""

    assert run(tmp_path, text) == Measured(0)


def test_what_is_made_of_gradients_and_by_functions_is_not_kept_alive() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.note = x
            return 2 * x

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return None

    def use() -> list[weakref.ref[Any]]:
        x = torch.ones(2, requires_grad=True)
        y = Double.apply(x.exp())
        kept = [y * i for i in range(4)]
        (gradient,) = torch.autograd.grad(x.square().sum(), x)
        penalty = gradient.norm() + x.sum()
        (y.sum() + penalty).backward()
        return [weakref.ref(t) for t in (x, y, gradient, penalty, *kept)]

    with Session():
        refs = use()
        gc.collect()
        alive = [ref() for ref in refs if ref() is not None]

    assert alive == []


def test_a_list_that_goes_backward_after_all_is_not_told(tmp_path: Path) -> None:
    text = """
model = nn.Linear(2, 1)
outputs = []
for _ in range(5):
    outputs.append(model(torch.randn(3, 2)).tanh())
{}
"""
    kept = run(tmp_path, text.format("print(len(outputs))"))
    used = run(tmp_path, text.format("torch.cat(outputs).sum().backward()"))

    assert [(f.code, f.place.line) for f in kept.findings] == [("AGL602", 7)]
    assert used == Measured(0)


def test_parts_that_each_zero_their_own_share_a_round(tmp_path: Path) -> None:
    text = """
nets = [nn.Linear(2, 2) for _ in range(2)]
optimizers = [torch.optim.SGD(net.parameters(), lr=0.1) for net in nets]
a, b = (net(torch.randn(3, 2)).tanh() for net in nets)
for optimizer in optimizers:
    optimizer.zero_grad()
    (a * b).sum().backward()
"""
    found = run(tmp_path, text)

    assert [(f.code, f.place.line) for f in found.findings] == [("AGL201", 9)]
