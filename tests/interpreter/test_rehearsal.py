"""Models that nothing in sight trains: what a training would show of them is said, and torch agrees."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd_lint import runner
from autograd_lint.config import Config

PROGRAMS = sorted(Path(__file__).with_name("rehearsed").glob("*.py"))
MARK = re.compile(r"# expect: (AGL\d+)")


def expected(path: Path) -> list[tuple[int, str]]:
    lines = enumerate(path.read_text().splitlines(), 1)
    return [(number, mark[1]) for number, line in lines if (mark := MARK.search(line))]


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_what_a_training_would_show_is_said_of_a_model(path: Path) -> None:
    report = runner.check([str(path)], lambda _: Config())
    found = [(finding.place.line, finding.code) for finding in report.findings]
    assert report.failed == ()
    assert found == expected(path)
    assert all(finding.confidence == "likely" for finding in report.findings)


def train(path: Path, let_go: Callable[[Any], None]) -> set[str]:
    """Train the model of a program for three rounds; return the kinds of tensors that are not trained."""
    torch = pytest.importorskip("torch")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    models = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, torch.nn.Module)
    ]
    torch.manual_seed(0)
    model = models[-1]()
    before = torch.nn.Linear(4, 1 if "history" in vars(model) else 4)
    parameters = [*before.parameters(), *model.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        model(before(torch.randn(2, 4))).sum().backward()
        optimizer.step()
        let_go(model)
    blocks = getattr(model, "blocks", getattr(model, "nodes", ()))
    layers = [getattr(block, "layer", block) for block in blocks]
    held = {id(leaf) for leaf in parameters}
    return {"layer" for layer in layers if id(layer.weight) not in held}


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_torch_says_so_too(path: Path) -> None:
    codes = {code for _, code in expected(path)}
    if codes & {"AGL201", "AGL202"}:
        with pytest.raises(RuntimeError, match="a second time"):
            train(path, lambda model: None)
    else:
        untrained = train(path, lambda model: model.reset() if hasattr(model, "reset") else None)
        assert untrained == ({"layer"} if "AGL411" in codes else set())
