"""Every way in which torch, `check` and the marks can disagree is told."""

from __future__ import annotations

from pathlib import Path

from autograd_lint.confirm.execution import End, Outcome
from autograd_lint.confirm.marks import parse
from autograd_lint.confirm.verdict import Program, check_says, misnamed, torch_says
from autograd_lint.finding import Confidence, Finding, Place, Severity

BAD = "loss = f()\nloss.backward(\n)  # expect: AGL203  # raises: scalar outputs\n"


def program(text: str, path: str = "program.py") -> Program:
    return Program(Path(path), text, parse(text))


def torch(text: str, outcome: Outcome) -> list[tuple[int | None, str]]:
    return [(d.line, d.message) for d in torch_says(program(text), outcome)]


def finding(line: int, code: str = "AGL203") -> Finding:
    place = Place("program.py", None, line, 1, line, 2)
    return Finding(code, "name", "says why", place, Severity.ERROR, Confidence.CERTAIN)


def check(text: str, *findings: Finding) -> list[tuple[int | None, str]]:
    return [(d.line, d.message) for d in check_says(program(text), findings)]


def test_torch_bears_out_a_mark_in_the_same_statement() -> None:
    assert torch(BAD, Outcome(End.RAISED, 2, "RuntimeError: only for scalar\n outputs")) == []


def test_a_mark_that_is_not_reached_is_told() -> None:
    assert torch(BAD, Outcome(End.ENDED)) == [(3, "does not raise `scalar outputs` here")]


def test_another_message_is_told() -> None:
    assert torch(BAD, Outcome(End.RAISED, 2, "TypeError: no")) == [
        (3, "stops here, but says: TypeError: no")
    ]


def test_stopping_elsewhere_is_told_twice() -> None:
    assert torch(BAD, Outcome(End.RAISED, 1, "RuntimeError: scalar outputs")) == [
        (1, "stops here, where no mark says so: RuntimeError: scalar outputs"),
        (3, "does not raise `scalar outputs` here"),
    ]


def test_a_failing_assert_of_a_silent_program_is_told() -> None:
    text = "step()  # expect: AGL301\nassert doubled\n"

    assert torch(text, Outcome(End.ENDED)) == []
    assert torch(text, Outcome(End.RAISED, 2, "AssertionError")) == [
        (2, "stops here, where no mark says so: AssertionError")
    ]


def test_hanging_and_dying_are_told() -> None:
    assert torch("x = 1\n", Outcome(End.TIMEOUT)) == [(None, "did not end in time")]
    assert torch("x = 1\n", Outcome(End.DIED, message="killed by SIGSEGV")) == [
        (None, "its process died: killed by SIGSEGV")
    ]


def test_check_agrees_where_codes_and_lines_do() -> None:
    assert check(BAD, finding(3), finding(3)) == []


def test_what_check_misses_and_what_it_adds_is_told() -> None:
    assert check(BAD, finding(2), finding(3, "AGL201")) == [
        (3, "does not report AGL203 here"),
        (2, "reports AGL203 here, where no mark says so: says why"),
        (3, "reports AGL201 here, where no mark says so: says why"),
    ]


def test_a_fixture_s_marks_are_those_that_its_name_promises() -> None:
    def told(text: str, path: str) -> list[str]:
        return [d.message for d in misnamed(program(text, path))]

    assert told(BAD, "AGL203/bad_loss.py") == []
    assert told("x = 1\n", "AGL203/good_loss.py") == []
    assert told(BAD, "AGL203/good_loss.py") == ["is called good and has marks"]
    assert told(BAD, "AGL101/bad_loss.py") == ["is called bad and does not expect AGL101"]
    assert told("x = 1\n", "elsewhere/bad_loss.py") == []
