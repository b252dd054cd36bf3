"""From text to the lowered tree (`autograd_lint.syntax.tree`) that the interpreter executes."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only asks for the outline has no need of it
    from autograd_lint.syntax import tree

__all__ = ["Unparsable", "lower"]

_TOO_DEEP = "it is nested too deeply"
_PYTHON_2 = re.compile(
    r"""\s* (?:
        print\s+["'\w] | exec\s+["'\w] | raise\s+[\w.]+\s*,
      | except\s+ (?: [\w.]+ | \([\w., ]+\) ) \s*,\s* [a-z_]\w*\s*:
    )""",
    re.VERBOSE,
)
"""What a line begins with that was right in Python 2. Without parentheses, `except A, B:` is right
again in Python 3.14, but exceptions begin with a capital letter, and what they were bound to did
not."""


class Unparsable(Exception):  # noqa: N818
    """A text that is no Python, or none that can be dealt with."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        """In the numbering that `lower` was asked for."""
        self.column = column
        """From 0, in characters."""


def lower(text: str, first_line: int = 1) -> tuple[tree.Stmt, ...]:
    """Lower a text whose lines end in `\\n`, the first of which has the number `first_line`.

    The bodies of functions are lowered when they are first asked for. What the running Python is
    too old to parse is left to libcst. Raises `Unparsable`, and nothing else.
    """
    from autograd_lint.syntax import abstract

    if "\0" in text:
        raise _null_byte(text, first_line)
    with warnings.catch_warnings():
        # What Python thinks of the author's escapes is not for us to report.
        warnings.simplefilter("ignore")
        try:
            return abstract.lower(text, first_line)
        except SyntaxError as error:
            newer = _lower_newer(text, first_line, error)
            if newer is None:
                raise _no_python(text, first_line, error) from None
            return newer
        except (RecursionError, MemoryError):
            raise Unparsable(_TOO_DEEP, first_line, 0) from None
        except (ValueError, OverflowError) as error:
            raise Unparsable(str(error), first_line, 0) from None


def _lower_newer(text: str, first_line: int, error: SyntaxError) -> tuple[tree.Stmt, ...] | None:
    """Lower what is Python of a version later than the one that runs, and was refused by that."""
    if _is_python_2(text, error):
        return None
    from autograd_lint.syntax import concrete

    try:
        return concrete.lower(text, first_line)
    except (SyntaxError, ValueError, OverflowError, RuntimeError, MemoryError):
        return None


def _is_python_2(text: str, error: SyntaxError) -> bool:
    line = error.lineno or 1
    return any(map(_PYTHON_2.match, text.split("\n")[line - 1 : line]))


def _no_python(text: str, first_line: int, error: SyntaxError) -> Unparsable:
    message = error.msg
    if _is_python_2(text, error):
        message += " (this looks like Python 2)"
    # A text that ends too early is refused behind its last line, where another block may stand.
    last = text.rstrip("\n").count("\n") + 1
    line = min(max(error.lineno or 1, 1), last)
    return Unparsable(message, first_line + line - 1, max((error.offset or 1) - 1, 0))


def _null_byte(text: str, first_line: int) -> Unparsable:
    at = text.index("\0")
    line = first_line + text.count("\n", 0, at)
    return Unparsable("it contains a null byte", line, at - text.rfind("\n", 0, at) - 1)
