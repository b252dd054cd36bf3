"""What tells one state of autograd-lint from another."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograd_lint._version import __version__
from autograd_lint.source import digest


def identity() -> bytes:
    """The digest of everything that has a say in an outcome, beside the files themselves.

    Where autograd-lint is being worked on, its version says little: so its files count as well, by
    their sizes and time stamps.
    """
    package = Path(__file__).parents[1]
    facts = [__version__, sys.version, *_files(package)]
    libcst = find_spec("libcst")  # which writes the fixes, and reads what is too new
    if libcst is not None and libcst.origin is not None:
        facts += _files(Path(libcst.origin).parent, deep=False)
    return digest("\n".join(facts).encode("utf-8", "surrogateescape"))


def _files(folder: Path, *, deep: bool = True) -> Iterator[str]:
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir():
            if deep and entry.name != "__pycache__":
                yield from _files(Path(entry.path))
        elif not entry.name.endswith(".pyc"):
            status = entry.stat()
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
