"""An optimizer holds what it cannot train, or not what the loop trains.

## What it does
Finds optimizers over results of operators or over an iterator that is used up (torch raises), over
parameters that a module has replaced afterwards, and over another model's parameters.

## Why is this bad?
The optimizer steps, and the model that is trained does not change.

## Example
```python
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model.head = nn.Linear(512, 10)  # the optimizer still holds the old head
```

## Use instead
```python
model.head = nn.Linear(512, 10)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
```

## Not flagged
`.to(device)` of a module, which keeps its parameters; `add_param_group` afterwards; tensors with
`retain_grad`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import (
    Backward,
    Event,
    Finished,
    OptimizerMade,
    OptimizerStep,
    ParametersReplaced,
)
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL310", "optimizer-parameters", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerMade)
def check_made(event: OptimizerMade, context: Context) -> Iterator[Claim]:
    """An optimizer is given what it refuses."""
    naming = context.naming
    if event.nonleaf is not None:
        unseen = event.nonleaf.opaque
        yield Claim(
            message=(
                f"{naming.code(event.moment)} is given the result of an operator; torch only "
                "optimizes leaves, and raises here"
            ),
            moment=event.moment,
            trace=(
                ("the tensor is computed here", event.nonleaf.moment),
                ("and given to the optimizer here", event.moment),
            ),
            confidence=Confidence.POSSIBLE if unseen else Confidence.CERTAIN,
            raises="ValueError",
            help="make a leaf of it: `.detach().requires_grad_()`",
        )
    elif event.exhausted:
        yield Claim(
            message=(
                f"{naming.code(event.moment)} is given an iterator that has been used up; torch "
                "raises here"
            ),
            moment=event.moment,
            trace=(("nothing is left of the parameters here", event.moment),),
            raises="ValueError",
            help="call `.parameters()` again, or keep a list of it",
        )


@rule.on(Finished)
def check_trained(event: Finished, context: Context) -> Iterator[Claim]:
    """A loop fills the gradients of parameters that no optimizer holds."""
    made = {e.optimizer: e for e in event.log if isinstance(e, OptimizerMade)}
    held = history.held(event.log)
    naming = context.naming
    for position, entry in enumerate(event.log):
        if isinstance(entry, ParametersReplaced):
            birth = made.get(entry.optimizer)
            trained = _trained(event.log[position:], set(entry.new) - held)
            if birth is None or trained is None or not entry.optimizer.complete:
                continue
            yield Claim(
                message=(
                    f"{naming.code(entry.moment)} replaces parameters that the optimizer of line "
                    f"{naming.line(birth.moment)} holds: the new ones are never updated"
                ),
                moment=entry.moment,
                trace=(
                    ("the optimizer takes the parameters here", birth.moment),
                    ("the module gets new ones here", entry.moment),
                    ("the gradients go to these here", trained.moment),
                ),
                confidence=_confidence(entry.optimizer.tainted_by is None),
                help="make the optimizer after the model is complete",
            )
    for optimizer, birth in made.items():
        other = _other_model(event.log, set(optimizer.params), held)
        if other is None or not optimizer.complete or optimizer.tainted_by is not None:
            continue
        yield Claim(
            message=(
                f"{naming.code(birth.moment)} holds none of the parameters that the loss is "
                "computed with"
            ),
            moment=birth.moment,
            trace=(
                ("the optimizer takes its parameters here", birth.moment),
                ("the gradients go to others here", other.moment),
            ),
            help="give the optimizer the parameters of the model that is trained",
        )


def _confidence(sure: bool) -> Confidence:
    return Confidence.CERTAIN if sure else Confidence.POSSIBLE


def _trained(log: tuple[Event, ...], leaves: set[Tensor]) -> Backward | None:
    """Return a backward in a loop that fills the gradients of these, before a step."""
    return next(
        (
            e
            for e in log
            if isinstance(e, Backward) and not leaves.isdisjoint(e.leaves) and e.used_by
        ),
        None,
    )


def _other_model(log: tuple[Event, ...], params: set[Tensor], held: set[Tensor]) -> Backward | None:
    """Return the backward before an optimizer's empty step, if it fills parameters of nobody."""
    backwards = [e for e in log if isinstance(e, Backward)]
    if any(not b.complete or not params.isdisjoint(b.leaves) for b in backwards):
        return None
    for position, step in enumerate(log):
        if not isinstance(step, OptimizerStep) or set(step.optimizer.params) != params:
            continue
        for backward in backwards:
            trained = [leaf for leaf in backward.leaves if leaf.is_parameter]
            if (
                trained
                and held.isdisjoint(trained)
                and backward.moment.same_round(step.moment)
                and backward in log[:position]
            ):
                return backward
    return None
