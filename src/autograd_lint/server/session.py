"""What one client has open, what was found in it, and when to look again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from autograd_lint.discovery import absolute
from autograd_lint.finding import Finding, Place
from autograd_lint.server.actions import Marked
from autograd_lint.server.analysis import Answer, Process, Question, Repair
from autograd_lint.server.documents import Document, Edits
from autograd_lint.server.messages import SOURCE, diagnostic
from autograd_lint.server.text import place_range, split
from autograd_lint.source import Unreadable, decode, read_bytes

PAUSE = 0.2
"""Seconds without a keystroke after which a text is looked at."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of the last analysis of a document."""

    answer: Answer
    revisions: Mapping[str, int]
    """Those of all documents that were open when it began, by URI."""
    mended: dict[tuple[tuple[Finding, ...], bool], str | None] = field(default_factory=dict)
    """What the fixes that were asked for so far come to, made alone or not."""


class Session:
    """The open documents and their findings."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.documents: dict[str, Document] = {}
        self.process = Process()
        self.pushed_settings: Mapping[str, Any] = {}
        """Those that a client sends which cannot be asked for them."""
        self._checked: dict[str, Checked] = {}
        self._published: dict[str, types.PublishDiagnosticsParams] = {}
        self._problem: str | None = None
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def encoding(self) -> str:
        """What the client counts columns in."""
        return types.PositionEncodingKind(self.server.workspace.position_encoding).value

    def holder(self, uri: str) -> Document | None:
        """The open document with this URI, or with a cell of this URI."""
        for document in self.documents.values():
            if any(part.uri == uri for part in document.parts):
                return document
        return None

    def opened(self, document: Document) -> None:
        """Take in a document, and look at it at once."""
        self.documents[document.uri] = document
        self._look(document, 0)
        self.look_at_importers(document.path)

    def changed(self, document: Document) -> None:
        """Look at a document, and at those that import it, once its user pauses."""
        self._look(document, PAUSE)
        self.look_at_importers(document.path)

    def closed(self, uri: str) -> None:
        """Forget a document; those that import it see what is on the disk again."""
        document = self.documents.pop(uri, None)
        if document is not None:
            document.ticket += 1
            self._checked.pop(uri, None)
            self._publish()
            self.look_at_importers(document.path)

    def close(self) -> None:
        """Let go of everything; what is still being looked at is not waited for."""
        for document in self.documents.values():
            document.ticket += 1
        self.process.stop()

    def look_at_importers(self, path: Path) -> None:
        """Look at the documents that have looked for a module at `path`."""
        for uri, checked in list(self._checked.items()):
            document = self.documents[uri]
            if path in checked.answer.imported and document.path != path:
                self._look(document, PAUSE)

    def look_at_all(self) -> None:
        """Look at all documents again, with the settings that the client has now."""
        for document in self.documents.values():
            document.settings = None
            self._look(document, 0)

    def marked(self, uri: str) -> list[Marked]:
        """The findings in a document or cell whose text is still what they were found in."""
        return [
            Marked(finding, diagnostic(finding, self.locate, self._shows_related()))
            for finding in self._findings()
            if self.locate(finding.place).uri == uri
        ]

    def locate(self, place: Place) -> types.Location:
        """Where the client finds a place: in an open document or cell, or in a file."""
        path = absolute(place.path)
        for document in self.documents.values():
            if document.path == path and (part := document.part(place.cell)) is not None:
                return types.Location(part.uri, place_range(place, part.lines, self.encoding))
        lines = _lines_on_disk(path)
        uri = from_fs_path(str(path)) or path.as_uri()
        return types.Location(uri, place_range(place, lines, self.encoding))

    async def mended(
        self, document: Document, marked: Sequence[Marked], *, is_alone: bool
    ) -> types.WorkspaceEdit | None:
        """What a fix, or all that are safe, come to, if the analysis bears it out."""
        checked = self._checked.get(document.uri)
        if checked is None or not self._is_current(document):
            return None
        repair = Repair(self._question(document), tuple(m.finding for m in marked), is_alone)
        key = (repair.findings, is_alone)
        if key not in checked.mended:
            async with self._turn:
                checked.mended[key] = await asyncio.to_thread(self.process.mend, repair)
        source = checked.mended[key]
        # In the meantime it may have been written in, or closed.
        if source is None or not self._is_current(document):
            return None
        return self.workspace_edit(document.edits(source, self.encoding))

    def workspace_edit(self, edits: Edits) -> types.WorkspaceEdit:
        """The edits, tied to the versions of the texts if the client knows such."""
        capabilities = self.server.client_capabilities.workspace
        known = capabilities.workspace_edit if capabilities else None
        if known is None or not known.document_changes:
            return types.WorkspaceEdit(changes=edits)
        versions = {p.uri: p.version for d in self.documents.values() for p in d.parts}
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)), changes
                )
                for uri, changes in edits.items()
            ]
        )

    def _look(self, document: Document, pause: float) -> None:
        document.ticket += 1
        task = asyncio.create_task(self._check(document, document.ticket, pause))
        self._running.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(self._running.discard)

    async def _check(self, document: Document, ticket: int, pause: float) -> None:
        await asyncio.sleep(pause)
        if document.settings is None:
            document.settings = await self._settings(document)
        async with self._turn:
            if ticket != document.ticket:
                return
            revisions = {uri: other.revision for uri, other in self.documents.items()}
            answer = await asyncio.to_thread(self.process.ask, self._question(document))
        if ticket == document.ticket:
            self._checked[document.uri] = Checked(answer, revisions)
            self._tell(answer.problem)
            self._publish()

    async def _settings(self, document: Document) -> Mapping[str, Any]:
        capabilities = self.server.client_capabilities.workspace
        if capabilities is None or not capabilities.configuration:
            return self.pushed_settings
        item = types.ConfigurationItem(scope_uri=document.uri, section=SOURCE)
        asked = types.ConfigurationParams([item])
        (settings,) = await self.server.workspace_configuration_async(asked)
        return settings if isinstance(settings, dict) else {}

    def _question(self, document: Document) -> Question:
        folders = [to_fs_path(folder.uri) for folder in self.server.workspace.folders.values()]
        folders.append(self.server.workspace.root_path)
        around = [f for f in map(Path, filter(None, folders)) if f in document.path.parents]
        return Question(
            path=document.path,
            text=document.source(),
            settings=document.settings or {},
            root=max(around, key=lambda f: len(f.parts), default=document.path.parent),
            buffers={d.path: d.parts[0].text for d in self.documents.values() if not d.is_notebook},
        )

    def _is_current(self, document: Document) -> bool:
        """Whether what was found in a document was found in the text that it has now."""
        checked = self._checked.get(document.uri)
        return checked is not None and checked.revisions[document.uri] == document.revision

    def _findings(self) -> Iterator[Finding]:
        """Those in files and current documents; a document's own analysis speaks first.

        What was found in the meantime from elsewhere, in an older text, has lost its place.
        """
        by_path = {document.path: document for document in self.documents.values()}
        own: list[Finding] = []
        others: list[Finding] = []
        for uri, checked in self._checked.items():
            for finding in checked.answer.findings:
                where = by_path.get(absolute(finding.place.path))
                if where is None:
                    others.append(finding)
                elif self._is_current(where):
                    if where.uri == uri:
                        own.append(finding)
                    elif checked.revisions.get(where.uri) == where.revision:
                        others.append(finding)
        yield from {(f.code, f.place): f for f in (*others, *own)}.values()

    def _publish(self) -> None:
        """Tell the client what has changed; of a text that is still to be looked at, nothing."""
        now: dict[str, types.PublishDiagnosticsParams] = {}
        for document in self.documents.values():
            for part in document.parts:
                if self._is_current(document):
                    now[part.uri] = types.PublishDiagnosticsParams(part.uri, [], part.version)
                elif part.uri in self._published:
                    now[part.uri] = self._published[part.uri]
        for finding in self._findings():
            uri = self.locate(finding.place).uri
            there = now.setdefault(uri, types.PublishDiagnosticsParams(uri, []))
            found = diagnostic(finding, self.locate, self._shows_related())
            there.diagnostics = [*there.diagnostics, found]
        for uri in self._published.keys() - now.keys():
            self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        for uri, params in now.items():
            if params != self._published.get(uri):
                self.server.text_document_publish_diagnostics(params)
        self._published = now

    def _shows_related(self) -> bool:
        capabilities = self.server.client_capabilities.text_document
        diagnostics = capabilities.publish_diagnostics if capabilities else None
        return diagnostics is not None and bool(diagnostics.related_information)

    def _tell(self, problem: str | None) -> None:
        if problem is not None and problem != self._problem:
            message = types.ShowMessageParams(types.MessageType.Warning, f"{SOURCE}: {problem}")
            self.server.window_show_message(message)
        self._problem = problem


def _lines_on_disk(path: Path) -> tuple[str, ...]:
    try:
        return split(decode(read_bytes(path, path.name), path, path.name))
    except Unreadable:
        return ()
