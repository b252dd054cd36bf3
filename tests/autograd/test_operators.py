"""The operator table says what the installed torch does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograd_lint.autograd import operators


def test_the_table_is_what_torch_says() -> None:
    # In a process of its own: torch's names grow with what is imported.
    command = [sys.executable, "-m", "autograd_lint.autograd.generate", "--check"]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize(
    "name", ["relu", "sigmoid", "tanh", "exp", "sqrt", "softmax", "log_softmax", "norm", "prod"]
)
def test_these_save_their_result(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    labels, twice = operator.given({}).saved(["self"], ["self"])
    assert "result" in labels
    assert twice


@pytest.mark.parametrize("name", ["sin", "abs", "log", "pow"])
def test_these_save_their_operand_and_not_their_result(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    labels, _ = operator.given({"exponent": 2}).saved(["self"], ["self"])
    assert labels == ("self",)


@pytest.mark.parametrize("name", ["add", "sub", "neg", "sum", "mean", "clone", "cumsum", "t"])
def test_these_save_nothing_and_can_be_walked_twice(name: str) -> None:
    operator = operators.method(name)
    assert operator is not None
    assert operator.given({}).saved(["self"], ["self"]) == ((), False)


def test_a_product_saves_what_the_other_operand_s_gradient_needs() -> None:
    operator = operators.method("mul")
    assert operator is not None
    assert operator.saved(["self", "other"], ["self"])[0] == ("other",)
    assert operator.saved(["self", "other"], ["other"])[0] == ("self",)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("torch.absolute", "torch.abs"),
        ("torch.concatenate", "torch.cat"),
        ("torch.multiply", "torch.mul"),
        ("torch.special.expit", "torch.sigmoid"),
    ],
)
def test_an_alias_has_the_row_of_what_it_means(name: str, same: str) -> None:
    found, expected = operators.function(name), operators.function(same)
    assert found is not None
    assert expected is not None
    assert found.saves == expected.saves


def test_a_linear_layer_saves_its_weight_only_behind_another_layer() -> None:
    module = operators.module("Linear")
    assert module is not None
    assert "weight" not in module.saved(training=True, needs_grad=False)[0]
    assert "weight" in module.saved(training=True, needs_grad=True)[0]


def test_a_convolution_saves_its_weight_always() -> None:
    module = operators.module("Conv2d")
    assert module is not None
    assert "weight" in module.saved(training=True, needs_grad=False)[0]
