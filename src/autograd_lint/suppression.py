"""Comments that ask for silence.

`# noqa`, `# noqa: AGL101,leaf-inplace`, `# autograd-lint: ignore`, `# autograd-lint: ignore[AGL1]`
on any line of the statement; `# autograd-lint: ignore-file`, with or without `[codes]`, anywhere.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograd_lint.finding import Finding
from autograd_lint.source import SourceFile

_NOQA = re.compile(
    r"#\s*noqa(?![\w-])(?:\s*:\s*(?P<codes>[A-Z][\w-]*(?:[,\s]+[A-Z][\w-]*)*))?", re.IGNORECASE
)
_OURS = re.compile(
    r"#\s*autograd-lint\s*:\s*(?P<what>ignore-file|ignore)(?![\w-])\s*(?:\[(?P<codes>[^\]]*)\])?",
    re.IGNORECASE,
)
_LAYOUT = frozenset(
    {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.COMMENT}
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """What one comment silences: these codes, code prefixes and names; everything if None."""

    codes: tuple[str, ...] | None

    def covers(self, finding: Finding) -> bool:
        if self.codes is None:
            return True
        return any(
            finding.name == code.lower() or _is_prefix(code.upper(), finding.code)
            for code in self.codes
        )


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The suppressions of one file."""

    everywhere: tuple[Suppression, ...]
    by_line: dict[tuple[int | None, int], tuple[Suppression, ...]]
    """By cell and line, for each line of a statement that carries a comment."""

    def cover(self, finding: Finding) -> bool:
        place = finding.place
        there = self.by_line.get((place.cell, place.line), ())
        return any(suppression.covers(finding) for suppression in (*self.everywhere, *there))


def suppressions(source: SourceFile) -> Suppressions:
    """What the comments of `source` silence. Strings that look like comments do not count."""
    everywhere: list[Suppression] = []
    by_line: dict[tuple[int | None, int], tuple[Suppression, ...]] = {}
    for block in source.blocks:
        if "noqa" not in block.text.lower() and "autograd-lint" not in block.text.lower():
            continue
        shift = block.row - 1
        for first, last, comment in _comments(block.text):
            if ours := _OURS.search(comment):
                found = Suppression(_codes(ours["codes"]))
                if ours["what"].lower() == "ignore-file":
                    everywhere.append(found)
                    continue
            elif noqa := _NOQA.search(comment):
                found = Suppression(_codes(noqa["codes"]))
            else:
                continue
            for line in range(first, last + 1):
                key = (block.cell, line + shift)
                by_line[key] = (*by_line.get(key, ()), found)
    return Suppressions(tuple(everywhere), by_line)


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Each comment with the first and last line of the statement (or line) it stands in."""
    first: int | None = None
    waiting: list[str] = []
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    try:
        for token in tokens:
            line = token.start[0]
            if token.type == tokenize.COMMENT:
                if first is None:
                    yield line, line, token.string
                else:
                    waiting.append(token.string)
            elif token.type == tokenize.NEWLINE:
                for comment in waiting:
                    yield first or line, line, comment
                first, waiting = None, []
            elif token.type not in _LAYOUT and first is None:
                first = line
    except (tokenize.TokenError, SyntaxError):
        return  # the rest is no Python, and AGL900 says so


def _codes(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(re.split(r"[,\s]+", text.strip()))


def _is_prefix(prefix: str, code: str) -> bool:
    return len(prefix) >= len("AGL") and code.startswith(prefix)
