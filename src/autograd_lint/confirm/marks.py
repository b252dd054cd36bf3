"""The marks in a program's comments: what `check` is to find in it, and where torch stops.

    total[0] = 1.0  # expect: AGL101  # raises: a leaf Variable that requires grad

`# expect:` names one or more rules, separated by commas, and stands in the line that the findings
start in. `# raises:` quotes a part of torch's message, after which nothing else may stand, and
stands in the statement of this file in which the program stops.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(r"#\s*(expect|raises):")
_CODE = re.compile(r"AGL\d{3}")


class MarkError(ValueError):
    """A program whose marks cannot be read; the message says why, and names the line."""


@dataclass(frozen=True, slots=True, order=True)
class Expect:
    """`check` is to report the rule `code` in this line."""

    line: int
    code: str


@dataclass(frozen=True, slots=True, order=True)
class Raises:
    """The program is to stop in a statement with this line, with a message that has `part` in it.

    What is searched for `part` is the exception's type and message, as Python prints them.
    """

    line: int
    part: str


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a program, in their order."""

    expects: tuple[Expect, ...] = ()
    raises: tuple[Raises, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.expects or self.raises)


def parse(text: str) -> Marks:
    """The marks in a program's text; those within strings are none. Raises `MarkError`."""
    expects: list[Expect] = []
    raises: list[Raises] = []
    for line, comment in _comments(text):
        for keyword, argument in _marks(comment):
            if not argument:
                raise MarkError(f"line {line}: `# {keyword}:` says nothing")
            if keyword == "raises":
                raises.append(Raises(line, argument))
                continue
            for code in argument.split(","):
                if not _CODE.fullmatch(code.strip()):
                    raise MarkError(f"line {line}: `{code.strip()}` is no rule's code")
                expects.append(Expect(line, code.strip()))
    return Marks(tuple(expects), tuple(raises))


def statement(text: str, line: int) -> range:
    """The lines of the innermost statement at `line`; of a compound one, those of its header.

    Just the line itself where no statement is.
    """
    best = range(line, line + 1)
    smallest = None
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None) or getattr(node, "cases", None)
        end = node.end_lineno or node.lineno
        if body:
            first = body[0].pattern if isinstance(body[0], ast.match_case) else body[0]
            end = max(node.lineno, min(end, first.lineno - 1))
        lines = range(node.lineno, end + 1)
        if line in lines and (smallest is None or len(lines) < smallest):
            best, smallest = lines, len(lines)
    return best


def _comments(text: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError) as error:
        raise MarkError(f"it is not Python: {error}") from error


def _marks(comment: str) -> Iterator[tuple[str, str]]:
    _, *parts = _MARK.split(comment)
    for keyword, argument in zip(parts[::2], parts[1::2], strict=True):
        yield keyword, argument.strip()
