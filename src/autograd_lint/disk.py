"""The files beside those that are checked, and what of them an analysis has depended on."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from autograd_lint.discovery import absolute, display, is_inside
from autograd_lint.importers import root
from autograd_lint.source import SourceFile, Unreadable, digest, from_bytes, read_bytes


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an analysis has seen: where that is still the same, so is what comes of it."""

    content: bytes
    """The digest of the file itself."""
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    """The digests of those that it has asked for, by path; None of what is no file."""
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By folder, what is not in it: most of the places in which a module could be."""

    def hold(self) -> bool:
        """Whether the other files are still as they were."""
        try:
            return all(
                _entries(folder).isdisjoint(names) for folder, names in self.missing.items()
            ) and all(_digest(path) == known for path, known in self.files.items())
        except OSError:  # a folder that can no longer be listed
            return False


class Neighbours:
    """Gives files on the disk, and notes which it was asked for."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def __call__(self, name: str) -> SourceFile | None:
        self._asked.add(name)
        return neighbour(name)

    def inputs(self, content: bytes) -> Inputs:
        """What was seen by the analysis of a file whose digest is `content`."""
        files: dict[str, bytes | None] = {}
        missing: dict[str, set[str]] = {}
        for name in self._asked:
            known = _read(name)[1] if _exists(name) else None
            lack = None if known is not None else _lack(name)
            if lack is None:
                files[name] = known
            else:
                missing.setdefault(lack[0], set()).add(lack[1])
        return Inputs(content, files, {at: tuple(sorted(missing[at])) for at in missing})


def neighbour(name: str) -> SourceFile | None:
    """The source of the file at a path, `None` where there is none that can be read."""
    return _read(name)[0] if _exists(name) else None


def forget() -> None:
    """Files may have changed: what is known of the disk is asked anew."""
    for known in (_exists, _read, _entries, _digest, _lack):
        known.cache_clear()


@lru_cache(maxsize=1 << 16)
def _exists(name: str) -> bool:
    """Whether there is a file at a path, and no link to it that leads out of the project."""
    if not os.path.isfile(os.path.abspath(name)):  # noqa: PTH113 - a Path takes its time
        return False
    path = absolute(name)
    return is_inside(path, os.path.realpath(root(path.parent)))


@lru_cache(maxsize=256)
def _read(name: str) -> tuple[SourceFile | None, bytes]:
    """The file at a path, if it can be read, and the digest of what was read."""
    path = absolute(name)
    shown = display(path)
    try:
        content = read_bytes(path, shown)
    except Unreadable:
        return None, b""
    try:
        return from_bytes(content, path, shown), digest(content)
    except Unreadable:
        return None, digest(content)


@lru_cache(maxsize=1 << 16)
def _digest(name: str) -> bytes | None:
    """What `_read` would give as the digest of a file; None where there is none."""
    if not _exists(name):
        return None
    try:
        return digest(read_bytes(absolute(name), name))
    except Unreadable:
        return b""


@lru_cache(maxsize=1 << 16)
def _lack(path: str) -> tuple[str, str] | None:
    """Why there is nothing at a path: a folder, and what of the path is not in it.

    None where something is there that is no file, or where it cannot be told.
    """
    folder, name = os.path.split(os.path.abspath(path))
    if not name:
        return None
    try:
        return None if name in _entries(folder) else (folder, name)
    except (FileNotFoundError, NotADirectoryError):
        return _lack(folder)
    except OSError:
        return None


@lru_cache(maxsize=1 << 14)
def _entries(folder: str) -> frozenset[str]:
    """The names in a folder. Raises `OSError`."""
    return frozenset(os.listdir(folder))  # noqa: PTH208 - likewise
