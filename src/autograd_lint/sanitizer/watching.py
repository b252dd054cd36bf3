"""The sanitizer as a context manager, for scripts, notebooks and tests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograd_lint.finding import Finding


@dataclass(slots=True)
class Found:
    """What was found; filled when the watched code is left."""

    findings: tuple[Finding, ...] = ()


@contextmanager
def sanitizer(
    *,
    every: int = 1,
    program: Iterable[str] = (),
    echo: Callable[[str], object] | None = None,
) -> Iterator[Found]:
    """Watch what this thread does in the `with`, and tell of it at its end.

    Of `every` n steps of optimizers, operations are watched in one. `program` are folders of installed code
    that is to be seen as the program's own. `echo` is given the report, if there is something to report; by
    default it goes to stderr. An exception goes on its way, and is explained. Comments and configuration
    silence what they silence for `check`.
    """
    from autograd_lint.sanitizer.session import Session
    from autograd_lint.sanitizer.silence import shown
    from autograd_lint.sanitizer.telling import told

    found, session = Found(), Session(every=every, program=program)
    try:
        with session:
            yield found
    finally:
        found.findings = tuple(shown(session.findings()))
        if found.findings or session.failures:
            (echo or sys.stderr.write)(told(found.findings, session))
