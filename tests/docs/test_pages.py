"""The rules' pages are what their docstrings say."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_pages_are_generated_from_the_docstrings() -> None:
    pages = runpy.run_path(str(DOCS / "pages.py"))["pages"]()

    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}

    assert kept == pages, "run `python docs/pages.py`"
