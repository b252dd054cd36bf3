"""The documentation site, as `make docs` builds it from a fresh copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lint.rules import registry

ROOT = Path(__file__).parents[2]
PARTS = ("docs", "src", "tests/fixtures")
FILES = (
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "mkdocs.yml",
    "pyproject.toml",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_the_site_is_built_without_a_warning_and_has_every_page(tmp_path: Path) -> None:
    for name in PARTS:
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    done = subprocess.run(
        ("make", "docs", f"PYTHON={sys.executable}"),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    site = tmp_path / "site"
    built = {path.relative_to(site).parent.as_posix() for path in site.rglob("index.html")}
    assert {"errors", "rules", "configuration", "integrations", "api", "design"} <= built
    assert {f"rules/{code}" for code in registry()} <= built
    home = (site / "index.html").read_text(encoding="utf-8")
    assert "Analysed " in home  # the run from the README
    assert 'href="rules/AGL101/"' in home  # in the navigation
    assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="https?:', home)
