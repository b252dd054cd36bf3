"""`%load_ext autograd_lint`: cells are watched, and what is found is told below the cell."""

from __future__ import annotations

import sys
from typing import Any

from autograd_lint.finding import Finding
from autograd_lint.sanitizer.session import Session
from autograd_lint.sanitizer.telling import told

_sessions: dict[int, tuple[Session, Any]] = {}
"""By the shell that has loaded the extension: the session, and what is called after each cell."""


def load(shell: Any) -> None:
    """Watch what an IPython shell runs from now on."""
    session, known = Session(), set[Finding]()

    def after_cell(result: Any) -> None:
        error = result.error_in_exec
        if error is not None:
            session.stopped(error)
        new = [finding for finding in session.findings() if finding not in known]
        known.update(new)
        if new:
            sys.stderr.write(told(new, session))

    session.__enter__()
    shell.events.register("post_run_cell", after_cell)
    _sessions[id(shell)] = (session, after_cell)


def unload(shell: Any) -> None:
    """Watch it no longer."""
    session, after_cell = _sessions.pop(id(shell))
    shell.events.unregister("post_run_cell", after_cell)
    session.__exit__(None, None, None)
