"""README.md shows a run of the program that it is about."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from autograd_lint.rules import registry

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_run_is_one_of_the_examples_from_its_first_finding_to_its_last_lines() -> None:
    (shown,) = re.findall(
        r"^```text\n\$ autograd-lint check examples\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
    )
    first, _, last = shown.partition("…\n")
    command = (sys.executable, "-m", "autograd_lint", "check", "--no-cache", "examples")

    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8").stdout

    assert said.startswith(f"{first}\n")
    assert said.endswith(f"\n{last}")


def test_it_counts_the_rules() -> None:
    assert f"There are {len(registry())} rules" in README
