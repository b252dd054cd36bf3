"""Programs that have a finding, and no fix that is known to be right: they stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

HEAD = """
import torch
import torch.nn.functional as F
from torch import nn

model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu")
batches = [(torch.randn(4, 3), torch.randn(4, 1)) for _ in range(3)]
"""


def case(name: str, text: str) -> object:
    return pytest.param(HEAD + dedent(text), id=name)


@pytest.mark.parametrize(
    "text",
    [
        case(
            "a grad mode that is named would do nothing if it were called either",
            """
            def evaluate():
                torch.no_grad
                return model(batches[0][0])
            """,
        ),
        case(
            "a leaf whose elements would share their memory",
            """
            a = torch.zeros(1, 3, requires_grad=True).expand(4, 3)
            b = nn.Parameter(torch.zeros(1, 3)).expand(4, 3)
            torch.optim.SGD([a, b], lr=0.1)
            """,
        ),
        case(
            "a clip of gradients that two optimizers step",
            """
            head = nn.Linear(1, 1)
            second = torch.optim.SGD(head.parameters(), lr=0.1)
            for x, y in batches:
                optimizer.zero_grad()
                second.zero_grad()
                scaler.scale(F.mse_loss(head(model(x)), y)).backward()
                nn.utils.clip_grad_norm_([*model.parameters(), *head.parameters()], 1.0)
                scaler.step(optimizer)
                scaler.step(second)
                scaler.update()
            """,
        ),
        case(
            "an activation that is called for its write alone",
            """
            hidden = torch.sigmoid(model(batches[0][0]))
            F.relu(hidden, inplace=True)
            hidden.sum().backward()
            """,
        ),
        case(
            "a module that is called for its write alone",
            """
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.inner = nn.Linear(3, 3)
                    self.relu = nn.ReLU(inplace=True)

                def forward(self, x):
                    x = torch.sigmoid(self.inner(x))
                    self.relu(x)
                    return x

            Net()(batches[0][0]).sum().backward()
            """,
        ),
        case(
            "a method that needs an argument",
            """
            plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
            for x, y in batches:
                optimizer.zero_grad()
                F.mse_loss(model(x), y).backward()
                optimizer.step()
                plateau.step
            """,
        ),
        case(
            "a method of the program's own that needs an argument",
            """
            class Meter(nn.Module):
                def train(self, mode):
                    self.mode = mode

            Meter().train
            """,
        ),
        case(
            "what a variable stands for need not be a grad mode",
            """
            for mode in (torch.no_grad, torch.enable_grad):
                with mode:
                    model(batches[0][0])
            """,
        ),
        case(
            "rows that a loop goes through are written for the sake of the whole",
            """
            def normalize(matrix):
                for row in matrix:
                    row /= row.detach().norm()
                return matrix

            normalize(torch.ones(2, 2, requires_grad=True) * 2)
            """,
        ),
        case(
            "a tensor that is not asked for again is written for the sake of another name",
            """
            def f(x):
                y = x.exp()
                z = y
                z += 1
                return y

            f(torch.ones(2, requires_grad=True)).sum().backward()
            """,
        ),
        case(
            "a view is written for the sake of what it is part of",
            """
            def f(x):
                y = x.exp()
                first = y[0]
                first *= 2
                return y.sum() + first

            f(torch.ones(2, requires_grad=True)).backward()
            """,
        ),
        case(
            "what is bound anew under no_grad would lose its graph",
            """
            w = torch.ones(2, requires_grad=True)
            loss = (w * w).sum()
            with torch.no_grad():
                w -= 0.1
            loss.backward()
            print(w)
            """,
        ),
        case(
            "a parameter cannot be assigned a tensor",
            """
            class Layer(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.gain = nn.Parameter(torch.ones(2))

            layer = Layer()
            loss = (layer.gain * layer.gain).sum()
            layer.gain.detach().mul_(2)
            loss.backward()
            """,
        ),
        case(
            "a graph would be cut under no_grad",
            """
            w = torch.zeros(3, requires_grad=True)
            loss = w.add_(1).sum()
            loss.backward()
            """,
        ),
        case(
            "a string over several lines cannot be indented",
            '''
            w = torch.zeros(3, requires_grad=True)
            w.fill_(len("""one
            two"""))
            ''',
        ),
        case(
            "several statements on a line",
            """
            w = torch.zeros(3, requires_grad=True)
            w += 1; w *= 2
            """,
        ),
        case(
            "an update in a suite of one line",
            """
            w = torch.zeros(3, requires_grad=True)
            if True: w += 1
            """,
        ),
        case(
            "a scheduler before a round that may end early",
            """
            scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)

            def train():
                optimizer.zero_grad()
                F.mse_loss(model(batches[0][0]), batches[0][1]).backward()
                optimizer.step()

            for number in range(3):
                scheduler.step()
                train()
                if number == 1:
                    continue
                print(number)
            """,
        ),
        case(
            "features that are computed once before the loop",
            """
            features = model(batches[0][0]).exp()
            for _ in range(2):
                features.sum().backward()
            """,
        ),
        case(
            "a flag that is set of several at once",
            """
            model.requires_grad = other = False
            """,
        ),
    ],
)
def test_a_finding_without_a_right_fix_has_none(text: str, fixed: Callable[..., str]) -> None:
    assert fixed(text) == text


def test_a_fix_that_would_bring_another_finding_is_not_made(fixed: Callable[..., str]) -> None:
    text = HEAD + dedent(
        """
        for x, y in batches:
            F.mse_loss(model(x), y).backward()
            optimizer.step
            # Nothing is zeroed, which only a step makes a mistake.
        """
    )

    assert fixed(text, unsafe=False) == text


def test_what_is_silenced_stays(fixed: Callable[..., str]) -> None:
    text = HEAD + "optimizer.step  # noqa: AGL305\n"

    assert fixed(text) == text


@pytest.mark.parametrize("depth", [60, 400])
def test_what_libcst_cannot_be_given_is_left(depth: int, fixed: Callable[..., str]) -> None:
    text = HEAD + f"optimizer.step\nx = {'(' * depth}1{')' * depth}\n"

    assert fixed(text) == (text if depth > 100 else text.replace("step\n", "step()\n"))
