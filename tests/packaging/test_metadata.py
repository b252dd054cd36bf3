"""The files around the package say the same as the package."""

from __future__ import annotations

import re
from pathlib import Path

import autograd_lint

ROOT = Path(__file__).parents[2]


def test_the_changelog_speaks_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(autograd_lint.__version__)}\b", text, re.MULTILINE)


def test_check_needs_no_torch() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    required = text.partition("\ndependencies = [")[2].partition("]")[0]
    assert "libcst" in required
    assert "torch" not in required


def test_continuous_integration_runs_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text(encoding="utf-8")
