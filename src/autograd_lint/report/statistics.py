"""How often each rule is broken, instead of each finding."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context


class _Count(NamedTuple):
    code: str
    name: str
    findings: int
    fixable: int
    """How many of them have a fix that is safe."""

    @property
    def mark(self) -> str:
        """What `--fix` does to them, as ruff shows it."""
        if not self.fixable:
            return "[ ] "
        return "[*] " if self.fixable == self.findings else "[-] "


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """A line for each rule, the one with most findings first.

    Where there are safe fixes, `[*]` says that they are for all findings, `[-]` for some.
    """
    counts = _counts(findings)
    widest = len(str(max((count.findings for count in counts), default=0)))
    is_marked = any(count.fixable for count in counts)
    return "".join(
        f"{str(count.findings).rjust(widest)}  {context.paint(count.code, 'code')}  "
        f"{count.mark if is_marked else ''}{count.name}\n"
        for count in counts
    )


def render_json(findings: Sequence[Finding]) -> str:
    """ruff's array of objects."""
    objects = [
        {
            "code": count.code,
            "name": count.name,
            "count": count.findings,
            "fixable": count.fixable > 0,
            "fixable_count": count.fixable,
        }
        for count in _counts(findings)
    ]
    return json.dumps(objects, indent=2) + "\n"


def _counts(findings: Iterable[Finding]) -> list[_Count]:
    names: dict[str, str] = {}
    found: Counter[str] = Counter()
    fixable: Counter[str] = Counter()
    for finding in findings:
        names.setdefault(finding.code, finding.name)
        found[finding.code] += 1
        fixable[finding.code] += finding.fix is not None and finding.fix.is_safe
    counts = [_Count(code, names[code], number, fixable[code]) for code, number in found.items()]
    return sorted(counts, key=lambda count: (-count.findings, count.code))
