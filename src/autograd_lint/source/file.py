"""A file as the analysis sees it, and the way back from there to what its author sees."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from autograd_lint.finding import Place

Position: TypeAlias = tuple[int, int, int, int]
"""First line, first column, end line, end column; lines from 1, columns from 0 in characters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the virtual text that was written in one piece: a file, a cell, a code block."""

    first_line: int
    """Where it starts in the virtual text, from 1."""
    text: str
    cell: int | None
    """The notebook's cell, all cells counted from 1."""
    row: int
    """Its first line in the cell or file, from 1."""
    indent: int = 0
    """How many columns stand before it on each line of the file (indentation, `>>> `)."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """The Python of one file; one that was read twice is two."""

    path: str
    """As findings show it."""
    absolute: Path
    text: str
    """The virtual text: all blocks in order, with `\\n` as the only line end."""
    blocks: tuple[Block, ...]
    listing: Mapping[int | None, tuple[str, ...]]
    """The lines that the author sees: of each cell, or of the whole file under `None`."""

    @property
    def is_notebook(self) -> bool:
        return self.absolute.suffix == ".ipynb"

    @property
    def is_markdown(self) -> bool:
        return self.absolute.suffix == ".md"

    def place(self, position: Position) -> Place:
        """Where a position of the virtual text stands in the file or cell."""
        line, column, end_line, end_column = position
        block = self.block(line)
        shift = block.row - block.first_line
        return Place(
            path=self.path,
            cell=block.cell,
            line=line + shift,
            column=column + block.indent + 1,
            end_line=end_line + shift,
            end_column=end_column + block.indent + 1,
        )

    def position(self, place: Place) -> Position | None:
        """Where a place of the file or cell stands in the virtual text; `None` if nowhere."""
        for block in self.blocks:
            row = place.line - block.row
            if block.cell == place.cell and 0 <= row < block.text.count("\n"):
                shift = block.first_line - block.row
                return (
                    place.line + shift,
                    place.column - block.indent - 1,
                    place.end_line + shift,
                    place.end_column - block.indent - 1,
                )
        return None

    def block(self, line: int) -> Block:
        """The block that a line of the virtual text belongs to."""
        index = bisect_right(self.blocks, line, key=lambda block: block.first_line)
        return self.blocks[index - 1]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before its place in the virtual text is known."""

    text: str
    cell: int | None
    row: int
    indent: int = 0


def join(
    path: str,
    absolute: Path,
    pieces: Iterable[Piece],
    listing: Mapping[int | None, tuple[str, ...]],
) -> SourceFile:
    """The source file that consists of `pieces` in order."""
    blocks: list[Block] = []
    line = 1
    for piece in pieces:
        text = piece.text if piece.text.endswith("\n") else piece.text + "\n"
        blocks.append(Block(line, text, piece.cell, piece.row, piece.indent))
        line += text.count("\n")
    if not blocks:
        blocks.append(Block(1, "", None, 1))
    return SourceFile(path, absolute, "".join(b.text for b in blocks), tuple(blocks), listing)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text whose only line end is `\\n`, without it.

    `str.splitlines` also splits on form feeds and other characters that end no line in Python.
    """
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def universal_newlines(text: str) -> str:
    """`text` with `\\r\\n` and `\\r` turned into `\\n`, as Python itself reads source."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
