"""The fixes of the rules' own bad programs, which the analysis and torch then look at."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from autograd_lint import Finding, fixing
from autograd_lint.source import from_bytes
from autograd_lint.worker import analyse_source

FIXTURES = Path(__file__).parents[1] / "fixtures"
BAD = sorted(FIXTURES.glob("AGL*/bad_*.py"))
FIXABLE = {
    "AGL101", "AGL102", "AGL103", "AGL105", "AGL202", "AGL301", "AGL302", "AGL305", "AGL306",
    "AGL307", "AGL308", "AGL310", "AGL402", "AGL406", "AGL412", "AGL601", "AGL603",
}  # fmt: skip
STILL_HOLDS = {
    "AGL301/bad_other_optimizer_zeroed.py": "gradients are zeroed after what it looks at",
    "AGL301/bad_zeroed_in_one_branch.py": "gradients are zeroed after what it looks at",
    "AGL306/bad_clipped_at_the_end_of_a_group.py": "it looks at gradients before the clipping",
}
"""Silent bugs whose asserts are about what a fix leaves as it was."""


def name(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


def findings(content: bytes, path: Path) -> tuple[Finding, ...]:
    return analyse_source(from_bytes(content, path, str(path))).findings


@cache
def change(path: Path) -> fixing.Change | None:
    made = fixing.fix(findings(path.read_bytes(), path), {path}, unsafe={path})
    return made.changes[0] if made.changes else None


def counted(found: tuple[Finding, ...]) -> Counter[str]:
    return Counter(finding.code for finding in found)


@pytest.mark.parametrize("path", BAD, ids=name)
def test_a_fixed_program_parses_and_has_what_was_not_fixed_at_most(path: Path) -> None:
    done = change(path)
    if done is None:
        return
    ast.parse(done.after)
    before, after = findings(done.before, path), findings(done.after, path)

    expected = counted(before)
    expected.subtract(Counter({finding.code: 1 for finding in done.fixed}))
    assert all(number <= expected[code] for code, number in counted(after).items())


@pytest.mark.parametrize("path", BAD, ids=name)
def test_fixing_twice_changes_nothing(path: Path) -> None:
    done = change(path)
    if done is None:
        return
    found = findings(done.after, path)
    again = fixing.fix(found, {path}, unsafe={path}, contents={path: done.after})
    assert again.changes == ()


@pytest.mark.parametrize("path", BAD, ids=name)
def test_safe_fixes_are_for_certain_findings(path: Path) -> None:
    found = findings(path.read_bytes(), path)

    assert all(
        finding.confidence == "certain"
        for finding in found
        if finding.fix is not None and finding.fix.is_safe
    )


def test_each_of_these_rules_has_bad_programs_that_are_fixed() -> None:
    changes = [done for path in BAD if (done := change(path)) is not None]

    assert {finding.code for done in changes for finding in done.fixed} == FIXABLE


@pytest.mark.slow
@pytest.mark.parametrize("path", BAD, ids=name)
def test_torch_runs_what_was_fixed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What raised runs to its end. What proved a silent bug by its asserts fails in one of them."""
    done = change(path)
    if done is None:
        return
    raised = b"# raises:" in done.before
    if raised or name(path) in STILL_HOLDS:
        execute(done.after, path)
    else:
        with pytest.raises(AssertionError):
            execute(done.after, path)


def execute(content: bytes, path: Path) -> None:
    run: Callable[..., None] = exec
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(compile(content, path, "exec"), {"__name__": "__main__"})
