"""Which files of a project use another one: by their import statements, unresolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from autograd_lint.discovery import Exclusion, discover

_IMPORT = re.compile(r"\b(?:from|import)\b[^\n(]*(?:\([^)]*\))?")
_WORD = re.compile(r"\w+")
_ROOTS = ((".git",), ("pyproject.toml", "autograd-lint.toml", ".autograd-lint.toml", "setup.py"))


def project(path: Path, exclusion_of: Callable[[Path], Exclusion]) -> list[Path]:
    """The files of the project that the file at `path` belongs to."""
    return discover([str(root(path.parent))], exclusion_of).files


@lru_cache(maxsize=1 << 12)
def root(folder: Path) -> Path:
    """The root of the project that a folder belongs to, or else the folder itself.

    It is that of the repository, or holds a pyproject.toml or the like.
    """
    roots = (
        above
        for names in _ROOTS
        for above in (folder, *folder.parents)
        if any((above / name).exists() for name in names)
    )
    return next(roots, folder)


def importers(path: Path, files: Iterable[Path]) -> set[Path]:
    """Those of `files` that may import the one at `path`, directly or through others.

    A module is known by its name alone, wherever it is: rather one file too many.
    """
    imported = {file: _imported(file, _modified(file)) for file in files if file != path}
    found: set[Path] = set()
    pending = [path]
    while pending:
        name = _module(pending.pop())
        further = {file for file, names in imported.items() if name in names} - found
        found |= further
        pending.extend(further)
    return found


def _module(path: Path) -> str:
    return path.parent.name if path.stem == "__init__" else path.stem


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=1 << 14)
def _imported(path: Path, modified: int) -> frozenset[str]:
    """The words in the import statements of a file; all of its words if it imports by strings."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    by_strings = "import_module" in text or "__import__" in text
    return frozenset(_WORD.findall(text) if by_strings else _words(text))


def _words(text: str) -> Iterator[str]:
    for statement in _IMPORT.finditer(text):
        yield from _WORD.findall(statement[0])
