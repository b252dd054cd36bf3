"""Where the nodes of a parsed text stand."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from autograd_lint.syntax import tree


class Text:
    """What the nodes of one parsed text share: how their positions are told."""

    __slots__ = ("shift", "yields")

    def __init__(self, shift: int) -> None:
        self.shift = shift
        """How many lines stand before this text."""
        self.yields = False
        """Whether a `yield` was lowered since the current function's body was begun."""

    def position(self, node: Any) -> tree.Position:
        """Return where a node stands."""
        shift = self.shift
        return node.lineno + shift, node.col_offset, node.end_lineno + shift, node.end_col_offset


class WideText(Text):
    """A text with characters beyond ASCII, for which `ast` counts columns in bytes of UTF-8."""

    __slots__ = ("continued",)

    def __init__(self, text: str, shift: int) -> None:
        super().__init__(shift)
        self.continued: dict[int, list[int]] = {
            number: [at for at, byte in enumerate(line.encode()) if byte & 0xC0 == 0x80]
            for number, line in enumerate(text.split("\n"), 1)
            if not line.isascii()
        }
        """Of each such line the bytes that do not begin a character."""

    def position(self, node: Any) -> tree.Position:
        line, column = node.lineno, self.column(node.lineno, node.col_offset)
        end, end_column = node.end_lineno, self.column(node.end_lineno, node.end_col_offset)
        return line + self.shift, column, end + self.shift, end_column

    def column(self, line: int, column: int) -> int:
        """Return how many characters stand before a column of a line."""
        continued = self.continued.get(line)
        return column if continued is None else column - bisect_left(continued, column)


class InsideString(Text):
    """The inside of an f-string, where everything stands where the string does.

    Before Python 3.12, `ast` does not know better, and what is found must not depend on which
    Python looks.
    """

    __slots__ = ("place",)

    def __init__(self, place: tree.Position) -> None:
        super().__init__(0)
        self.place = place

    def position(self, node: Any) -> tree.Position:
        return self.place
