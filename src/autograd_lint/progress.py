"""A line on the terminal that says how far a run has come, and is gone when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from autograd_lint.runner import OnProgress

_WIDTH = 24


@contextmanager
def bar(stream: TextIO) -> Iterator[OnProgress | None]:
    """What draws the line on `stream`; `None` where that is no terminal."""
    if not stream.isatty():
        yield None
        return

    drawn = 0

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        full = _WIDTH * done // total
        line = f"[{'#' * full}{'-' * (_WIDTH - full)}] {done}/{total} files"
        drawn = len(line)
        stream.write(f"\r{line}")
        stream.flush()

    try:
        yield draw
    finally:
        if drawn:
            stream.write(f"\r{' ' * drawn}\r")
            stream.flush()
