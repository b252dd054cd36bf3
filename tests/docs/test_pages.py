"""The rules' pages are what their docstrings say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from autograd_lint import Severity
from autograd_lint.rules import registry
from autograd_lint.rules.rule import Rule

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ERRORS = [rule for rule in registry().values() if rule.severity is Severity.ERROR]


def test_the_pages_are_generated_from_the_docstrings() -> None:
    pages = runpy.run_path(str(DOCS / "pages.py"))["pages"]()

    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}

    assert kept == pages, "run `python docs/pages.py`"


@pytest.mark.parametrize("rule", ERRORS, ids=lambda rule: rule.code)
def test_the_page_of_an_error_quotes_torch(rule: Rule) -> None:
    """In words that the rule's programs, when they are run in torch, are compared with."""
    quoted = re.findall(r"^    \w+Error: .*(?:\n    .*)*", rule.page, re.MULTILINE)
    programs = (ROOT / "tests" / "fixtures" / rule.code).glob("bad_*.py")
    raised = re.findall(r"# raises: (.*)", "\n".join(p.read_text("utf-8") for p in programs))

    message = " ".join(" ".join(quoted).split())
    assert message
    assert any(part.strip() in message for part in raised)
