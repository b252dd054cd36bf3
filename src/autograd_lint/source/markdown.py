"""The Python blocks of a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograd_lint.source.file import Piece
from autograd_lint.source.ipython import without_magics

_FENCE = re.compile(r"(?P<indent>[ \t]*(?:>[ \t]?)*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_PYTHON = re.compile(r"\{?\s*\.?(?:python[23]?|py[23]?|pycon|ipython[23]?)\b", re.IGNORECASE)
_PROMPT = re.compile(r"([ \t]*)(?:>>>|\.\.\.)(?: |$)")


def python_blocks(lines: Sequence[str]) -> Iterator[Piece]:
    """The fenced blocks marked as Python, in order; of a doctest session, what was typed in."""
    row = 0
    while row < len(lines):
        opening = _FENCE.match(lines[row])
        row += 1
        if opening is None:
            continue
        body: list[str] = []
        first = row + 1
        while row < len(lines) and not _closes(lines[row], opening["fence"]):
            body.append(lines[row])
            row += 1
        row += 1
        if _PYTHON.match(opening["info"]) and body:
            yield _piece(body, first, len(opening["indent"]))


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip(" \t>")
    return stripped.startswith(fence) and not stripped.strip(fence[0])


def _piece(body: list[str], row: int, indent: int) -> Piece:
    body = [line[indent:] for line in body]
    first = next((line for line in body if line.strip()), "")
    prompt = _PROMPT.match(first)
    if prompt is not None and first.lstrip().startswith(">>>"):
        body = [_typed(line, prompt[1]) for line in body]
        indent += len(prompt[1]) + 4
    return Piece(without_magics("\n".join(body) + "\n"), cell=None, row=row, indent=indent)


def _typed(line: str, indent: str) -> str:
    """A line of a doctest session without its prompt; blank if it is output."""
    prompt = _PROMPT.match(line)
    return line[prompt.end() :] if prompt is not None and prompt[1] == indent else ""
