"""The analysis of open documents, in a process of its own.

Python runs one thread at a time, and the analysis recurses deeper than a thread's stack may hold;
so it is a process, and the server's own stays free to read what is typed.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograd_lint import fixing, runner
from autograd_lint.baseline import BrokenBaseline
from autograd_lint.config import Config, ConfigError, ConfigOf, nearest
from autograd_lint.config.settings import Origin, applied
from autograd_lint.discovery import absolute, display, is_left_out
from autograd_lint.finding import Finding
from autograd_lint.source import SourceFile, Unreadable, decode, encode, from_text, read
from autograd_lint.worker import Neighbour, unreadable


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be analysed."""

    path: Path
    text: str
    settings: Mapping[str, Any]
    """The client's, which are read after those of the nearest configuration file."""
    root: Path
    """The folder that is open in the editor, or the file's."""
    buffers: Mapping[Path, str]
    """What is open beside it, whose text counts and not that on the disk."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it."""

    findings: tuple[Finding, ...] = ()
    imported: frozenset[Path] = frozenset()
    """Where modules were looked for; those that are there, and those that are not yet."""
    problem: str | None = None
    """Why the configuration cannot be used."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Fixes that are to be made."""

    question: Question
    findings: tuple[Finding, ...]
    """What was found in the document of the question."""
    is_alone: bool
    """Whether there is one, and its fix is made alone: else all are that are safe."""


def answer(question: Question) -> Answer:
    """Analyse a document as `check` would if everything was saved."""
    imported: set[Path] = set()
    try:
        config = _config_of(question)(question.path.parent)
        if is_left_out(question.path, question.root, config.exclusion):
            return Answer()
        neighbour = _neighbour(question.buffers, imported)
        report = runner.check_text(question.text, display(question.path), config, neighbour)
    except (ConfigError, BrokenBaseline) as error:
        return Answer(problem=str(error))
    return Answer(report.findings, frozenset(imported))


def mended(repair: Repair) -> str | None:
    """The document after the fixes, as `check --fix` would leave it; None if they do not do."""
    path = repair.question.path
    texts = {**repair.question.buffers, path: repair.question.text}
    neighbour = _neighbour({}, set())
    try:
        contents = {open_: encode(text, open_, display(open_)) for open_, text in texts.items()}
        if repair.is_alone:
            change = fixing.fix_one(repair.findings[0], contents, neighbour)
        else:
            codes_on = runner.selected(_config_of(repair.question))
            made = fixing.fix(
                repair.findings, {path}, contents=contents,
                is_on=lambda path, code: code in codes_on(path), neighbour=neighbour,
            )  # fmt: skip
            change = made.changes[0] if made.changes else None
        return None if change is None else decode(change.after, path, display(path))
    except (Unreadable, ConfigError):
        return None


def _config_of(question: Question) -> ConfigOf:
    def with_settings(config: Config) -> Config:
        return applied(question.settings, Origin("settings: ", question.root), config)

    return nearest(with_settings)


def _neighbour(buffers: Mapping[Path, str], imported: set[Path]) -> Neighbour:
    """Gives what is open, else what is on the disk, and notes what it was asked for."""

    def neighbour(name: str) -> SourceFile | None:
        path = absolute(name)
        imported.add(path)
        if path in buffers:
            return _buffer(path, buffers[path])
        try:
            return _on_disk(path, path.stat().st_mtime_ns) if path.is_file() else None
        except OSError:  # it is gone since
            return None

    return neighbour


@lru_cache(maxsize=256)  # the same source is parsed once
def _buffer(path: Path, text: str) -> SourceFile | None:
    try:
        return from_text(text, path, display(path))
    except Unreadable:
        return None


@lru_cache(maxsize=256)
def _on_disk(path: Path, changed: int) -> SourceFile | None:
    try:
        return read(path, display(path))
    except Unreadable:
        return None


class Process:
    """The process that answers, one question at a time; it gets ready while a client connects."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess
        self._connection: Connection | None = self._start()

    def ask(self, question: Question) -> Answer:
        """The answer, waited for."""
        reply = self._reply(question)
        if isinstance(reply, Answer):
            return reply
        message = "internal error: the process that analysed it died; please report it"
        return Answer((unreadable(display(question.path), message),))

    def mend(self, repair: Repair) -> str | None:
        """What `mended` gives, waited for."""
        reply = self._reply(repair)
        return reply if isinstance(reply, str) else None

    def _reply(self, request: Question | Repair) -> object:
        """None from a process that dies of it, which is replaced for the next."""
        try:
            self._connection = self._connection or self._start()
            self._connection.send(request)
            return self._connection.recv()
        except (EOFError, OSError):
            self._connection = None
            return None

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()

    def _start(self) -> Connection:
        # A process with threads cannot be forked safely, and this one has some.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        return ours


def _serve(connection: Connection) -> None:
    os.dup2(2, 1)  # what the parent says to the client on its stdout is not to be interrupted
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):  # the server is gone
        while True:
            request = connection.recv()
            connection.send(answer(request) if isinstance(request, Question) else mended(request))
