"""Code actions: to fix a finding, to fix all that is safe, and to silence a rule in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lsprotocol import types

from autograd_lint import noqa
from autograd_lint.finding import Finding
from autograd_lint.server.documents import Document
from autograd_lint.server.messages import SOURCE, Locate
from autograd_lint.server.text import touch
from autograd_lint.source import Unreadable, from_text

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"

Edits: TypeAlias = dict[str, list[types.TextEdit]]
"""By the documents' URIs."""


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


def fixing(
    marked: Iterable[Marked], locate: Locate, edit: Callable[[Edits], types.WorkspaceEdit]
) -> Iterator[types.CodeAction]:
    """An action for each of the fixes."""
    for one in marked:
        if one.finding.fix is not None:
            yield types.CodeAction(
                title=one.finding.fix.message + ("" if one.is_safe else " (unsafe)"),
                kind=QUICK_FIX,
                diagnostics=[one.diagnostic],
                is_preferred=one.is_safe,
                edit=edit(_edits([one.finding], locate)),
            )


def fixing_all(
    marked: Iterable[Marked], locate: Locate, edit: Callable[[Edits], types.WorkspaceEdit]
) -> Iterator[types.CodeAction]:
    """One action for all fixes that are safe, if there are any."""
    safe = [one for one in marked if one.is_safe]
    if safe:
        yield types.CodeAction(
            title=f"Fix all that {SOURCE} can fix safely",
            kind=FIX_ALL,
            diagnostics=[one.diagnostic for one in safe],
            edit=edit(_edits([one.finding for one in safe], locate)),
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
        comments = [(locate(e.place), e.text) for e in noqa.edits(source, [one.finding])]
        if comments:
            yield types.CodeAction(
                title=f"Disable {one.finding.code} for this line",
                kind=QUICK_FIX,
                diagnostics=[one.diagnostic],
                edit=edit({at.uri: [types.TextEdit(at.range, text)] for at, text in comments}),
            )


def _edits(findings: Sequence[Finding], locate: Locate) -> Edits:
    """What the fixes change; one that touches what an earlier one changes waits for its turn."""
    edits: Edits = {}
    for finding in findings:
        changes = [(locate(e.place), e.text) for e in (finding.fix.edits if finding.fix else ())]
        if any(
            touch(at.range, other.range) for at, _ in changes for other in edits.get(at.uri, ())
        ):
            continue
        for at, text in changes:
            edits.setdefault(at.uri, []).append(types.TextEdit(at.range, text))
    return edits
