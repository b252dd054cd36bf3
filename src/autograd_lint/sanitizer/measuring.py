"""Measures programs: each is run in a fork of this process, and its findings come back."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograd_lint.finding import Finding
from autograd_lint.sanitizer.program import Target, run


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a program."""

    code: int | None
    """Its exit code; `None` if it did not come to its end in time, or died."""
    findings: tuple[Finding, ...] = ()


def measure(path: Path, arguments: Sequence[str] = (), *, limit: float = 60.0) -> Measured:
    """Run a script under the sanitizer, in an empty folder and in silence, for `limit` seconds at most.

    It is executed, with all that this means. This needs a system that can fork.
    """
    import torch

    from autograd_lint.sanitizer.session import Session

    with contextlib.suppress(ImportError):
        # A program's first optimizer imports this, which takes as long as torch itself.
        import torch._dynamo
    target = Target(os.path.abspath(path), is_module=False, arguments=tuple(arguments))
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            try:
                os.close(reading)
                os.chdir(folder)
                _silence()
                torch.set_num_threads(1)
                session = Session()
                code = run(target, session)
                with os.fdopen(writing, "wb") as pipe:
                    pickle.dump(Measured(code, tuple(session.findings())), pipe)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(writing)
        answer = _read(reading, child, limit)
    return pickle.loads(answer) if answer else Measured(None)


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    warnings.simplefilter("default")  # as in a process of its own, whatever is an error in this one


def _read(pipe: int, child: int, limit: float) -> bytes:
    answer, deadline = bytearray(), time.monotonic() + limit
    try:
        while (left := deadline - time.monotonic()) > 0:
            if select.select([pipe], [], [], left)[0]:
                part = os.read(pipe, 1 << 16)
                if not part:
                    return bytes(answer)
                answer += part
        return b""
    finally:
        os.close(pipe)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
