"""Random programs: the generator's health, the judge's eye, and a seeded sample."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lint.finding import Confidence, Finding, Place, Severity, Step
from campaign.campaigns import Table, compare_all
from campaign.compare import Linter, compare, families_with_rules, silent
from campaign.generate import generate
from campaign.judge import FAMILIES, run
from campaign.minimize import minimize

ROOT = Path(__file__).parents[2]

SAMPLE = range(7_000_000, 7_000_300)

CLEAN = """\
import torch
w = torch.ones(3, requires_grad=True)
y = w + 1
y += 1
y.sum().backward()
"""

RAISING = """\
import torch
w = torch.ones(3, requires_grad=True)
y = w.exp()
y += 1
y.sum().backward()
"""


def claim(
    code: str, line: int, *, last: int | None = None, confidence: Confidence = Confidence.CERTAIN
) -> Finding:
    def place(line: int) -> Place:
        return Place("<stdin>.py", None, line, 1, line, 2)

    trace = () if last is None else (Step("here", place(line)), Step("there", place(last)))
    return Finding(code, "planted", "planted", place(line), Severity.ERROR, confidence, trace)


def saying(*findings: Finding) -> Linter:
    """A linter that says this, whatever it is asked."""
    return lambda _text: findings


@pytest.fixture(scope="module")
def health() -> Table:
    return compare_all(SAMPLE, torch_only=True)[0]


def test_equal_seeds_give_equal_programs_whatever_the_hash_seed() -> None:
    code = "from campaign.generate import generate; print(*map(generate, range(50)))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "2")
    }
    assert len(texts) == 1


def test_generation_needs_no_torch() -> None:
    code = "import sys, campaign.generate as g; g.generate(1); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_programs_differ_and_have_one_statement_a_line() -> None:
    texts = [generate(seed) for seed in SAMPLE]
    assert len(set(texts)) == len(texts)
    for text in texts:
        starts = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
        assert len(starts) == len(set(starts))
        assert 8 <= len(text.splitlines()) <= 80


def test_few_programs_raise_for_other_reasons(health: Table) -> None:
    assert health.discarded.total() < 0.03 * health.programs, health.text()


def test_about_half_of_the_programs_raise_in_many_ways(health: Table) -> None:
    assert 0.35 < health.raising.total() / health.programs < 0.65, health.text()
    assert len(health.raising) >= 12, health.text()
    assert max(health.raising.values()) < 0.4 * health.raising.total(), health.text()


def test_torch_says_where_and_why_a_program_raises() -> None:
    outcome = run(RAISING)
    assert outcome.family is not None
    assert (outcome.line, outcome.family.name) == (5, "saved tensor modified")
    assert run(CLEAN).clean


def test_the_raising_line_is_the_innermost_of_the_program() -> None:
    text = "import torch\ndef f(v):\n    v += 1\nf(torch.ones(2, requires_grad=True))\n"
    outcome = run(text)
    assert outcome.family is not None
    assert (outcome.line, outcome.family.name) == (3, "leaf written")


def test_errors_that_are_not_autograds_are_foreign() -> None:
    assert run("import torch\ntorch.ones(2) + torch.ones(3)\n").foreign
    assert run("undefined\n").foreign


def test_a_program_leaves_no_grad_mode_behind() -> None:
    run("import torch\ntorch.set_grad_enabled(False)\n")
    assert run(RAISING).family is not None


def test_a_true_claim_is_found_at_the_write_or_at_the_backward() -> None:
    for finding in (claim("AGL102", 4, last=5), claim("AGL102", 5)):
        verdict = compare(RAISING, saying(finding))
        assert verdict.found
        assert not verdict.disagreements


def test_silence_about_a_raise_is_a_miss() -> None:
    assert compare(RAISING, silent).disagreements == {("missed", "saved tensor modified")}


@pytest.mark.parametrize("finding", [claim("AGL201", 5), claim("AGL102", 3, last=4)])
def test_the_wrong_family_or_line_does_not_find_a_raise(finding: Finding) -> None:
    assert not compare(RAISING, saying(finding)).found


def test_a_claim_about_a_clean_program_is_refuted() -> None:
    verdict = compare(CLEAN, saying(claim("AGL102", 4, last=5)))
    assert verdict.disagreements == {("certain", "AGL102")}
    likely = claim("AGL102", 4, last=5, confidence=Confidence.LIKELY)
    assert compare(CLEAN, saying(likely)).disagreements == {("likely", "AGL102")}
    possible = claim("AGL102", 4, last=5, confidence=Confidence.POSSIBLE)
    assert not compare(CLEAN, saying(possible)).disagreements


def test_a_claim_about_a_line_that_torch_passed_is_refuted() -> None:
    verdict = compare(RAISING, saying(claim("AGL102", 4, last=5), claim("AGL101", 4)))
    assert verdict.found
    assert verdict.disagreements == {("certain", "AGL101")}


def test_a_claim_about_what_torch_did_not_come_to_is_undecided() -> None:
    text = RAISING + "w += 1\n"
    verdict = compare(text, saying(claim("AGL102", 5), claim("AGL101", 6)))
    assert verdict.undecided
    assert not verdict.disagreements


def test_a_crash_of_the_linter_is_reported_with_its_place() -> None:
    def crash(_text: str) -> list[Finding]:
        raise KeyError("planted")

    ((kind, about),) = compare(CLEAN, crash).disagreements
    assert kind == "crash"
    assert "planted" in about
    assert "test_fuzz.py" in about


def test_minimizing_keeps_the_disagreement_and_little_else() -> None:
    padding = "a = torch.ones(2)\nfor i in range(2):\n    b = a * 2\n    if i:\n        c = b\n"
    head, _, rest = RAISING.partition("\n")
    text = f"{head}\n{padding}{rest}{padding}"
    key = ("missed", "saved tensor modified")
    smallest = minimize(text, lambda candidate: key in compare(candidate, silent).disagreements)
    assert smallest == RAISING


def test_families_are_told_apart_by_their_words() -> None:
    for number, family in enumerate(FAMILIES):
        assert not any(earlier.words in family.words for earlier in FAMILIES[:number])


def test_the_linter_agrees_with_torch_on_the_sample() -> None:
    table, failures = compare_all(SAMPLE)
    report = table.text(families_with_rules()) + "".join(
        f"\n{failure.kind} {failure.about}: python -m campaign show {failure.seed}"
        for failure in failures
    )
    assert not table.crashes, report
    assert table.refuted_with("certain") == 0, report
    assert table.recall(families_with_rules()) >= 0.97, report
