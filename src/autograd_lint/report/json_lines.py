"""The objects of the format `json`, each on a line of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.json import described


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """A line for each finding."""
    return "".join(json.dumps(described(finding)) + "\n" for finding in findings)
