"""Code actions: to fix a finding, to fix all that is safe, and to silence a rule in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from autograd_lint import noqa
from autograd_lint.catalogue import is_own
from autograd_lint.finding import Finding
from autograd_lint.server.documents import Document, Edits
from autograd_lint.server.messages import SOURCE, Locate
from autograd_lint.source import Unreadable, from_text

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding, and what the client shows of it."""

    finding: Finding
    diagnostic: types.Diagnostic

    @property
    def is_safe(self) -> bool:
        """Whether it has a fix that may be carried out unread."""
        fix = self.finding.fix
        return fix is not None and fix.is_safe


def fixing(one: Marked, title: str, edit: types.WorkspaceEdit) -> types.CodeAction:
    """The action that makes one fix."""
    return types.CodeAction(
        title=title + ("" if one.is_safe else " (unsafe)"),
        kind=QUICK_FIX,
        diagnostics=[one.diagnostic],
        is_preferred=one.is_safe,
        edit=edit,
    )


def fixing_all(safe: Sequence[Marked], edit: types.WorkspaceEdit) -> types.CodeAction:
    """The action that makes all fixes that are safe."""
    return types.CodeAction(
        title=f"Fix all that {SOURCE} can fix safely",
        kind=FIX_ALL,
        diagnostics=[one.diagnostic for one in safe],
        edit=edit,
    )


def silencing(
    marked: Iterable[Marked],
    document: Document,
    locate: Locate,
    edit: Callable[[Edits], types.WorkspaceEdit],
) -> Iterator[types.CodeAction]:
    """An action for each rule that has found something, which puts a comment there."""
    try:
        source = from_text(document.source(), document.path, str(document.path))
    except Unreadable:
        return
    for one in marked:
        if is_own(one.finding.code):
            continue  # it is about comments, or about what cannot be read
        comments = [(locate(e.place), e.text) for e in noqa.edits(source, [one.finding])]
        if comments:
            yield types.CodeAction(
                title=f"Disable {one.finding.code} for this line",
                kind=QUICK_FIX,
                diagnostics=[one.diagnostic],
                edit=edit({at.uri: [types.TextEdit(at.range, text)] for at, text in comments}),
            )
