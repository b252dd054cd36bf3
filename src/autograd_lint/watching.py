"""Waits for files to change, by looking at them again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

Seen: TypeAlias = dict[Path, tuple[int, int]]
"""When files were last written, and their sizes."""

_INTERVAL = 0.3
"""Seconds between two looks."""
_SHARE = 0.1
"""How much of the time may go into looking: where there are many files, looks become rare."""


def look(paths: Iterable[Path]) -> Seen:
    """What there is to see of files; those that are not there are not seen."""
    seen: Seen = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        seen[path] = (status.st_mtime_ns, status.st_size)
    return seen


def wait(seen: Seen, paths: Callable[[], Iterable[Path]]) -> Seen:
    """Returns what there is to see once it is no longer what was `seen`."""
    while True:
        started = time.monotonic()
        now = look(paths())
        took = time.monotonic() - started
        if now != seen:
            return now
        time.sleep(max(_INTERVAL, took / _SHARE))
