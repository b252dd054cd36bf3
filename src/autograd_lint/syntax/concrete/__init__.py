"""Lowering of libcst's tree, to the same tree as from Python's own `ast`.

libcst knows the newest grammar whichever Python runs, and its tree holds every character of the
text. It takes some thirty times as long.
"""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from autograd_lint.syntax import tree
from autograd_lint.syntax.bounds import with_room, within_bounds
from autograd_lint.syntax.concrete.statements import statements
from autograd_lint.syntax.concrete.text import Text


def lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    """Lower a text, whose lines are numbered from `first_line`, all bodies included.

    Raises `SyntaxError` where libcst does not parse the text, or must not be asked to.
    """
    if not within_bounds(text):
        raise SyntaxError("it is too large or nested too deeply")
    return with_room(lambda: _lower(text, first_line))


def lower_function(text: str, place: tree.Position, first_line: int) -> tree.Function:
    """Lower the one function of a text that stands at `place`, without its decorators.

    The rest of the text, whose lines are numbered from `first_line`, is not parsed. Raises
    `SyntaxError` as `lower` does, and where no function stands there.
    """
    line, column, end_line, _ = place
    lines = text.split("\n")[line - first_line : end_line - first_line + 1]
    if column:
        # Indented as it is: dedenting would change the strings that go over several lines.
        line, lines = line - 1, ["if 1:", *lines]
    found: tuple[tree.Node, ...] = lower("\n".join([*lines, ""]), line)
    if column and isinstance(found[0], tree.If):
        found = found[0].body
    if not found or not isinstance(found[0], tree.Function) or found[0].pos != place:
        raise SyntaxError("no function stands here")
    return found[0]


def _lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    try:
        module = cst.parse_module(text)
    except Exception as error:  # libcst refuses with errors of several families
        raise SyntaxError(str(error)) from None
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)  # a parsed tree has no node twice
    try:
        lowering = Text(wrapper.resolve(PositionProvider), first_line - 1)
        return statements(lowering, module.body)
    except (RecursionError, KeyError):  # the provider of positions turns the one into the other
        raise SyntaxError("it is nested too deeply") from None
