"""Runs programs, each in a process of its own, and tells how they ended.

This is a script for a fresh, isolated interpreter (``python -I``), so it imports nothing of
autograd_lint. It takes a JSON object on stdin, ``{"paths", "jobs", "limit", "memory", "fork"}``,
and prints a JSON object a line: an empty one when torch is imported, and then for each path how
that program ended, as they end.

With ``fork``, torch is imported once and each program runs in a fork of that process. Without, the
one program runs in this process, and the caller keeps the time.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import sys
import tempfile
import time
import traceback
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO


def main() -> None:
    """Run what stdin asks for."""
    job = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _silence()
    _import_torch(many=len(job["paths"]) > 4)
    print("{}", file=answers, flush=True)
    if job["fork"]:
        _run_forked(job["paths"], job["jobs"], job["limit"], job["memory"], answers)
    else:
        (path,) = job["paths"]
        print(json.dumps({"path": path, **_execute(path)}), file=answers, flush=True)


def _silence() -> None:
    """Let what programs print go nowhere, and let them read nothing."""
    with open(os.devnull, "r+b") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 0)
        os.dup2(nowhere.fileno(), 1)


def _import_torch(many: bool) -> None:
    import torch

    torch.set_num_threads(1)
    if many:
        # A program's first optimizer imports this, which takes as long as torch itself.
        with contextlib.suppress(ImportError):
            import torch._dynamo


@dataclass(slots=True)
class _Running:
    """A program that has been started."""

    path: str
    pid: int
    pipe: BinaryIO
    folder: tempfile.TemporaryDirectory[str]
    deadline: float
    said: bytearray = field(default_factory=bytearray)

    def end(self, kill: bool) -> dict[str, Any]:
        """Reap it, kill what it leaves behind, and tell how it ended."""
        self.pipe.close()
        if kill:
            _kill(self.pid)
        _, status = os.waitpid(self.pid, 0)
        _kill(self.pid)
        self.folder.cleanup()
        if kill:
            return {"end": "timeout"}
        if self.said:
            answer: dict[str, Any] = json.loads(self.said)
            return answer
        code = os.waitstatus_to_exitcode(status)
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return {"end": "died", "message": how}


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _run_forked(paths: list[str], jobs: int, limit: float, memory: int, answers: Any) -> None:
    waiting = list(reversed(paths))
    running: dict[int, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                started = _start(waiting.pop(), limit, memory)
                running[started.pipe.fileno()] = started
            patience = min(program.deadline for program in running.values()) - time.monotonic()
            readable, _, _ = select.select(list(running), [], [], max(patience, 0))
            for number, program in list(running.items()):
                late = time.monotonic() >= program.deadline
                if number in readable:
                    chunk = os.read(number, 1 << 16)
                    program.said += chunk
                    # Not the pipe's end alone: what the program has started may hold it open.
                    if chunk and not chunk.endswith(b"\n"):
                        continue
                    late = False
                elif not late:
                    continue
                del running[number]
                answer = {"path": program.path, **program.end(kill=late)}
                print(json.dumps(answer), file=answers, flush=True)
    finally:
        for program in running.values():
            program.end(kill=True)


def _start(path: str, limit: float, memory: int) -> _Running:
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        # Whatever happens, this process must not go on with its parent's work.
        try:
            os.setsid()  # in a group of its own, all that it starts can be killed with it
            os.close(read)
            os.set_inheritable(write, False)
            os.chdir(folder.name)
            _limit(limit, memory)
            os.write(write, json.dumps(_execute(path)).encode() + b"\n")
            os._exit(0)
        finally:
            os._exit(1)
    os.close(write)
    deadline = time.monotonic() + limit
    return _Running(path, pid, os.fdopen(read, "rb", buffering=0), folder, deadline)


def _limit(seconds: float, memory: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for what, limit in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, math.ceil(seconds) + 5),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def _execute(path: str) -> dict[str, Any]:
    """Run the program as ``python PATH`` would, and tell how it ended.

    The line is that of the deepest frame whose code stands in this file.
    """
    program = types.ModuleType("__main__")
    program.__file__ = path
    sys.modules["__main__"] = program
    sys.argv = [path]
    sys.path.insert(0, str(Path(path).parent))
    try:
        code = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
        exec(code, program.__dict__)
    except SystemExit as error:
        if error.code not in (None, 0):
            return _raised(error, path)
    except BaseException as error:
        return _raised(error, path)
    return {"end": "ended"}


def _raised(error: BaseException, path: str) -> dict[str, Any]:
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == path]
    line = lines[-1] if lines else getattr(error, "lineno", None)
    message = "".join(traceback.format_exception_only(type(error), error)).strip()
    # The pipe takes 64 KiB without a reader at the least; no message needs as much.
    return {"end": "raised", "line": line, "message": message[:8192]}


if __name__ == "__main__":
    main()
