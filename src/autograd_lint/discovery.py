"""Which files a command is about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = frozenset({".py", ".ipynb", ".md"})

DEFAULT_EXCLUDE = (
    ".autograd_lint_cache/", ".bzr/", ".direnv/", ".eggs/", ".git/", ".hg/", ".hypothesis/",
    ".ipynb_checkpoints/", ".mypy_cache/", ".nox/", ".pyenv/", ".pytest_cache/", ".ruff_cache/",
    ".svn/", ".tox/", ".venv/", "__pycache__/", "__pypackages__/", "build/", "dist/",
    "node_modules/", "site-packages/", "venv/",
)  # fmt: skip
"""Folders that hold other people's code or products, as .gitignore would write them."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """Patterns in .gitignore's language, and the folder that they are relative to."""

    folder: Path
    patterns: tuple[str, ...]
    spec: GitIgnoreSpec = field(compare=False)

    @classmethod
    def of(cls, folder: Path, patterns: Iterable[str]) -> Ignore:
        """Raises `ValueError` where a pattern is none."""
        from pathspec import GitIgnoreSpec  # takes its time; files that are named need none

        kept = tuple(patterns)
        return cls(folder, kept, GitIgnoreSpec.from_lines(kept))

    def verdict(self, path: Path, is_folder: bool = False) -> bool | None:
        """Whether `path` is ignored (True), taken back in (False), or not spoken of (None)."""
        try:
            relative = path.relative_to(self.folder).as_posix()
        except ValueError:
            return None
        if relative == ".":
            return None
        return self.spec.check_file(relative + "/" if is_folder else relative).include


@lru_cache(maxsize=16)
def _by_default(root: Path) -> Ignore:
    return Ignore.of(root, DEFAULT_EXCLUDE)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a configuration leaves out."""

    replaced: Ignore | None = None
    """What is left out in the place of `DEFAULT_EXCLUDE`."""
    added: tuple[Ignore, ...] = ()
    forced: bool = False
    """Whether also what is named is left out."""

    def ignores(self, root: Path) -> list[Ignore]:
        """The patterns; those that are left out by default hold below `root`."""
        return [self.replaced or _by_default(root), *self.added]


@dataclass(slots=True)
class Discovered:
    """The files to check, sorted, and the paths that do not exist."""

    files: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def discover(
    paths: Iterable[str], exclusion_of: Callable[[Path], Exclusion] = lambda folder: Exclusion()
) -> Discovered:
    """The files under `paths`; a file that is named is taken whatever its name and excludes.

    Folders are walked for Python files, notebooks and Markdown that neither git nor what
    `exclusion_of` says of the folder that they are in leaves out. Links to folders are not
    followed, so loops end; nor are those to files outside of the folder that is walked.
    """
    found: set[Path] = set()
    result = Discovered()
    for name in paths:
        path = absolute(name)
        is_folder = path.is_dir()
        if not os.path.lexists(path):
            result.missing.append(name)
        elif is_forced_out(path, exclusion_of(path if is_folder else path.parent)):
            continue
        elif is_folder:
            found.update(_walk(path, exclusion_of))
        else:
            found.add(path)
    result.files = sorted(found)
    return result


def is_forced_out(path: Path, exclusion: Exclusion) -> bool:
    """Whether a path is left out even if it is named."""
    if not exclusion.forced:
        return False
    ignores = exclusion.ignores(Path.cwd())
    is_folder = path.is_dir()
    return _is_ignored(path, is_folder, ignores) or any(
        _is_ignored(folder, True, ignores) for folder in path.parents
    )


def is_left_out(path: Path, root: Path, exclusion: Exclusion) -> bool:
    """Whether `discover` would not come to the file at `path` if it was given the folder `root`."""
    ignores = [*exclusion.ignores(root), *_ignored_above(path)]
    return _is_ignored(path, False, ignores) or any(
        _is_ignored(folder, True, ignores) for folder in path.parents if root in folder.parents
    )


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
    return os.fsencode(shown).decode("utf-8", "backslashreplace")


def _leaves_out(ignore: Ignore, folder: Path) -> bool:
    return any(ignore.verdict(path, is_folder=True) for path in (folder, *folder.parents))


def _walk(root: Path, exclusion_of: Callable[[Path], Exclusion]) -> Iterator[Path]:
    def counting(ignores: Iterable[Ignore]) -> list[Ignore]:
        # Patterns that would leave out the very folder that was asked for do not count.
        return [ignore for ignore in ignores if not _leaves_out(ignore, root)]

    real_root = os.path.realpath(root)
    pending = [(root, counting(_ignored_above(root)))]
    while pending:
        folder, of_git = pending.pop()
        here = _gitignore(folder)
        if here is not None:
            of_git = [*of_git, here]
        ignores = [*counting(exclusion_of(folder).ignores(root)), *of_git]
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            wanted = is_folder or (
                PurePath(entry.name).suffix in SUFFIXES
                and _is_file(entry)
                and not (entry.is_symlink() and not is_inside(path, real_root))
            )
            if wanted and not _is_ignored(path, is_folder, ignores):
                if is_folder:
                    pending.append((path, of_git))
                else:
                    yield path


def is_inside(path: Path, real_root: str) -> bool:
    """Whether a path, all links on the way followed, is below a folder."""
    return Path(real_root) in Path(os.path.realpath(path)).parents


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
