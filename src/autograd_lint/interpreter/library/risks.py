"""Risks: operators whose derivative is infinite, or lost, at some value of their operand.

Measured in torch 2.13: `sqrt`, `log`, `rsqrt`, `reciprocal` and `div` at zero, `x ** p` for p < 1 at zero;
`norm` and `linalg.vector_norm` have a zero gradient there.
"""

from __future__ import annotations

from autograd_lint.autograd.operators import Operator
from autograd_lint.autograd.tensor import Edge, Node, Tensor
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Value

_DANGEROUS = frozenset(
    {"sqrt", "log", "log2", "log10", "rsqrt", "reciprocal", "div", "true_divide"}
)
_QUOTIENTS = frozenset({"div", "true_divide"})
_PROBABILITIES = frozenset({"softmax", "sigmoid", "Softmax", "Sigmoid"})
_SQUARES = frozenset({"pow", "square", "mul"})
_NOT_NEGATIVE = frozenset({"abs", "square", "mul", "sum"})
_GUARDS = frozenset(
    {
        "where",
        "clamp",
        "clamp_min",
        "maximum",
        "add",
        "masked_fill",
        "exp",
        "softplus",
        "relu",
        "ReLU",
    }
)


def note(
    machine: Machine,
    operator: Operator,
    operands: dict[str, list[Tensor]],
    bound: dict[str, Value],
    result: Tensor,
) -> None:
    """Tell of a risk that the operator takes, or that its operands have taken."""
    name = operator.name.rpartition(".")[2]
    if result.grad_fn is None or not operands:
        return
    first = _node(next(iter(operands.values()))[0])
    if name == "where":
        for tensor in (t for tensors in operands.values() for t in tensors):
            node = _node(tensor)
            if node is None or node.op not in _DANGEROUS or any(map(_is_guarded, node.inputs)):
                continue
            divisors = [saved.tensor for saved in node.saved if saved.label == "other"]
            if node.op in _QUOTIENTS and not divisors:
                continue  # by a number
            if not any(divisor.made_by in _GUARDS for divisor in divisors):
                machine.autograd.remark("guarded value", since=node.moment)
    elif name == "log" and first is not None and first.op in _PROBABILITIES:
        machine.autograd.remark("log of softmax", since=machine.now())
    elif name == "sqrt" and first is not None and _is_sum_of_squares(first):
        machine.autograd.remark("infinite derivative", since=machine.now())
    elif name == "pow" and first is not None and first.op in _NOT_NEGATIVE:
        exponent = bound.get("exponent")
        if isinstance(exponent, float) and 0 < exponent < 1:
            machine.autograd.remark("infinite derivative", since=machine.now())


def _node(tensor: Tensor) -> Node | None:
    return tensor.grad_fn


def _is_sum_of_squares(node: Node) -> bool:
    if node.op != "sum":
        return False
    return any(isinstance(edge, Node) and edge.op in _SQUARES for edge in node.inputs)


def _is_guarded(edge: Edge) -> bool:
    return isinstance(edge, Node) and edge.op in _GUARDS
