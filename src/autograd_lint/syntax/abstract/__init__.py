"""Lowering of Python's own `ast`: the normal way, and the fast one.

Only what is executed is lowered: a function's body waits until it is asked for.
"""

from __future__ import annotations

import ast

from autograd_lint.syntax import tree
from autograd_lint.syntax.abstract.statements import block
from autograd_lint.syntax.abstract.text import Text, WideText


def lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    """Lower a text, whose lines are numbered from `first_line`.

    Raises what `ast.parse` raises, and `RecursionError`.
    """
    module = ast.parse(text)
    shift = first_line - 1
    return block(Text(shift) if text.isascii() else WideText(text, shift), module.body)
