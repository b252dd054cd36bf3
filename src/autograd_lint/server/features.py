"""What the server offers, in the protocol's terms."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from autograd_lint._version import __version__
from autograd_lint.discovery import absolute
from autograd_lint.server import actions
from autograd_lint.server.documents import notebook, text_document
from autograd_lint.server.messages import SOURCE, page
from autograd_lint.server.session import Session
from autograd_lint.server.text import touch

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [
        types.NotebookDocumentFilterWithNotebook(
            notebook="*", cells=[types.NotebookCellLanguage("python")]
        )
    ]
)
_SYNCHRONISATION = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
)
"""What pygls would do for its own documents first, and with other line ends (see `text.split`)."""
_WATCHED = ("**/*.py", "**/pyproject.toml", "**/autograd-lint.toml", "**/.autograd-lint.toml")


def serve() -> None:
    """Serve one client over stdin and stdout."""
    server = LanguageServer(SOURCE, __version__, notebook_document_sync=_NOTEBOOKS)
    for method in _SYNCHRONISATION:
        del server.protocol.fm.builtin_features[method]
    session = Session(server)
    _lifecycle(server, session)
    _text_documents(server, session)
    _notebooks(server, session)
    _requests(server, session)
    try:
        server.start_io(sys.stdin.buffer, sys.stdout.buffer)
    finally:
        session.close()


def _lifecycle(server: LanguageServer, session: Session) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        session.pushed_settings = _section(params.initialization_options)

    @server.feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        capabilities = server.client_capabilities.workspace
        watched = capabilities.did_change_watched_files if capabilities else None
        if watched is not None and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration(method, method, options)
            server.client_register_capability(types.RegistrationParams([registration]))

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        if params.settings:
            session.pushed_settings = _section(params.settings)
        session.look_at_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            if change.uri.endswith(".toml"):
                session.look_at_all()
            elif change.uri not in session.documents:
                session.look_at_importers(absolute(to_fs_path(change.uri) or ""))

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        session.close()


def _text_documents(server: LanguageServer, session: Session) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = text_document(params.text_document)
        if document is not None:
            session.opened(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = session.documents.get(params.text_document.uri)
        if document is not None:
            document.change_text(params.text_document, params.content_changes, session.encoding)
            session.changed(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.closed(params.text_document.uri)


def _notebooks(server: LanguageServer, session: Session) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        session.opened(notebook(params.notebook_document, params.cell_text_documents))

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        document = session.documents.get(params.notebook_document.uri)
        if document is not None and params.change.cells is not None:
            document.change_cells(params.change.cells, session.encoding)
            session.changed(document)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseNotebookDocumentParams) -> None:
        session.closed(params.notebook_document.uri)


def _requests(server: LanguageServer, session: Session) -> None:
    kinds = types.CodeActionOptions([actions.QUICK_FIX, actions.FIX_ALL])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        document = session.holder(params.text_document.uri)
        if document is None:
            return []
        revision = document.revision
        everywhere = session.marked(params.text_document.uri)
        here = [one for one in everywhere if touch(one.diagnostic.range, params.range)]
        offered: list[types.CodeAction] = []
        if _is_asked_for(actions.QUICK_FIX, params.context):
            silencing = list(
                actions.silencing(here, document, session.locate, session.workspace_edit)
            )
            for one in here:
                if (fix := one.finding.fix) is not None:
                    edit = await session.mended(document, [one], is_alone=True)
                    if edit is not None:
                        offered.append(actions.fixing(one, fix.message, edit))
            offered += silencing
        safe = [one for one in everywhere if one.is_safe]
        if safe and _is_asked_for(actions.FIX_ALL, params.context):
            edit = await session.mended(document, everywhere, is_alone=False)
            if edit is not None:
                offered.append(actions.fixing_all(safe, edit))
        # What has been written in since is not what was fixed.
        return offered if document.revision == revision else []

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        at = types.Range(params.position, params.position)
        marked = session.marked(params.text_document.uri)
        here = [one for one in marked if touch(one.diagnostic.range, at)]
        if not here:
            return None
        pages = dict.fromkeys(page(one.finding.code) for one in here)
        text = types.MarkupContent(types.MarkupKind.Markdown, "\n---\n\n".join(pages))
        return types.Hover(text, here[0].diagnostic.range)


def _section(settings: object) -> Mapping[str, Any]:
    """Our section of what a client says unasked."""
    section = settings.get(SOURCE) if isinstance(settings, Mapping) else None
    return section if isinstance(section, Mapping) else {}


def _is_asked_for(kind: str, context: types.CodeActionContext) -> bool:
    """Whether actions of a kind are wanted; what changes a whole file only where a user asks."""
    if context.only is not None:
        return any(f"{kind}.".startswith(f"{wanted}.") for wanted in context.only)
    is_automatic = context.trigger_kind == types.CodeActionTriggerKind.Automatic
    return kind == actions.QUICK_FIX or not is_automatic
