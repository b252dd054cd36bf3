"""A mistake of autograd-lint's own costs the rule or function that it is in, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autograd_lint import fixes, rules, runner
from autograd_lint.autograd.events import InplaceWrite
from autograd_lint.config import Config
from autograd_lint.interpreter import arguments
from autograd_lint.interpreter.machine import EVALUATE
from autograd_lint.rules.rule import Claim
from autograd_lint.runner import Report
from autograd_lint.syntax import tree

PROGRAM = """\
import torch


def writes_to_a_leaf():
    w = torch.ones(3, requires_grad=True)
    w += 1


def writes_to_what_is_saved():
    x = torch.ones(3, requires_grad=True)
    y = x.exp()
    y += 1
    y.sum().backward()


def names(model, optimizer, x):
    optimizer.step()
    return (y := model(x))
"""


def check(text: str = PROGRAM) -> Report:
    return runner.check_text(text, "train.py", Config())


def said(report: Report) -> list[str]:
    return [f"{finding.code} {finding.place.line}" for finding in report.findings]


def break_walrus(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise KeyError("planted")

    monkeypatch.setitem(EVALUATE, tree.Walrus, broken)


def test_nothing_fails_by_itself() -> None:
    report = check()
    assert said(report) == ["AGL101 6", "AGL102 12"]
    assert report.failed == ()


def test_a_rule_that_fails_costs_its_own_findings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(event: InplaceWrite, context: object) -> Iterator[Claim]:
        raise KeyError("planted")
        yield

    rule = rules.registry()["AGL101"]
    monkeypatch.setattr(rule, "checks", [(InplaceWrite, broken)])
    report = check()
    assert said(report) == ["AGL900 6", "AGL102 12"]
    (failed,) = report.failed
    assert failed.message == (
        "internal error in rule AGL101: KeyError: 'planted'; "
        "please report it with what `--verbose` prints"
    )
    assert "in broken" in report.details[0]


def test_what_a_rule_has_found_before_it_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def broken(event: InplaceWrite, context: object) -> Iterator[Claim]:
        seen.append(event)
        if len(seen) > 1:
            raise KeyError("planted")
        yield from ()

    rule = rules.registry()["AGL101"]
    monkeypatch.setattr(rule, "checks", [*rule.checks, (InplaceWrite, broken)])
    text = PROGRAM.replace("    w += 1\n", "    w += 1\n    w.data += 1\n    (w + 1).zero_()\n")
    assert "AGL101 6" in said(check(text))


def test_a_function_that_fails_costs_the_findings_of_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_walrus(monkeypatch)
    report = check()
    assert said(report) == ["AGL101 6", "AGL102 12", "AGL900 16"]
    assert "internal error in `names`: KeyError: 'planted'" in report.failed[0].message
    assert [(one.name, one.reason) for one in report.given_up] == [("names", "internal error")]


def test_what_fails_for_one_cause_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    break_walrus(monkeypatch)
    report = check(PROGRAM + PROGRAM.replace("names", "names_too"))
    (failed,) = report.failed
    assert "internal error in `names` and in 1 more place: KeyError" in failed.message
    assert len(report.given_up) == 2


def test_a_top_level_that_fails_keeps_the_functions_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_walrus(monkeypatch)
    report = check("import torch\n\nfirst = (second := 1)\n" + PROGRAM)
    assert said(report) == ["AGL900 3", "AGL101 9", "AGL102 15"]
    assert "internal error in `<module>`" in report.failed[0].message


def test_an_imported_module_that_fails_keeps_the_findings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    break_walrus(monkeypatch)
    (tmp_path / "helper.py").write_text("import torch\nfirst = (second := 1)\ndef late(): pass\n")
    path = tmp_path / "train.py"
    path.write_text("import helper\n" + PROGRAM.partition("def names")[0])
    report = runner.check([str(path)], lambda _: Config())
    assert [finding.code for finding in report.findings] == ["AGL900", "AGL101", "AGL102"]
    assert report.findings[0].place.path.endswith("helper.py")
    assert report.findings[0].place.line == 2


def test_an_object_that_cannot_be_made_costs_no_method(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise KeyError("planted")

    monkeypatch.setattr(arguments, "instance", broken)
    body = PROGRAM.partition("def writes_to_a_leaf():\n")[2].partition("\n\n\n")[0]
    report = check(f"import torch\n\nclass A:\n    def run(self):\n    {body}\n".replace(
        "\n    w += 1", "\n        w += 1"
    ))  # fmt: skip
    assert said(report) == ["AGL900 4", "AGL101 6"]
    assert "internal error in `A()`" in report.failed[0].message


def test_a_fix_that_fails_costs_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise KeyError("planted")

    monkeypatch.setattr(fixes, "fix", broken)
    report = check()
    assert {"AGL101 6", "AGL102 12"} <= set(said(report))
    assert "internal error in the fix of AGL101 and in 1 more place" in report.failed[0].message
