"""Risks: operators whose derivative is infinite, or lost, at some value of their operand.

The operator table has measured which operators of one tensor have an infinite derivative at zero or
one; `div` has one where its divisor is zero, and `x ** p` at zero for p < 1.
"""

from __future__ import annotations

from autograd_lint.autograd.operators import Operator
from autograd_lint.autograd.tensor import Edge, Node, Risk, Tensor
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Value

_QUOTIENTS = frozenset({"div", "true_divide", "divide"})
_COMPARISONS = frozenset(
    {"gt", "ge", "lt", "le", "eq", "ne", "isnan", "isfinite", "isinf", "isclose", "greater", "less"}
)
_CONNECTIVES = frozenset(
    {"bitwise_and", "bitwise_or", "bitwise_not", "logical_and", "logical_or", "logical_not",
     "__invert__", "squeeze", "unsqueeze", "expand", "all", "any"}
)  # fmt: skip
"""Operators that make a condition of conditions."""
_PROBABILITIES = frozenset({"softmax", "sigmoid", "Softmax", "Sigmoid"})
_SQUARES = frozenset({"pow", "square"})
_NOT_NEGATIVE = frozenset({"abs", "square", "mul", "sum"})
_COSINES = frozenset(
    {"cosine_similarity", "sum", "matmul", "mm", "bmm", "dot", "einsum", "div", "mul", "@"}
)
"""Operators by which cosines are computed, which reach one and minus one."""
_GUARDS = frozenset(
    {"where", "clamp", "clamp_min", "maximum", "masked_fill", "exp", "softplus", "Softplus"}
)
"""Operators whose result is taken to be away from zero."""
_PICKS = frozenset(
    {"gather", "index", "select", "slice", "squeeze", "unsqueeze", "view", "reshape", "flatten",
     "expand", "transpose", "permute", "t", "take_along_dim", "index_select", "clone", "unbind"}
)  # fmt: skip
"""Operators that take values as they are."""
_KEEPS = _PICKS | {
    "mul", "div", "neg", "abs", "sqrt", "pow", "square", "norm", "sum", "mean", "amax", "amin",
    "stack", "cat", "repeat", "detach",
}  # fmt: skip
"""Operators whose result is away from zero where their operands are."""
_ARITHMETIC = _PICKS | {"add", "sub", "rsub", "mul", "neg", "div"}
"""Operators that hand on what a derivative before them is."""


def note(
    machine: Machine,
    operator: Operator,
    operands: dict[str, list[Tensor]],
    bound: dict[str, Value],
    result: Tensor,
) -> None:
    """Tell of a risk that the operator takes, or that its operands have taken."""
    if not operands:
        return
    name = operator.name.rpartition(".")[2]
    given = [tensor for tensors in operands.values() for tensor in tensors]
    result.guarded = _is_guarded(name, given, bound)
    if name in _COMPARISONS:
        result.compared = tuple(given)
    elif name in _CONNECTIVES:
        result.compared = tuple(tensor for each in given for tensor in each.compared)
    if result.grad_fn is None:
        return
    exponent = bound.get("exponent")
    is_root = name == "pow" and isinstance(exponent, float) and 0 < exponent < 1
    operand = _at_risk(operator, name, operands, is_root=is_root)
    if operand is not None:
        result.risk = Risk(machine.now(), operand)
    elif name in _ARITHMETIC:
        result.risk = next((t.risk for t in given if t.risk is not None), None)
    first = given[0].grad_fn
    if name == "where":
        compared = operands["condition"][0].compared if "condition" in operands else ()
        for tensor in given:
            risk = tensor.risk
            if risk is not None and _is_hidden(machine, tensor, risk, compared):
                machine.autograd.remark("guarded value", since=risk.moment)
    elif name == "log" and _comes_from_probability(first):
        machine.autograd.remark("log of softmax", since=machine.now())
    elif (
        (name == "sqrt" or is_root)
        and first is not None
        and not given[0].guarded
        and (_is_square(first, summed=True) or (is_root and first.op in _NOT_NEGATIVE))
    ):
        machine.autograd.remark("infinite derivative", since=machine.now())
    elif (
        operator.infinite == (1,)
        and first is not None
        and first.op in _COSINES
        and not given[0].guarded
    ):
        machine.autograd.remark("infinite derivative", name="one", since=machine.now())


def _is_guarded(name: str, given: list[Tensor], bound: dict[str, Value]) -> bool:
    if name == "add":  # an epsilon
        terms = (bound.get("self"), bound.get("other"))
        return any(isinstance(it, int | float) for it in terms) or any(t.guarded for t in given)
    return name in _GUARDS or (name in _KEEPS and all(t.guarded for t in given))


def _at_risk(
    operator: Operator, name: str, operands: dict[str, list[Tensor]], *, is_root: bool
) -> Tensor | None:
    """Return the operand at whose zero the derivative is infinite, if it may be zero."""
    if name in _QUOTIENTS:
        at_risk = operands.get("other", [])
    elif is_root or (0 in operator.infinite and operator.shape == "same"):
        at_risk = next(iter(operands.values()))[:1]
    else:
        return None
    return next((tensor for tensor in at_risk if not tensor.guarded), None)


def _is_hidden(machine: Machine, chosen: Tensor, risk: Risk, compared: tuple[Tensor, ...]) -> bool:
    """Whether a choice hides what is at risk: that itself, or what comes from it and was asked for."""
    if chosen.grad_fn is not None and chosen.grad_fn.moment == risk.moment:
        return True
    behind = _ancestry(machine, risk.operand)
    return any(
        tensor.origin is risk.operand.origin or not behind.isdisjoint(_ancestry(machine, tensor))
        for tensor in compared
    )


_STEPS = 3


def _ancestry(machine: Machine, tensor: Tensor) -> set[Edge]:
    """Return a tensor's place in the graph, and those shortly before it."""
    edge = machine.autograd.edge(tensor)
    found = {edge} if edge is not None else set()
    last = found
    for _ in range(_STEPS):
        last = {e for node in last if isinstance(node, Node) for e in node.inputs} - found
        found |= last
    return found


def _comes_from_probability(node: Edge | None) -> bool:
    """Whether values are those of a softmax or sigmoid, as they are."""
    while isinstance(node, Node) and node.op in _PICKS and node.inputs:
        node = node.inputs[0]
    return isinstance(node, Node) and node.op in _PROBABILITIES


def _is_square(edge: Edge, *, summed: bool = False) -> bool:
    """Whether it is a square, or with `summed`, a sum of squares and nothing else."""
    if not isinstance(edge, Node):
        return False
    if edge.op in _SQUARES:
        return not summed
    if edge.op == "mul":  # of a tensor and itself
        return not summed and len(set(edge.inputs)) == 1 and len(edge.saved) > 1
    if not summed:
        return False
    return edge.op in ("add", "sum") and all(
        _is_square(term) or _is_square(term, summed=True) for term in edge.inputs
    )
