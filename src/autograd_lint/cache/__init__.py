"""What came of files in earlier runs, so that only what has changed is analysed again.

The outcome of a file depends on its content, on the files that its imports were looked for in, on
where it is, and on this program itself; on no configuration. All of that is compared, and nothing
by time stamps but the program's own source. Whatever is wrong with a cache costs time at most.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_lint.cache.identity import identity
from autograd_lint.source import digest

if TYPE_CHECKING:
    from autograd_lint.cache.store import Store
    from autograd_lint.worker import Outcome

FOLDER = ".autograd_lint_cache"
"""What the folder is called, in the root of the project, unless the configuration says another."""
_STORE = "outcomes.sqlite"
_TAG = "CACHEDIR.TAG"
_NOTES = {
    ".gitignore": "# Made by autograd-lint.\n*\n",
    _TAG: "Signature: 8a477f597d28d172789f06886806bc55\n# Made by autograd-lint; see https://bford.info/cachedir/\n",
}


class Cache:
    """The outcomes of earlier runs, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, path: Path, content: bytes) -> Outcome | None:
        """What came of a file of this content, if everything else is still the same as well."""
        from autograd_lint.cache.codec import Foreign, decoded

        value = self._store.get(self._key(path, content))
        if value is None:
            return None
        try:
            outcome = decoded(value)
        except Foreign:
            return None
        return outcome if outcome.inputs is not None and outcome.inputs.hold() else None

    def keep(self, path: Path, outcome: Outcome) -> None:
        """Remember what came of a file, if it was read and no mistake of ours has had a part in it."""
        from autograd_lint.cache.codec import encoded

        inputs = outcome.inputs
        if inputs is not None and not outcome.failed and _made(self._folder):
            self._store.put(self._key(path, inputs.content), encoded(outcome))

    def close(self) -> None:
        """Write what has not been written yet."""
        if "_store" in vars(self):
            self._store.close()

    @cached_property
    def _store(self) -> Store:  # opened when first asked: where no file is about torch, never
        from autograd_lint.cache.store import Store

        return Store(self._folder / _STORE)

    @cached_property
    def _base(self) -> bytes:
        # A file that is moved, or shown differently, gets other places in its findings.
        return identity() + os.fsencode(os.getcwd()) + b"\0"

    def _key(self, path: Path, content: bytes) -> bytes:
        return digest(self._base + os.fsencode(path) + b"\0" + content)


def clean(folder: Path) -> bool:
    """Remove the cache in a folder, and nothing else that is in it; whether there was one.

    Raises `OSError`.
    """
    if not (folder / _TAG).is_file() or folder.is_symlink():
        return False
    for path in _own(folder):
        path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
    return True


def _own(folder: Path) -> Iterator[Path]:
    yield from folder.glob(f"{_STORE}*")
    yield from (folder / name for name in _NOTES)


def _made(folder: Path) -> bool:
    """Whether there is a folder to write to; it is made where there is none."""
    if (folder / _TAG).exists():
        return True
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _NOTES.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError:
        return False
    return True
