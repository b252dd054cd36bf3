"""What is open in the editor: text documents, and notebooks whose cells are documents as well."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lsprotocol import types
from pygls.uris import to_fs_path, urlparse

from autograd_lint.discovery import absolute
from autograd_lint.server.text import changed, differences, split

Edits: TypeAlias = dict[str, list[types.TextEdit]]
"""By the URIs of documents and cells."""


@dataclass(slots=True)
class Part:
    """What has a URI and a text: a whole document, or a cell."""

    uri: str
    text: str
    version: int | None
    is_code: bool = True

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the text, with their ends."""
        return split(self.text)


@dataclass(slots=True)
class Document:
    """What is analysed in one piece: a file, or a notebook with its cells in order."""

    uri: str
    path: Path
    parts: list[Part]
    is_notebook: bool = False
    revision: int = 0
    """How often its text has changed."""
    ticket: int = 0
    """How often its analysis was asked for; only the last one counts."""
    settings: Mapping[str, Any] | None = None
    """The client's, once it was asked for them."""

    def source(self) -> str:
        """The text as it would be read from the disk: of a notebook, its JSON."""
        if not self.is_notebook:
            return self.parts[0].text
        cells = [
            {"cell_type": "code" if part.is_code else "raw", "source": part.text}
            for part in self.parts
        ]
        return json.dumps({"cells": cells})

    def edits(self, source: str, encoding: str) -> Edits:
        """What makes of its parts those that `source` has; cells neither come nor go."""
        texts = [source]
        if self.is_notebook:
            texts = [cell["source"] for cell in json.loads(source)["cells"]]
        found = {
            part.uri: differences(part.text, text, encoding)
            for part, text in zip(self.parts, texts, strict=True)
        }
        return {uri: edits for uri, edits in found.items() if edits}

    def part(self, cell: int | None) -> Part | None:
        """The cell of that number, from 1; None is the whole of a document without cells."""
        index = 0 if cell is None else cell - 1
        return self.parts[index] if index < len(self.parts) else None

    def change_text(
        self,
        which: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        encoding: str,
    ) -> None:
        """Carry out changes to one of its parts."""
        for part in self.parts:
            if part.uri == which.uri:
                for change in changes:
                    part.text = changed(part.text, change, encoding)
                part.version = which.version
        self.revision += 1

    def change_cells(self, change: types.NotebookDocumentCellChanges, encoding: str) -> None:
        """Carry out changes to a notebook: cells that come, go or move, kinds, texts."""
        if change.structure is not None:
            array = change.structure.array
            known = {part.uri: part for part in self.parts}
            known |= {item.uri: _part(item) for item in change.structure.did_open or ()}
            new = [_cell(cell, known) for cell in array.cells or ()]
            self.parts[array.start : array.start + array.delete_count] = new
        for data in change.data or ():
            for part in self.parts:
                if part.uri == data.document:
                    part.is_code = data.kind == types.NotebookCellKind.Code
        for content in change.text_content or ():
            self.change_text(content.document, content.changes, encoding)
        self.revision += 1


def text_document(item: types.TextDocumentItem) -> Document | None:
    """The document that a client has opened; None if it is nothing that we read.

    A notebook that is opened as text is none: its lines are those of JSON.
    """
    path = _path(item.uri)
    if path.suffix in (".py", ".md") or (item.language_id == "python" and path.suffix != ".ipynb"):
        return Document(item.uri, path, [_part(item)])
    return None


def notebook(opened: types.NotebookDocument, cells: Sequence[types.TextDocumentItem]) -> Document:
    """The notebook that a client has opened."""
    path = _path(opened.uri)
    if path.suffix != ".ipynb":
        path = path.with_name(f"{path.name}.ipynb")
    known = {item.uri: _part(item) for item in cells}
    parts = [_cell(cell, known) for cell in opened.cells]
    return Document(opened.uri, path, parts, is_notebook=True)


def _part(item: types.TextDocumentItem) -> Part:
    return Part(item.uri, item.text, item.version, is_code=item.language_id == "python")


def _cell(cell: types.NotebookCell, known: dict[str, Part]) -> Part:
    part = known.get(cell.document) or Part(cell.document, "", None)
    part.is_code = part.is_code and cell.kind == types.NotebookCellKind.Code
    return part


def _path(uri: str) -> Path:
    """Where a document lies, or would lie if it was saved in the current folder."""
    return absolute(to_fs_path(uri) or urlparse(uri)[2].rpartition("/")[2] or "untitled")
