"""JUnit's XML as Jenkins and Ant have it: a test suite for each file, a failure for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.evidence import evidence
from autograd_lint.report.places import printable, slashed, spot, tags, where


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """The suites of the files with findings; a test that passes where there is none.

    Jenkins takes a report without any test for a broken one.
    """
    root = Element("testsuites", _summary("autograd-lint", findings))
    if not findings:
        suite = SubElement(root, "testsuite", _summary("autograd-lint", findings))
        SubElement(suite, "testcase", name="no findings", classname="autograd-lint")
    for path, group in groupby(findings, key=lambda finding: finding.place.path):
        _add_suite(root, printable(slashed(path)), list(group))
    indent(root)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + tostring(root, encoding="unicode") + "\n"


def _add_suite(root: Element, path: str, findings: Sequence[Finding]) -> None:
    suite = SubElement(root, "testsuite", _summary(path, findings))
    for finding in findings:
        name = f"{finding.code} {finding.name} {spot(finding.place)}"
        case = SubElement(suite, "testcase", name=name, classname=path)
        message = printable(finding.message)
        failure = SubElement(case, "failure", type=finding.severity.value, message=message)
        head = f"{where(finding.place)}: {finding.code} {tags(finding)} {message}"
        failure.text = "\n".join([head, *evidence(finding)])


def _summary(name: str, findings: Sequence[Finding]) -> dict[str, str]:
    failures = len(findings)
    return {
        "name": name,
        "tests": str(failures or 1),
        "failures": str(failures),
        "errors": "0",
    }
