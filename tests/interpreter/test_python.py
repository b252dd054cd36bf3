"""Python as the judge: what a program computes is what the interpreter says that it computes.

Each program in programs/ leaves a value in `x`. Python runs it; then a leaf is written where `x`
equals Python's answer, which is a certain finding, and where it differs, which is none.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd_lint import config, runner


def programs(name: str) -> list[object]:
    text = (Path(__file__).with_name("programs") / name).read_text()
    found = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)[1:]
    pairs = zip(found[::2], found[1::2], strict=True)
    return [pytest.param(program, id=title) for title, program in pairs]


def check(program: str, condition: str) -> list[tuple[str, str]]:
    text = (
        f"import torch\n{program}\nw = torch.ones(3, requires_grad=True)\n"
        f"if {condition}:\n    w += 1\n"
    )
    report = runner.check_text(text, "<stdin>.py", config.Config())
    assert report.failed == ()
    assert report.unread == ()
    return [(finding.code, finding.confidence.value) for finding in report.findings]


def computed(program: str) -> str:
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(program, "<program>", "exec"), names)
    return repr(names["x"])


@pytest.mark.parametrize("program", programs("known.py"))
def test_what_python_computes_is_known(program: str) -> None:
    answer = computed(program)
    assert check(program, f"x == {answer}") == [("AGL101", "certain")]
    assert check(program, f"x != {answer}") == []


@pytest.mark.parametrize("program", programs("open.py"))
def test_what_is_not_known_is_not_taken_for_something_else(program: str) -> None:
    assert check(program, f"x == {computed(program)}") == [("AGL101", "certain")]
