"""Asks `check` about a marked program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograd_lint import runner
from autograd_lint.catalogue import all_rules
from autograd_lint.config import Config
from autograd_lint.confirm.verdict import Disagreement, Program, check_says
from autograd_lint.selection import Selection


def disagreements(program: Program) -> Iterator[Disagreement]:
    """Where `check` does not say what the marks say.

    Findings that are merely possible do not count, and no configuration applies. A rule that is
    off by default is on where the program is about it. What `check` gave up is told as well: of
    what was not analysed, silence proves nothing.
    """
    known = program.rules & all_rules().keys()
    for code in sorted(program.rules - known):
        yield Disagreement(None, f"has no rule {code}")
    config = Config(selection=Selection(extend_select=tuple(sorted(known))))
    report = runner.check_text(program.text, str(program.path), config)
    for given_up in report.given_up:
        yield Disagreement(None, f"gave up {given_up.name}: {given_up.reason}")
    own = program.path.absolute()
    findings = [f for f in report.findings if Path(f.place.path).absolute() == own]
    yield from check_says(program, findings)
