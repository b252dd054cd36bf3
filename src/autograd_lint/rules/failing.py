"""What the rules about failing backwards share: how sure a failure is, and how it is told."""

from __future__ import annotations

from autograd_lint.autograd.events import (
    Backward,
    Failure,
    Moment,
    OptimizerMade,
    Rehearsed,
    Returned,
)
from autograd_lint.autograd.tensor import Node, Saved, Write
from autograd_lint.finding import Confidence
from autograd_lint.rules import history
from autograd_lint.rules.rule import Context


def freed(event: Backward | Rehearsed) -> tuple[Failure, Backward] | None:
    """Return the failure at a node that was freed, and what has freed it, if that is why it stops."""
    failure = event.failure
    if failure is None or failure.saved is not None:
        return None
    assert failure.node.freed_by is not None
    return failure, failure.node.freed_by


def spoiling_write(failure: Failure) -> Write:
    """Return the write by which a saved tensor has moved on."""
    assert failure.saved is not None
    write = write_since(failure.saved)
    assert write is not None
    return write


def write_since(saved: Saved) -> Write | None:
    """Return the write by which a saved tensor has moved on, if it has."""
    if saved.storage.version == saved.version:
        return None
    memory = saved.storage.shadow_of
    if memory is not None:  # the counter that has moved on is that of `.data`
        return memory.writes[saved.writes]
    return next((write for write in saved.storage.writes if write.version > saved.version), None)


def unseen_write(saved: Saved) -> Write | None:
    """Return the write that autograd has not seen since a tensor was saved, if there was one."""
    memory = saved.storage.shadow_of or saved.storage
    return next((write for write in memory.writes[saved.writes :] if not write.versioned), None)


def confidence_of(event: Backward | Returned, failure: Failure, context: Context) -> Confidence:
    """Return how sure it is that a backward stops at this node."""
    confidence = _confidence_of(event, failure, context)
    if confidence is Confidence.POSSIBLE and _speaks_for_unseen(event, failure, context):
        return Confidence.LIKELY
    return confidence


def _confidence_of(event: Backward | Returned, failure: Failure, context: Context) -> Confidence:
    freed_by = failure.node.freed_by
    if failure.saved is None and freed_by is not None:
        later = [node for node in freed_by.nodes if node.sequence > failure.node.sequence]
        if any(node.opaque for node in later):
            return Confidence.POSSIBLE  # only unseen code says that it came there
    return confidence_at(event, failure.node, context)


def _speaks_for_unseen(event: Backward | Returned, failure: Failure, context: Context) -> bool:
    """Whether what unseen code has computed has a graph, and has saved something, by all that is seen."""
    node, freed_by = failure.node, failure.node.freed_by
    if failure.saved is not None:
        # A model needs its weights for the gradient of its input, if not for theirs.
        return node.opaque and len(node.inputs) > 1
    if not isinstance(event, Backward) or freed_by is None or freed_by.may_retain:
        return False
    return _are_restricted(event, freed_by) or _is_needed(event, node, context)


def _is_needed(event: Backward, node: Node, context: Context) -> bool:
    """Whether a node that may not have been recorded was, as a backward had nowhere else to go.

    That is so if all that it leads to lies behind the node, or an optimizer was given what lies there.
    """
    behind = {leaf for leaf in context.autograd.leaves_of([node]) if leaf.is_parameter}
    if not behind:
        return False
    everything = context.autograd.leaves_behind(event.roots)
    if behind.issuperset(leaf for leaf in everything if leaf.is_parameter or not leaf.opaque):
        return True
    made = (e for e in context.autograd.log if isinstance(e, OptimizerMade))
    trained = {leaf for e in made for leaf in e.optimizer.params}
    return behind <= trained


def _are_restricted(*events: Backward | Returned) -> bool:
    """Whether gradients of certain tensors are asked for, which torch refuses if there are none."""
    return all(isinstance(event, Backward) and event.targets is not None for event in events)


def confidence_at(event: Backward | Returned, node: Node, context: Context) -> Confidence:
    """Return how sure it is that a backward comes to a node."""
    if isinstance(event, Returned):
        return Confidence.LIKELY if node.sure else Confidence.POSSIBLE
    before = [other for other in event.nodes if other.sequence >= node.sequence]
    if node.opaque or not node.sure:
        return Confidence.POSSIBLE
    if any(other.opaque for other in before):
        return Confidence.LIKELY
    if any(context.autograd.requires_grad(root) is not True for root in event.roots):
        return Confidence.LIKELY
    return Confidence.CERTAIN


def confidence_of_model(event: Rehearsed, failure: Failure, context: Context) -> Confidence:
    """Return how sure it is that a model's users come to a node that was freed.

    It is they who decide whether its inputs require grad, and whether they let go of the past.
    """
    behind = context.autograd.leaves_of([failure.node])
    is_trained = any(leaf.is_parameter and not leaf.opaque for leaf in behind)
    is_sure = failure.node.sure and (is_trained or not history.held(event.log))
    return Confidence.LIKELY if is_sure and not event.is_doubtful else Confidence.POSSIBLE


def needing(event: Backward | Returned, context: Context) -> tuple[str, Moment]:
    """Return the last step of the trace: what needs the graph."""
    if isinstance(event, Returned):
        return "a backward through what is returned here needs it", event.moment
    return f"{context.naming.code(event.moment)} needs it here", event.moment
