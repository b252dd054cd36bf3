"""AGL7xx: the first operator of a backward that makes what is no number out of numbers.

Only few operators can: those whose derivative is infinite somewhere. Nothing is asked of the others.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.claim import Claim

if TYPE_CHECKING:
    from autograd_lint.sanitizer.session import Session

_STEEP = frozenset({
    "SqrtBackward0", "RsqrtBackward0", "PowBackward0", "DivBackward0", "ReciprocalBackward0",
    "LogBackward0", "Log2Backward0", "Log10Backward0", "Log1PBackward0", "AcosBackward0",
    "AsinBackward0", "AcoshBackward0", "AtanhBackward0", "Atan2Backward0", "LogitBackward0",
    "StdBackward0", "VarBackward0", "StdMeanBackward0", "LinalgVectorNormBackward0",
    "NormBackward0", "CdistBackward0", "XlogyBackward0", "PowBackward1", "DivBackward1",
    "XlogyBackward1",
})  # fmt: skip
"""The nodes whose derivative is infinite somewhere (torch's derivatives.yaml)."""
_SHARES = frozenset({"SoftmaxBackward0", "SigmoidBackward0"})
_GUARDS = frozenset({"WhereBackward0", "MaskedFillBackward0", "NanToNumBackward0"})
"""What puts other values in the place of some."""
_NEAR = 6
"""So many nodes away, a guard may still be meant for an operator."""


@contextmanager
def watched(nodes: list[graph.Node], session: Session) -> Iterator[None]:
    """Looks at what the steep ones among these nodes make of their gradients."""
    steep = [node for node in nodes if type(node).__name__ in _STEEP]
    guards = [node for node in nodes if type(node).__name__ in _GUARDS] if steep else []
    guarded = set().union(*(_near(guard, _NEAR) for guard in guards))
    handles = [node.register_hook(_hook(node, node in guarded, session)) for node in steep]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _near(node: graph.Node, steps: int) -> set[graph.Node]:
    """The nodes that a gradient comes to from here in so many steps."""
    found: set[graph.Node] = set()
    last = {node}
    for _ in range(steps):
        last = {edge for each in last for edge, _ in each.next_functions if edge is not None}
        found |= last
    return found


def _hook(node: graph.Node, is_guarded: bool, session: Session) -> Callable[[Any, Any], None]:
    name, number = node.name(), node._sequence_nr()
    of_shares = any(type(each).__name__ in _SHARES for each in _near(node, 3))

    def look(made: tuple[Any, ...], given: tuple[Any, ...]) -> None:
        with torch._C.DisableTorchFunction(), torch.no_grad():
            if all(map(_is_finite, made)) or not all(map(_is_finite, given)):
                return
        session.became_infinite(_claim(session, name, number, of_shares, is_guarded))

    def guarded(made: tuple[Any, ...], given: tuple[Any, ...]) -> None:
        session.guarded(lambda: look(made, given))

    return guarded


def _is_finite(tensor: Any) -> bool:
    if tensor is None or tensor.is_sparse:
        return True
    # The sum says it in one pass, but for numbers so large that their sum is none.
    return cmath.isfinite(complex(tensor.sum())) or bool(tensor.isfinite().all())


def _claim(session: Session, name: str, number: int, of_shares: bool, is_guarded: bool) -> Claim:
    site = session.nodes.site(number)
    text = session.sites.text(site)
    if of_shares and name.startswith("Log"):
        code, why = "AGL703", "takes the logarithm of a softmax or sigmoid that has become 0"
        help_ = "use `log_softmax` or `logsigmoid`"
    elif is_guarded:
        code, why = (
            "AGL701",
            "has an infinite derivative where its value is masked away, and 0 · ∞ is NaN",
        )
        help_ = "guard what goes in (`torch.where(x > 0, x, 1.0).sqrt()`), not what comes out"
    else:
        code, why = "AGL702", "has an infinite derivative where it is evaluated"
        help_ = "add a small number before it, or clamp"
    return Claim(
        code,
        f"`{text}` {why}: gradients stop being numbers here",
        site,
        (
            (f"`{graph.operator_name(name)}` is computed here", site),
            ("its gradient is no number here", session.here()),
        ),
        help=help_,
    )
