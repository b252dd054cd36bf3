"""Runs a program as `python` would, under the sanitizer."""

from __future__ import annotations

import builtins
import linecache
import os
import runpy
import sys
import types
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd_lint.sanitizer.confirming import Reached
    from autograd_lint.sanitizer.session import Session

_OURS = os.path.join(Path(__file__).parent, "")


@dataclass(frozen=True, slots=True)
class Target:
    """What to run: a script's path, or a module's name."""

    name: str
    is_module: bool
    arguments: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """What `python` would put in front of `sys.path`."""
        return os.getcwd() if self.is_module else str(Path(os.path.abspath(self.name)).parent)


def run(target: Target, session: Session, reached: Reached | None = None) -> int:
    """Run a program to its end, print its traceback if it stops by an exception, and give its exit code.

    With `reached`, the lines that it comes to are noted.
    """
    sys.argv = [target.name, *target.arguments]
    sys.path.insert(0, target.folder)
    try:
        with session, reached.traced() if reached is not None else nullcontext():
            if target.is_module:
                runpy.run_module(target.name, run_name="__main__", alter_sys=True)
            else:
                _run_script(target.name)
    except SystemExit as stop:
        return _exit_code(stop)
    except BaseException as error:
        _hide_ourselves(error)
        _flush()
        sys.excepthook(type(error), error, error.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _run_script(path: str) -> None:
    """Execute a file as `__main__`, which stays that: what it leaves for exit may look itself up."""
    path = os.path.abspath(path)  # as `python` has it
    code = compile(_text(path), path, "exec", dont_inherit=True)
    module = types.ModuleType("__main__")
    module.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = module
    exec(code, module.__dict__)


def _text(path: str) -> str | bytes:
    """What is executed of a file; of a notebook, its cells one after the other, without magics."""
    if not path.endswith(".ipynb"):
        return Path(path).read_bytes()
    from autograd_lint.source import read

    text = read(Path(path), path).text
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    return text


def _exit_code(stop: SystemExit) -> int:
    """As `python` has it: a number is the code, and anything else is printed."""
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    _flush()
    sys.stderr.write(f"{stop.code}\n")
    return 1


def _flush() -> None:
    """What the program has printed comes before what is said of it."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _hide_ourselves(error: BaseException | None) -> None:
    """Leave out of tracebacks the frames that are there only because the program is watched."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        shown: list[types.TracebackType] = []
        for trace in _list(error.__traceback__):
            code = trace.tb_frame.f_code
            if code.co_name == "handle_torch_function":
                shown.pop()  # the function of torch's that is called again by `Watch`
            elif not _is_ours(code.co_filename):
                shown.append(trace)
        rest = None
        for trace in reversed(shown):
            rest = types.TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
        error.__traceback__ = rest
        error = error.__cause__ or error.__context__


def _list(trace: types.TracebackType | None) -> list[types.TracebackType]:
    found = []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _is_ours(filename: str) -> bool:
    return filename.startswith(_OURS) or filename == "<frozen runpy>"
