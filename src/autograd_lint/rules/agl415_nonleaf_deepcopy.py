"""A result with a graph is deep-copied.

## What it does
Finds `copy.deepcopy` of tensors that are results of operators and require grad, alone or in what is copied.

## Why is this bad?
A copy would have to come with a copy of the whole graph. torch raises:

    RuntimeError: Only Tensors created explicitly by the user (graph leaves) support the deepcopy
    protocol at the moment.

## Example
```python
best = copy.deepcopy(hidden)
```

## Use instead
```python
best = hidden.detach().clone()
```

## Not flagged
Leaves, modules, detached tensors.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL415", "nonleaf-deepcopy", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A result that requires grad is deep-copied."""
    if event.what != "deepcopy":
        return
    clause = "copies a tensor that has a graph"
    yield remarks.refused(event, context, clause, "copy `.detach().clone()`")
