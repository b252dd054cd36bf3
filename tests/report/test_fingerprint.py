"""Fingerprints: the same as long as a finding is the same, different as long as two are two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograd_lint import Finding, Place
from autograd_lint.fingerprint import fingerprints


def of(text: str, finding: Finding, *lines: int) -> list[str]:
    listing = text.split("\n")
    there = [Place("train.py", None, line, 1, line, 2) for line in lines]
    return fingerprints([replace(finding, place=place) for place in there], lambda _: listing)


def test_they_survive_moved_and_indented_lines(findings: Sequence[Finding]) -> None:
    before = of("a\ny += 1", findings[1], 2)
    assert of("a\n\nb\n    y += 1", findings[1], 4) == before


def test_they_survive_another_message(findings: Sequence[Finding]) -> None:
    other = replace(findings[1], message="worded anew")
    assert of("y += 1", findings[1], 1) == of("y += 1", other, 1)


def test_the_same_line_twice_gives_two(findings: Sequence[Finding]) -> None:
    first, second = of("y += 1\ny += 1", findings[1], 1, 2)
    assert first != second


def test_code_path_and_text_tell_them_apart(findings: Sequence[Finding]) -> None:
    one, other = findings[1], replace(findings[1], code="AGL106")
    found = {
        *of("y += 1", one, 1),
        *of("y += 2", one, 1),
        *of("y += 1", other, 1),
        *fingerprints([replace(one, place=replace(one.place, path="b.py"))], lambda _: ["y += 1"]),
    }
    assert len(found) == 4


def test_a_file_that_cannot_be_read_has_them_too(findings: Sequence[Finding]) -> None:
    assert len(set(fingerprints(findings, lambda _: ()))) == len(findings)
