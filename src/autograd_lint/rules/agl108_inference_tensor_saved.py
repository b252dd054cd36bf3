"""A tensor made in inference mode is used where autograd needs a normal one.

## What it does
Finds tensors made under `torch.inference_mode()` that are later saved for a backward, written in place,
or told to require grad, outside of it.

## Why is this bad?
Such tensors have no version counter, so autograd can do nothing with them. `.detach()` and views do not
help, they are inference tensors as well. torch raises one of:

    RuntimeError: Inference tensors cannot be saved for backward.
    RuntimeError: Inplace update to inference tensor outside InferenceMode is not allowed.
    RuntimeError: Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.

## Example
```python
with torch.inference_mode():
    features = backbone(images)
loss = criterion(head(features), labels)  # the head saves its input
```

## Use instead
```python
with torch.no_grad():
    features = backbone(images)
loss = criterion(head(features), labels)
```

## Not flagged
A clone made outside; operators that save nothing (`features + bias`); a normal tensor that is written in
inference mode.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import InferenceUse
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL108", "inference-tensor-saved", Severity.ERROR, __doc__ or "")

_USES = {
    "saved": "has to save {what} for backward",
    "written": "writes in place to {what}",
    "leaf": "asks for gradients of {what}",
}


@rule.on(InferenceUse)
def check(event: InferenceUse, context: Context) -> Iterator[Claim]:
    """An inference tensor is used where torch refuses it."""
    naming = context.naming
    use = _USES[event.use].format(what="a tensor made in inference mode")
    yield Claim(
        message=f"{naming.code(event.moment)} {use}; torch raises here",
        moment=event.moment,
        trace=(
            ("it is made in inference mode here", event.tensor.moment),
            (use.format(what="it"), event.moment),
        ),
        confidence=Confidence.LIKELY if event.tensor.opaque else Confidence.CERTAIN,
        raises="RuntimeError",
        help="make it under `torch.no_grad()` instead, or `.clone()` it outside of inference mode",
    )
