"""What the sanitizer costs: the time of a training step with it, over that without it.

    python benchmarks/sanitizer.py [--rounds N]

Steps with and without take turns, so that what else the machine does falls on both; told is the ratio of the
medians. Allowed are 1.5 for the two networks and 4 for the loop over tiny tensors.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from autograd_lint.sanitizer.session import Session

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Load:
    """A training step, and what the sanitizer may cost there."""

    name: str
    make: Callable[[], Step]
    allowed: float
    repeat: int


class Block(nn.Module):
    """A residual block of a ResNet-18."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        self.short = nn.Identity()
        if inputs != outputs:
            self.short = nn.Sequential(  # type: ignore[assignment]
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = torch.relu(self.norms[0](self.first(x)))
        out = self.norms[1](self.second(out)) + self.short(x)
        return torch.relu(out)


def resnet() -> Step:
    """A ResNet-18 on a batch of 8 images of 64 × 64."""
    layers: list[nn.Module] = [
        nn.Conv2d(3, 64, 7, 2, 3),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
    ]
    for inputs, outputs, stride in ((64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)):
        layers += [Block(inputs, outputs, stride), Block(outputs, outputs, 1)]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))
    return _step(model, torch.randn(8, 3, 64, 64), torch.randint(0, 10, (8,)))


def transformer() -> Step:
    """A transformer of 4 layers, 128 wide, on a batch of 8 sequences of 64."""
    layer = nn.TransformerEncoderLayer(128, 4, 512, batch_first=True)
    model = nn.Sequential(nn.TransformerEncoder(layer, 4), nn.Flatten(), nn.Linear(64 * 128, 10))
    return _step(model, torch.randn(8, 64, 128), torch.randint(0, 10, (8,)))


def tiny() -> Step:
    """Tensors of three elements, written out by hand: nothing but the cost of calling torch."""
    weight = torch.randn(3, 3, requires_grad=True)
    x, y = torch.randn(4, 3), torch.randn(4, 3)
    optimizer = torch.optim.SGD([weight], lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        hidden = x
        for _ in range(8):
            hidden = torch.tanh(hidden @ weight + 0.1) * 0.9
        ((hidden - y) ** 2).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _step(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Step:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss = nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return step


LOADS = (
    Load("ResNet-18, 8 × 3 × 64 × 64", resnet, 1.5, 1),
    Load("transformer, 8 × 64 × 128", transformer, 1.5, 2),
    Load("tiny tensors", tiny, 4.0, 50),
)


def ratio(load: Load, rounds: int) -> tuple[float, float, float]:
    """The median times of a step without and with the sanitizer, and the second over the first."""
    torch.manual_seed(0)
    step = load.make()
    plain, watched = [], []
    with Session():  # what is imported and prepared once is not counted
        step()
    for _ in range(rounds):
        plain.append(_timed(step, load.repeat))
        with Session():
            step()
            watched.append(_timed(step, load.repeat))
    without, with_it = statistics.median(plain), statistics.median(watched)
    return without, with_it, with_it / without


def _timed(step: Step, repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        step()
    return (time.perf_counter() - start) / repeat


def main() -> None:
    """Print the figures, and fail where they are more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    failed = False
    for load in LOADS:
        without, with_it, cost = ratio(load, rounds)
        failed = failed or cost > load.allowed
        times = f"{without * 1e3:8.2f} ms {with_it * 1e3:8.2f} ms"
        print(f"{load.name:28} {times}  {cost:.2f} × (at most {load.allowed})")
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
