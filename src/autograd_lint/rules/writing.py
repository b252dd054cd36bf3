"""What the rules about writes in place share: how sure it is that autograd records a write."""

from __future__ import annotations

from autograd_lint.autograd.events import InplaceWrite
from autograd_lint.finding import Confidence


def confidence_of(event: InplaceWrite) -> Confidence:
    """Return how sure it is that something in a write requires grad."""
    if event.needs_grad is None:
        return Confidence.POSSIBLE
    unseen = any(tensor.opaque for tensor in (event.tensor, *event.sources))
    return Confidence.LIKELY if unseen else Confidence.CERTAIN
