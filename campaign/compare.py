"""Hold what autograd-lint says about a program against what torch did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaign.judge import FAMILIES, Outcome, executed_lines, run, time_limit

if TYPE_CHECKING:
    from autograd_lint.finding import Finding

Linter = Callable[[str], "Iterable[Finding]"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding that says torch raises."""

    code: str
    line: int
    """Where the finding stands."""
    raising: int
    """Where torch is said to raise: the place of the trace's last step."""
    certain: bool

    def explains(self, outcome: Outcome) -> bool:
        """Whether torch raised just that: an error of the code's family, at the claim's line."""
        return (
            outcome.family is not None
            and self.code in outcome.family.codes
            and (
                outcome.family.elsewhere
                or not {outcome.line, outcome.backward}.isdisjoint((self.line, self.raising))
            )
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """One program: what torch did, what the linter claims, and where they disagree."""

    outcome: Outcome
    claims: tuple[Claim, ...] = ()
    refuted: tuple[Claim, ...] = ()
    """Claims about lines that torch executed, and where it did not raise."""
    undecided: tuple[Claim, ...] = ()
    """Claims about what torch did not come to, or where it raised for another reason first."""
    crash: str = ""
    """How the linter failed; empty where it did not."""

    @property
    def found(self) -> bool:
        """Whether torch raised and a claim says so."""
        return any(claim.explains(self.outcome) for claim in self.claims)

    @property
    def found_for_certain(self) -> bool:
        """Whether torch raised and a certain claim says so."""
        return any(claim.certain and claim.explains(self.outcome) for claim in self.claims)

    @property
    def disagreements(self) -> frozenset[tuple[str, str]]:
        """What is wrong: (`crash`, how), (`certain` or `likely`, code), (`missed`, family)."""
        wrong = {("certain" if claim.certain else "likely", claim.code) for claim in self.refuted}
        if self.crash:
            wrong.add(("crash", self.crash))
        elif self.outcome.family is not None and not self.found:
            wrong.add(("missed", self.outcome.family.name))
        return frozenset(wrong)


def lint(text: str) -> Iterable[Finding]:
    """The linter under test; raises ImportError where it has no `check_source`."""
    from autograd_lint import check_source

    return check_source(text, filename="<stdin>.py")


def silent(_text: str) -> Iterable[Finding]:
    """A linter that says nothing: what is left is torch's part, and the generator's health."""
    return ()


def claims_of(findings: Iterable[Finding]) -> tuple[Claim, ...]:
    """The claims among findings: errors that are certain or likely."""
    return tuple(
        Claim(
            finding.code,
            finding.place.line,
            finding.trace[-1].place.line if finding.trace else finding.place.line,
            finding.confidence.value == "certain",
        )
        for finding in findings
        if finding.severity.value == "error" and finding.confidence.value != "possible"
    )


def compare(text: str, linter: Linter = lint) -> Verdict:
    """Run a program in torch, lint it, and compare.

    Raises SyntaxError where the text is no Python, ImportError where there is no linter.
    """
    outcome = run(text)
    try:
        with time_limit():
            claims = claims_of(linter(text))
    except ImportError:
        raise
    except Exception as error:
        return Verdict(outcome, crash=_crash(error))
    if outcome.foreign:
        return Verdict(outcome)
    return judge(text, outcome, claims)


def judge(text: str, outcome: Outcome, claims: tuple[Claim, ...]) -> Verdict:
    """Decide each claim about a program whose outcome is known."""
    unexplained = [claim for claim in claims if not claim.explains(outcome)]
    if not unexplained:
        return Verdict(outcome, claims)
    lines = text.splitlines()
    executed = executed_lines(text)

    def is_refuted(claim: Claim) -> bool:
        if claim.raising not in executed or claim.raising in (outcome.line, outcome.backward):
            return False
        # What is indented might be executed again, had torch not stopped elsewhere.
        return outcome.clean or not lines[claim.raising - 1].startswith(" ")

    refuted = tuple(claim for claim in unexplained if is_refuted(claim))
    undecided = tuple(claim for claim in unexplained if not is_refuted(claim))
    return Verdict(outcome, claims, refuted, undecided)


def families_with_rules() -> frozenset[str]:
    """The names of the families of errors that the linter has a rule for."""
    from autograd_lint.rules import registry

    known = frozenset(registry())
    return frozenset(family.name for family in FAMILIES if family.codes & known)


def _crash(error: Exception) -> str:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = ""
    if step is not None:
        code = step.tb_frame.f_code
        where = f" in {code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}"
    return f"{type(error).__name__}: {error}{where}"
