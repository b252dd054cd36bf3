"""Statements as lines: which lines belong to one, and where there are comments or room for one."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_LAYOUT = frozenset({tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#`; lines from 1, columns from 0."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement or the head of a compound one; or a comment between statements."""

    first: int
    last: int
    comments: tuple[Comment, ...]
    open: tuple[int, ...] = ()
    """Its lines that end in a string, or with a backslash: no comment can stand there."""
    is_code: bool = True


def statements(text: str) -> Iterator[Statement]:
    """The statements of a text in order, as far as it is Python; its line ends are `\\n`."""
    lines = text.split("\n")
    first: int | None = None
    comments: list[Comment] = []
    strings: list[int] = []
    """Where strings with parts of their own (f-strings, from Python 3.12 on) have begun."""
    open_lines: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            line, last = token.start[0], token.end[0]
            kind = tokenize.tok_name[token.type]
            if kind == "COMMENT":
                comment = Comment(token.string, *token.start)
                if first is None:
                    yield Statement(line, line, (comment,), is_code=False)
                else:
                    comments.append(comment)
            elif kind == "NEWLINE":
                first = first or line
                commented = {comment.line for comment in comments}
                for row in range(first, line):
                    if lines[row - 1].endswith("\\") and row not in commented:
                        open_lines.add(row)
                yield Statement(first, line, tuple(comments), tuple(sorted(open_lines)))
                first, comments, open_lines = None, [], set()
            elif token.type not in _LAYOUT:
                first = first or line
                if kind.endswith("STRING_START"):
                    strings.append(line)
                elif kind.endswith("STRING_END"):
                    open_lines.update(range(strings.pop(), last))
                else:
                    open_lines.update(range(line, last))
    except (tokenize.TokenError, SyntaxError):
        return  # the rest is no Python, and AGL900 says so
