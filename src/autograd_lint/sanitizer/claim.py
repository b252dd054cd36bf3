"""What the sanitizer says: a rule is broken here, and this is what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograd_lint.finding import Confidence, Finding, Severity, Step
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites


@dataclass(frozen=True, slots=True)
class Claim:
    """What was measured about one rule at one site."""

    code: str
    message: str
    site: Site
    trace: tuple[tuple[str, Site], ...] = ()
    raised: bool = False
    """Whether the program has stopped by it."""
    help: str | None = None


def findings(claims: Iterable[Claim], sites: Sites) -> list[Finding]:
    """The claims as findings, in the order of the source; of several of a rule at a site, the first."""
    from autograd_lint.catalogue import all_rules

    rules = all_rules()
    told: dict[tuple[str, Site], Finding] = {}
    for claim in claims:
        if claim.site == NOWHERE or (claim.code, claim.site) in told:
            continue
        rule = rules[claim.code]
        told[claim.code, claim.site] = Finding(
            code=claim.code,
            name=rule.name,
            message=claim.message,
            place=sites.place(claim.site),
            severity=Severity.ERROR if claim.raised else rule.severity,
            confidence=Confidence.CERTAIN,
            trace=tuple(_steps(claim, sites)),
            help=claim.help,
        )
    return sorted(told.values(), key=lambda f: (f.place.path, f.place.line, f.code))


def _steps(claim: Claim, sites: Sites) -> Iterator[Step]:
    for message, site in claim.trace:
        if site != NOWHERE:
            yield Step(message, sites.place(site))
