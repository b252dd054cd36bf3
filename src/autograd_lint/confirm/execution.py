"""Runs programs in torch and tells how each ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("child.py")
_CAN_FORK = hasattr(os, "fork")
_STARTING = 120.0
"""Seconds that importing torch may take, where each program does that for itself."""


class End(str, Enum):
    """How a program can end."""

    ENDED = "ended"
    """By coming to its end, or by `sys.exit(0)`."""
    RAISED = "raised"
    TIMEOUT = "timeout"
    DIED = "died"
    """With its process."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended.

    Where it raised, `line` is that of the deepest frame within the program's own file, if there
    is one, and `message` the exception as Python prints it.
    """

    end: End
    line: int | None = None
    message: str = ""


class TorchUnusable(RuntimeError):  # noqa: N818
    """The interpreter that was to run programs could not do it; the message is its own."""


def execute(
    paths: Sequence[Path], *, jobs: int = 2, limit: float = 60.0, memory: int = 4 << 30
) -> dict[Path, Outcome]:
    """Run each program in a process of its own, up to `jobs` at a time.

    They run in an empty folder, without input, with one thread, for `limit` seconds at most and,
    where the system can hold them to it, with `memory` bytes. Raises `TorchUnusable`.
    """
    by_name = {str(path.absolute()): path for path in paths}
    job = {"jobs": jobs, "limit": limit, "memory": memory, "fork": _CAN_FORK}
    outcomes: dict[Path, Outcome] = {}
    if _CAN_FORK and paths:
        for answer in _ask({**job, "paths": list(by_name)}).answers:
            outcomes[by_name[answer["path"]]] = _outcome(answer)
    elif paths:
        with ThreadPoolExecutor(jobs) as pool:
            alone = pool.map(lambda name: _alone({**job, "paths": [name]}, limit), by_name)
            outcomes = dict(zip(by_name.values(), alone, strict=True))
    return outcomes


@dataclass(frozen=True, slots=True)
class _Reply:
    """What an interpreter that ran programs said, and its exit code."""

    answers: list[dict[str, Any]]
    code: int


def _alone(job: dict[str, Any], limit: float) -> Outcome:
    try:
        reply = _ask(job, limit + _STARTING)
    except subprocess.TimeoutExpired:
        return Outcome(End.TIMEOUT)
    if reply.answers:
        return _outcome(reply.answers[0])
    return Outcome(End.DIED, message=f"exit code {reply.code}")


def _ask(job: dict[str, Any], timeout: float | None = None) -> _Reply:
    one_thread = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env={**os.environ, **one_thread},
            timeout=timeout,
            check=False,
        )
        ready, *answers = [json.loads(line) for line in done.stdout.splitlines()] or [None]
        if ready is None or (job["fork"] and done.returncode != 0):
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise TorchUnusable(last[0] if last else f"exit code {done.returncode}")
    return _Reply(answers, done.returncode)


def _outcome(answer: dict[str, Any]) -> Outcome:
    return Outcome(End(answer["end"]), answer.get("line"), answer.get("message", ""))
