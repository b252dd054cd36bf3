"""The watch: shows events to the rules, and makes findings of their claims.

A claim is `certain` if no path that came to the same place was cleared of it, and no path was left
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from autograd_lint.autograd.engine import Stop
from autograd_lint.autograd.events import Event, Finished, Site
from autograd_lint.failure import Failure
from autograd_lint.finding import Confidence, Finding, Graph, Severity, Step
from autograd_lint.interpreter.machine import Machine
from autograd_lint.rules.naming import Naming
from autograd_lint.rules.rule import Abstention, Check, Claim, Context, Rule

_RANK = {Confidence.POSSIBLE: 0, Confidence.LIKELY: 1, Confidence.CERTAIN: 2}


@dataclass(slots=True)
class _Charge:
    """A claim and the rule that makes it, as the paths come in."""

    rule: Rule
    claim: Claim
    decided: Site
    graph: Graph | None
    at_end: bool = False
    """Whether it is made at the end of a path: those that do not come so far say nothing."""
    paths: int = 0


class Watch:
    """Observes one program's execution on behalf of the rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._checks: dict[type, list[tuple[Rule, Check]]] = {}
        for rule in rules:
            for event, check in rule.checks:
                self._checks.setdefault(event, []).append((rule, check))
        self.failures: list[Failure] = []
        """Mistakes in rules, which are not asked any more."""
        self._naming = Naming()
        self._context: Context | None = None
        self._machine: Machine | None = None
        self._charges: dict[tuple[str, Site], _Charge] = {}
        self._visits: dict[tuple[Site, bool], int] = {}
        """How many paths came to a site; with `True`, how many of those that came to their end."""
        self._serious: dict[tuple[Site, bool], int] = {}
        """Those on paths on which no number was assumed to be one."""
        self._abstained: dict[tuple[str, Site], int] = {}
        """On how many of those a rule has abstained."""
        self._abstaining: set[tuple[str, Site]] = set()
        self._finished = False
        self._visited: set[Site] = set()
        self._charged: set[tuple[str, Site]] = set()
        self._found: dict[tuple[str, Site], tuple[_Charge, Confidence]] = {}

    def path_begins(self, machine: Machine) -> None:
        """Another path of a root begins."""
        self._machine = machine
        self._context = Context(machine.autograd, self._naming)

    def path_ends(self) -> None:
        """The path has been executed, to its end or to where it stops."""
        serious = self._machine is not None and not self._machine.trivial
        for site in self._visited:
            for at_end in (False, True) if self._finished else (False,):
                self._visits[site, at_end] = self._visits.get((site, at_end), 0) + 1
                if serious:
                    self._serious[site, at_end] = self._serious.get((site, at_end), 0) + 1
        self._finished = False
        for key in self._charged:
            self._charges[key].paths += 1
        for vote in self._abstaining if serious else ():
            self._abstained[vote] = self._abstained.get(vote, 0) + 1
        self._visited = set()
        self._charged = set()
        self._abstaining = set()

    def root_ends(self, complete: bool) -> None:
        """All paths of a root have been executed, or not all of them."""
        for key, charge in self._charges.items():
            confidence = charge.claim.confidence
            key_of_visits = (charge.decided, charge.at_end)
            cleared = charge.paths < self._visits.get(key_of_visits, 0)
            if confidence is Confidence.CERTAIN and (cleared or not complete):
                confidence = Confidence.LIKELY
            votes = self._serious.get(key_of_visits, 0)
            votes -= self._abstained.get((charge.rule.code, charge.decided), 0)
            if charge.claim.unanimous and charge.paths < votes:
                confidence = Confidence.POSSIBLE
            known = self._found.get(key)
            if known is None or _RANK[confidence] > _RANK[known[1]]:
                self._found[key] = (charge, confidence)
        self._charges = {}
        self._visits = {}
        self._serious = {}
        self._abstained = {}

    def observe(self, event: Event) -> None:
        """Show an event to the rules.

        Raises:
            Stop: where a rule says that torch does.
        """
        self._finished = self._finished or isinstance(event, Finished)
        self._visited.add(event.moment.site)
        for rule, check in self._checks.get(type(event), ()):
            try:
                self._ask(rule, check, event)
            except (Stop, RecursionError):
                raise
            except Exception as error:  # a mistake of ours must not cost what others find
                self._dismiss(rule, event, error)

    def _ask(self, rule: Rule, check: Check, event: Event) -> None:
        """Show an event to one rule."""
        assert self._context is not None
        decided = event.moment.site
        at_end = isinstance(event, Finished)
        for said in check(event, self._context):
            if isinstance(said, Abstention):
                self._abstaining.add((rule.code, said.decided.site))
                continue
            claim = self._weighed(said)
            if at_end:  # it speaks of what happened on the way
                decided = (claim.decided or claim.moment).site
            raises = claim.raises is not None
            if not (raises and event.moment.guarded):
                self._charge(rule, claim, decided, at_end)
            if raises and claim.confidence is Confidence.CERTAIN:
                raise Stop(claim.raises or "RuntimeError", claim.message)

    def _dismiss(self, failed: Rule, event: Event, error: Exception) -> None:
        """Ask a rule no more; what it has claimed so far stands."""
        place = self._naming.place(event.moment)
        self.failures.append(Failure.of(f"rule {failed.code}", place, error))
        self._checks = {
            kind: [(rule, check) for rule, check in checks if rule is not failed]
            for kind, checks in self._checks.items()
        }

    def _weighed(self, claim: Claim) -> Claim:
        """Return a claim that is no surer than what it rests on."""
        assert self._machine is not None
        if self._machine.guesses and claim.confidence is Confidence.CERTAIN:
            return replace(claim, confidence=Confidence.LIKELY)
        return claim

    def _charge(self, rule: Rule, claim: Claim, decided: Site, at_end: bool) -> None:
        site = claim.moment.site
        key = (rule.code, site)
        known = self._charges.get(key)
        if known is None or _RANK[claim.confidence] > _RANK[known.claim.confidence]:
            paths = known.paths if known is not None else 0
            # Drawn now and only here: later the path is undone, and most claims are repeated.
            graph = claim.graph() if claim.graph is not None else None
            self._charges[key] = _Charge(rule, claim, decided, graph, at_end, paths)
        self._charged.add(key)

    def findings(self) -> list[Finding]:
        """Return what was found, in the order of the source."""
        found = [self._finding(charge, confidence) for charge, confidence in self._found.values()]
        return sorted(found, key=lambda finding: (finding.place, finding.code))

    def _finding(self, charge: _Charge, confidence: Confidence) -> Finding:
        rule, claim, place = charge.rule, charge.claim, self._naming.place
        return Finding(
            code=rule.code,
            name=rule.name,
            message=claim.message,
            place=place(claim.moment),
            severity=_severity(rule, claim),
            confidence=confidence,
            trace=tuple(Step(text, place(moment)) for text, moment in claim.trace),
            help=claim.help,
            graph=charge.graph,
        )


def _severity(rule: Rule, claim: Claim) -> Severity:
    if rule.severity is Severity.WARNING and claim.raises is not None:
        return Severity.ERROR
    return rule.severity


Registry = Mapping[str, Rule]
