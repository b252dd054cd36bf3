"""From text to the lowered tree (`autograd_lint.syntax.tree`) that the interpreter executes."""

from __future__ import annotations

import re
import warnings

from autograd_lint.syntax import tree

__all__ = ["Unparsable", "lower", "tree"]

_PYTHON_2 = re.compile(
    r"""^[ \t]*(?:
        print[ \t]+(?!in\b|is\b|if\b|and\b|or\b|not\b)["'\w] | print[ \t]*>>
        | exec[ \t]+["'\w]
        | except[ \t]+[\w.() ,]+,[ \t]*\w+[ \t]*:
        | raise[ \t]+[\w.]+[ \t]*,
    )""",
    re.MULTILINE | re.VERBOSE,
)
_TOO_DEEP = "it is nested too deeply"


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

    The bodies of functions are lowered when they are first asked for. Raises `Unparsable`.
    """
    from autograd_lint.syntax import abstract

    try:
        with warnings.catch_warnings():
            # The author's invalid escapes are not for us to report.
            warnings.simplefilter("ignore")
            return abstract.lower(text, first_line)
    except SyntaxError as error:
        raise _no_python(text, first_line, error) from None
    except (RecursionError, MemoryError):
        raise Unparsable(_TOO_DEEP, first_line, 0) from None
    except (ValueError, OverflowError) as error:
        raise _no_text(text, first_line, error) from None


def _no_python(text: str, first_line: int, error: SyntaxError) -> Unparsable:
    message = error.msg
    if _PYTHON_2.search(text):
        message += " (this looks like Python 2)"
    # An end that comes too early is reported behind the last line, which is another block's.
    line = min(max(error.lineno or 1, 1), max(text.rstrip("\n").count("\n") + 1, 1))
    return Unparsable(message, line + first_line - 1, max((error.offset or 1) - 1, 0))


def _no_text(text: str, first_line: int, error: Exception) -> Unparsable:
    at = text.find("\0")
    if at < 0:
        return Unparsable(str(error), first_line, 0)
    line, start = text.count("\n", 0, at), text.rfind("\n", 0, at) + 1
    return Unparsable("it contains a null byte", line + first_line, at - start)
