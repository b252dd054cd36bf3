"""What the rules about failing backwards share: how sure a failure is, and how it is told."""

from __future__ import annotations

from autograd_lint.autograd.events import Backward, Failure, Moment, Returned
from autograd_lint.autograd.tensor import Write
from autograd_lint.finding import Confidence
from autograd_lint.rules.rule import Context


def spoiling_write(failure: Failure) -> Write:
    """Return the write by which a saved tensor has moved on."""
    saved = failure.saved
    assert saved is not None
    return next(write for write in saved.storage.writes if write.version > saved.version)


def confidence_of(event: Backward | Returned, failure: Failure, context: Context) -> Confidence:
    """Return how sure it is that a backward stops at this node."""
    if isinstance(event, Returned):
        return Confidence.LIKELY if failure.node.sure else Confidence.POSSIBLE
    before = [node for node in event.nodes if node.sequence >= failure.node.sequence]
    if failure.node.opaque:
        return Confidence.POSSIBLE
    if any(node.opaque for node in before) or not failure.node.sure:
        return Confidence.LIKELY
    if any(context.autograd.requires_grad(root) is not True for root in event.roots):
        return Confidence.LIKELY
    return Confidence.CERTAIN


def needing(event: Backward | Returned, context: Context) -> tuple[str, Moment]:
    """Return the last step of the trace: what needs the graph."""
    if isinstance(event, Returned):
        return "a backward through what is returned here needs it", event.moment
    return f"{context.naming.code(event.moment)} needs it here", event.moment
