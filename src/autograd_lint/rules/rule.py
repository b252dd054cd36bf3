"""What a rule is: a page, and functions that observe autograd's events.

A rule's module holds one `Rule` under the name ``rule``, made from the module's own docstring, and
functions registered with ``@rule.on(SomeEvent)`` that yield a `Claim` where the rule is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograd_lint.autograd.engine import Autograd
from autograd_lint.autograd.events import Event, Moment
from autograd_lint.finding import Confidence, Graph, Severity

if TYPE_CHECKING:
    from autograd_lint.rules.naming import Naming


@dataclass(frozen=True, slots=True)
class Claim:
    """What a rule says about an event."""

    message: str
    moment: Moment
    """Where the mistake is."""
    trace: tuple[tuple[str, Moment], ...]
    """What led to it, in the order in which it happened."""
    confidence: Confidence = Confidence.CERTAIN
    """At most; it is lowered where another path comes off without it."""
    decided: Moment | None = None
    """Where paths part into those that have it and those that have not, if not at `moment`."""
    unanimous: bool = False
    """Whether it is no more than possible where another path comes off without it."""
    raises: str | None = None
    """torch's exception, if it raises here; the path ends with it."""
    help: str | None = None
    graph: Callable[[], Graph] | None = None
    """Draws the graph that it is about, as it is at the event."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """What a rule says where a path neither has what it looks for nor comes off without it."""

    decided: Moment
    """Where the claims are decided that the path is not to be held against."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at besides the event."""

    autograd: Autograd
    naming: Naming


Check = Callable[[Any, Context], Iterable[Claim | Abstention]]


@dataclass(slots=True)
class Rule:
    """A rule, with its page and its checks."""

    code: str
    name: str
    severity: Severity
    page: str
    preview: bool = False
    """Whether it is off by default, its precision on real code not being proven yet."""
    checks: list[tuple[type[Event], Check]] = field(default_factory=list)

    def on(self, *events: type[Any]) -> Callable[[Check], Check]:
        """Register a function to be shown each event of these kinds."""

        def register(check: Check) -> Check:
            self.checks.extend((event, check) for event in events)
            return check

        return register
