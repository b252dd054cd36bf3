"""`%load_ext autograd_lint`: cells are watched, and what is found is told below the cell."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from typing import Any

from autograd_lint.finding import Finding
from autograd_lint.sanitizer.session import Session
from autograd_lint.sanitizer.silence import shown
from autograd_lint.sanitizer.telling import told
from autograd_lint.source.file import Piece, SourceFile, join, split_lines

_PATH = "In"
"""What stands for the path of a notebook, which its shell does not know; cells count as they are run."""

_sessions: dict[int, tuple[Session, Any]] = {}
"""By the shell that has loaded the extension: the session, and what is called after each cell."""


def load(shell: Any) -> None:
    """Watch what an IPython shell runs from now on."""
    session, known = Session(), set[Finding]()

    def after_cell(result: Any) -> None:
        error = result.error_in_exec
        if error is not None:
            session.stopped(error)
        cells = session.sites.cells = _cells(shell)
        sources = {_PATH: _source(cells)}
        new = [each for each in shown(session.findings(), sources) if each not in known]
        known.update(new)
        if new:
            sys.stderr.write(told(new, session, sources=sources))

    session.__enter__()
    shell.events.register("post_run_cell", after_cell)
    _sessions[id(shell)] = (session, after_cell)


def _cells(shell: Any) -> dict[str, tuple[str, int | None]]:
    """By the name that the shell has given to its code, the number of each cell that was run: `In [3]`."""
    names: dict[str, int] = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return {name: (_PATH, number) for name, number in names.items()}


def _source(cells: dict[str, tuple[str, int | None]]) -> SourceFile:
    """All cells that were run, as a notebook of which the shell alone knows."""
    texts = {cell: "".join(linecache.getlines(name)) for name, (_, cell) in cells.items()}
    listing = {cell: split_lines(text) for cell, text in texts.items()}
    return join(_PATH, Path(_PATH), (Piece(text, cell, 1) for cell, text in texts.items()), listing)


def unload(shell: Any) -> None:
    """Watch it no longer."""
    session, after_cell = _sessions.pop(id(shell))
    shell.events.unregister("post_run_cell", after_cell)
    session.__exit__(None, None, None)
