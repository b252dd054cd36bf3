"""What the sanitizer takes for granted of torch: the questions, and torch's answers."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch.overrides import TorchFunctionMode  # noqa: E402

from autograd_lint.sanitizer import graph  # noqa: E402
from autograd_lint.sanitizer.history import LEAF  # noqa: E402
from autograd_lint.sanitizer.watch import next_number  # noqa: E402


class Names(TorchFunctionMode):
    """Notes the names of what is called."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen.append(func.__name__)
        return func(*args, **(kwargs or {}))


def spoilt() -> Any:
    """A loss whose backward fails: what `exp` has saved was written."""
    result = torch.ones(3, requires_grad=True).exp()
    result += 1
    return result.sum()


def message(loss: Any) -> str:
    with pytest.raises(RuntimeError) as caught:
        loss.backward()
    return str(caught.value)


def test_a_node_has_the_number_that_was_next_and_leaves_have_the_largest() -> None:
    x = torch.ones(2, requires_grad=True)
    number = next_number()
    y = x * x

    assert y.grad_fn._sequence_nr() == number
    assert next_number() == number + 1
    assert y.grad_fn.next_functions[0][0]._sequence_nr() == LEAF


def test_what_makes_no_node_leaves_the_clock_alone() -> None:
    x = torch.ones(2, requires_grad=True)
    number = next_number()
    with torch.no_grad():
        x * x
    read = (x.detach(), x.data, x > 0)

    assert not any(tensor.requires_grad for tensor in read)
    assert next_number() == number


def test_the_node_of_a_custom_function_is_numbered_before_its_forward_runs() -> None:
    numbers = []

    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            numbers.append(next_number())
            return 2 * x

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return 2 * gradient

    y = Double.apply(torch.ones(2, requires_grad=True))

    assert numbers == [y.grad_fn._sequence_nr() + 1]


def test_a_mode_sees_operators_items_attributes_and_grad_modes() -> None:
    x = torch.ones(2, requires_grad=True)
    with Names() as names:
        y = x * 2
        y += 1
        y[0] = 0
        read = (y.data, x.grad)
        with torch.no_grad():
            pass

    expected = ["mul", "add_", "__setitem__", "__get__", "__get__", "_set_grad_enabled"]
    assert read[1] is None
    assert names.seen == [*expected, "_set_grad_enabled"]


def test_what_a_watched_call_calls_is_not_watched() -> None:
    x = torch.ones(2, requires_grad=True)
    with Names() as names:
        y = x.exp()
        y.register_hook(lambda gradient: gradient * 2)
        y.sum().backward()

    assert names.seen == ["exp", "register_hook", "sum", "backward"]


def test_a_spoilt_node_complains_in_the_words_of_the_backward() -> None:
    loss = spoilt()
    text = message(loss)

    complaints = [graph.complaint(node) for node in graph.behind([loss.grad_fn])]

    assert ("_saved_result", text) in complaints


def test_a_spoilt_saved_tensor_is_shown_to_hooks_and_a_second_attempt_fails_alike() -> None:
    loss = spoilt()
    text = message(loss)
    (node,) = [node for node in graph.behind([loss.grad_fn]) if graph.complaint(node)]

    tensor = graph.saved_tensor(node, "_saved_result", text)

    assert tensor is not None
    assert tensor._version == 1
    assert message(loss) == text


def test_hooks_on_saved_tensors_switch_the_check_of_versions_off() -> None:
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        loss = spoilt()

    loss.backward()  # wrong, and silent: this is why the sanitizer does not use them


def test_asking_a_view_for_its_node_may_raise_after_its_base_was_written() -> None:
    leaf = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        view = leaf[:2]
        view.copy_(torch.zeros(2))

    with pytest.raises(RuntimeError, match="created in no_grad mode"):
        view.grad_fn  # noqa: B018
    assert graph.node_of(view) is None


def test_a_second_fill_of_a_gradient_bumps_its_version() -> None:
    x = torch.ones(2, requires_grad=True)
    x.sum().backward()
    first, version = x.grad, x.grad._version
    x.sum().backward()

    assert x.grad is first
    assert x.grad._version > version


def test_a_fused_step_bumps_no_version() -> None:
    weight = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1, fused=True)
    weight.sum().backward()
    version = weight._version
    optimizer.step()

    assert weight._version == version
    assert weight[0] != 1
