"""Which files a command is about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from pathspec import GitIgnoreSpec

SUFFIXES = frozenset({".py", ".ipynb", ".md"})

DEFAULT_EXCLUDE = (
    ".bzr/", ".direnv/", ".eggs/", ".git/", ".hg/", ".hypothesis/", ".ipynb_checkpoints/",
    ".mypy_cache/", ".nox/", ".pyenv/", ".pytest_cache/", ".ruff_cache/", ".svn/", ".tox/",
    ".venv/", "__pycache__/", "__pypackages__/", "build/", "dist/", "node_modules/",
    "site-packages/", "venv/",
)  # fmt: skip
"""Folders that hold other people's code or products, as .gitignore would write them."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """Patterns in .gitignore's language, and the folder that they are relative to."""

    folder: Path
    spec: GitIgnoreSpec

    @classmethod
    def of(cls, folder: Path, patterns: Iterable[str]) -> Ignore:
        """Raises `ValueError` where a pattern is none."""
        return cls(folder, GitIgnoreSpec.from_lines(patterns))

    def verdict(self, path: Path, is_folder: bool = False) -> bool | None:
        """Whether `path` is ignored (True), taken back in (False), or not spoken of (None)."""
        try:
            relative = path.relative_to(self.folder).as_posix()
        except ValueError:
            return None
        if relative == ".":
            return None
        return self.spec.check_file(relative + "/" if is_folder else relative).include


@dataclass(slots=True)
class Discovered:
    """The files to check, sorted, and the paths that do not exist."""

    files: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def discover(
    paths: Iterable[str], exclude: Iterable[Ignore] = (), default_exclude: bool = True
) -> Discovered:
    """The files under `paths`; a file that is named is taken whatever its name and excludes.

    Folders are walked for Python files, notebooks and Markdown that neither git nor `exclude`
    nor `DEFAULT_EXCLUDE` leaves out. Links to folders are not followed, so loops end.
    """
    exclude = list(exclude)
    found: set[Path] = set()
    result = Discovered()
    for name in paths:
        path = absolute(name)
        if path.is_dir():
            # Patterns that would leave out the very folder that was asked for do not count.
            outside = [*exclude, *_ignored_above(path)]
            ignores = [ignore for ignore in outside if not _leaves_out(ignore, path)]
            if default_exclude:
                ignores.insert(0, Ignore.of(path, DEFAULT_EXCLUDE))
            found.update(_walk(path, ignores))
        elif os.path.lexists(path):
            found.add(path)
        else:
            result.missing.append(name)
    result.files = sorted(found)
    return result


def absolute(name: str) -> Path:
    """`name` made absolute and without `..`, links left alone."""
    return Path(os.path.abspath(name))


def display(path: Path) -> str:
    """How findings show a path: relative to the current folder where that is shorter."""
    full = os.fspath(path)
    try:
        relative = os.path.relpath(full)
    except ValueError:  # another drive
        relative = full
    shown = min(relative, full, key=len)
    return os.fsencode(shown).decode("utf-8", "replace")


def _leaves_out(ignore: Ignore, folder: Path) -> bool:
    return any(ignore.verdict(path, is_folder=True) for path in (folder, *folder.parents))


def _walk(folder: Path, ignores: list[Ignore]) -> Iterator[Path]:
    pending = [(folder, ignores)]
    while pending:
        folder, ignores = pending.pop()
        here = _gitignore(folder)
        if here is not None:
            ignores = [*ignores, here]
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            wanted = is_folder or (PurePath(entry.name).suffix in SUFFIXES and _is_file(entry))
            if wanted and not _is_ignored(path, is_folder, ignores):
                if is_folder:
                    pending.append((path, ignores))
                else:
                    yield path


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Regular files, through links; no pipes and devices, which could block the reader."""
    try:
        return entry.is_file()
    except OSError:  # a loop of links
        return False


def _is_ignored(path: Path, is_folder: bool, ignores: list[Ignore]) -> bool:
    """As in git, the innermost file that speaks of the path decides."""
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def _ignored_above(folder: Path) -> list[Ignore]:
    """The .gitignore files from the repository's root down to above `folder`, outermost first."""
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            break
    else:
        return []
    between = [parent for parent in folder.parents if parent.is_relative_to(root)]
    ignores = [_gitignore(root, ".git/info/exclude"), *map(_gitignore, reversed(between))]
    return [ignore for ignore in ignores if ignore is not None]


def _gitignore(folder: Path, name: str = ".gitignore") -> Ignore | None:
    try:
        text = (folder / name).read_text(encoding="utf-8", errors="replace")
        return Ignore.of(folder, text.splitlines())
    except (OSError, ValueError):
        return None
