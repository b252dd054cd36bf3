"""Where in the user's program something happened: the innermost frame that is the program's own.

A site is a small number, so that the record of a million operations is a list of numbers. Only what is
told of becomes a `Place`.
"""

from __future__ import annotations

import dis
import linecache
import os
import sys
import sysconfig
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import NewType

from autograd_lint.finding import Place
from autograd_lint.source import SourceFile, read

Site = NewType("Site", int)

Span = tuple[int, int, int, int]
"""First and last line from 1, and columns in bytes from 0."""

NOWHERE = Site(0)
"""No frame of the program was there."""

Stack = tuple[Site, ...]
"""The sites of all frames of the program, the innermost last."""

_DECORATED = ("decorate_context", "generator_context")
"""How the frames are called in which torch enters a grad mode for a decorated function
(torch/utils/_contextlib.py)."""


class Sites:
    """The places of a program in which something was seen to happen.

    `program` are folders whose code is the program's although it is installed.
    """

    def __init__(self, program: Iterable[str] = ()) -> None:
        self._program = tuple(os.path.join(folder, "") for folder in program)
        self.cells: dict[str, tuple[str, int | None]] = {}
        """By the names that a shell gives to what it runs: the notebook and the cell."""
        self._notebooks: dict[str, SourceFile] = {}
        self._own: dict[str, bool] = {}
        self._numbers: dict[tuple[int, int], Site] = {}
        # The code objects are kept, so that the numbers of none are given to another.
        self._known: list[tuple[CodeType | str, int | Span]] = []

    def at(self, frame: FrameType | None) -> Site:
        """The site of the innermost frame of the program, from `frame` outwards."""
        own = self._own
        while frame is not None:
            code = frame.f_code
            is_own = own.get(code.co_filename)
            if is_own is None:
                is_own = own[code.co_filename] = self._is_own(code.co_filename)
            if is_own:
                return self._number(code, frame.f_lasti)
            frame = frame.f_back
        return NOWHERE

    def caller(self, frame: FrameType) -> FrameType:
        """The innermost frame, from `frame` outwards, that is not autograd-lint's."""
        while frame.f_code.co_filename.startswith(_OURS) and frame.f_back is not None:
            frame = frame.f_back
        return frame

    def is_own(self, frame: FrameType) -> bool:
        """Whether a frame is the program's."""
        return self._owns(frame.f_code.co_filename)

    def is_own_file(self, filename: str) -> bool:
        """Whether a file is the program's."""
        return self._owns(filename)

    def own_files(self) -> list[str]:
        """The files of the program that were met."""
        return [filename for filename, is_own in self._own.items() if is_own]

    def stack(self, frame: FrameType | None) -> Stack:
        """The sites of all frames of the program, from `frame` outwards; the innermost stands last."""
        found = []
        while frame is not None:
            code = frame.f_code
            if self._owns(code.co_filename):
                found.append(self._number(code, frame.f_lasti))
            frame = frame.f_back
        return tuple(reversed(found)) or (NOWHERE,)

    def seen_from(self, stack: Stack, *others: Stack) -> Site:
        """Where something happened as seen from the innermost function that one of the others was in, too.

        That is the call of a helper that did it, if the helper is called by its name. What is farther away
        stays where it is.
        """
        shared = max(_shared(stack[:-1], other[:-1]) for other in others)
        if len(stack) != shared + 2:
            return stack[-1]
        code, _ = self._known[stack[-1] - 1]
        name = code if isinstance(code, str) else code.co_name
        is_named = name == "__call__" or name in self.text(stack[-2])
        return stack[-2] if is_named else stack[-1]

    def of_mode(self, frame: FrameType | None) -> Site:
        """Where a grad mode is entered: the `with`, the call, or the decorator of a function."""
        while frame is not None:
            code = frame.f_code
            if code.co_name in _DECORATED and (func := frame.f_locals.get("func")) is not None:
                inner = getattr(func, "__code__", None)
                if inner is not None and self._owns(inner.co_filename):
                    return self._number(inner, -1)
            if self._owns(code.co_filename):
                return self._number(code, frame.f_lasti)
            frame = frame.f_back
        return NOWHERE

    def of_line(self, filename: str, *span: int) -> Site:
        """The site of a stretch of a file: first and last line from 1, columns in bytes from 0."""
        entry = (filename, (span[0], span[1], span[2], span[3]))
        if entry not in self._known:
            self._known.append(entry)
        return Site(self._known.index(entry) + 1)

    def of_code(self, code: CodeType, offset: int) -> Site:
        """The site of an instruction of the program's; `-1` stands for the code's first line."""
        return self._number(code, offset) if self._owns(code.co_filename) else NOWHERE

    def is_operator(self, site: Site) -> bool:
        """Whether it is one of Python's operators, such as `+=`, and not a call."""
        code, offset = self._known[site - 1]
        if isinstance(code, str) or isinstance(offset, tuple) or offset < 0:
            return False
        return dis.opname[code.co_code[offset]].startswith(("BINARY_", "INPLACE_"))

    def path(self, site: Site) -> str:
        """The file's absolute path."""
        return os.path.abspath(self._filename(site))

    def line(self, site: Site) -> int:
        """The line as its author counts, from 1; 0 where it is not known."""
        return self.place(site).line if site != NOWHERE else 0

    def row(self, site: Site) -> int:
        """The line in the text that is executed, which is a notebook's as a whole."""
        return self._span(site)[0] if site != NOWHERE else 0

    def place(self, site: Site) -> Place:
        """Where it is in the file, or in the notebook's cell."""
        filename = self._filename(site)
        line, end_line, column, end_column = self._span(site)
        first, last = (linecache.getline(filename, n) for n in (line, end_line))
        columns = _characters(first, column), _characters(last, end_column)
        if filename.endswith(".ipynb"):
            return self._notebook(filename).place((line, columns[0], end_line, columns[1]))
        path, cell = self.cells.get(filename, (_shown(filename), None))
        return Place(path, cell, line, columns[0] + 1, end_line, columns[1] + 1)

    def text(self, site: Site) -> str:
        """The code at a site, as it is quoted in messages: its first line."""
        if site == NOWHERE:
            return "…"
        line, end_line, column, end_column = self._span(site)
        shown = linecache.getline(self._filename(site), line).encode()[column:]
        if line == end_line:
            return shown[: end_column - column].decode(errors="replace").strip()
        return shown.decode(errors="replace").strip() + " …"

    def _notebook(self, filename: str) -> SourceFile:
        if filename not in self._notebooks:
            self._notebooks[filename] = read(Path(filename), _shown(filename))
        return self._notebooks[filename]

    def _filename(self, site: Site) -> str:
        code, _ = self._known[site - 1]
        return code if isinstance(code, str) else code.co_filename

    def _span(self, site: Site) -> Span:
        code, offset = self._known[site - 1]
        if isinstance(code, str) or isinstance(offset, tuple):
            assert isinstance(offset, tuple)
            return offset
        line = code.co_firstlineno if offset < 0 else None
        if line is None and sys.version_info >= (3, 11):
            positions = next(islice(code.co_positions(), offset // 2, None), None)
            if positions is not None:
                start, end, column, end_column = positions
                if None not in (start, end, column, end_column):
                    return positions  # type: ignore[return-value]
                line = start
        if line is None:
            line = _line_of(code, offset)
        text = linecache.getline(code.co_filename, line).rstrip()
        width = len(text.encode())
        return line, line, width - len(text.lstrip().encode()), width

    def _number(self, code: CodeType, offset: int) -> Site:
        key = (id(code), offset)
        site = self._numbers.get(key)
        if site is None:
            self._known.append((code, offset))
            site = self._numbers[key] = Site(len(self._known))
        return site

    def _owns(self, filename: str) -> bool:
        own = self._own.get(filename)
        if own is None:
            own = self._own[filename] = self._is_own(filename)
        return own

    def _is_own(self, filename: str) -> bool:
        if filename.startswith("<"):
            return filename.startswith("<ipython-input")
        path = os.path.abspath(filename)
        if path.startswith(_OURS):
            return False
        if self._program and path.startswith(self._program):
            return True
        return not path.startswith(_INSTALLED)


def asks_for_none(frame: FrameType) -> bool:
    """Whether what a frame is reading is only compared with None."""
    after = [i for i in dis.get_instructions(frame.f_code) if i.offset > frame.f_lasti][:2]
    names = [instruction.opname for instruction in after]
    return names[:1] != [] and (names[0].endswith("NONE") or names[1:] == ["IS_OP"])


def _shared(one: Stack, other: Stack) -> int:
    """How many calls led to both."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _line_of(code: CodeType, offset: int) -> int:
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            line = number
    return line


def _characters(text: str, column: int) -> int:
    """Columns of code objects count bytes of UTF-8."""
    return len(text.encode()[:column].decode(errors="replace"))


def _shown(filename: str) -> str:
    path = os.path.abspath(filename)
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here)


def _folder(path: str) -> str:
    return os.path.join(os.path.abspath(path), "")


_OURS = _folder(str(Path(__file__).parent.parent))
_INSTALLED = tuple(
    {
        _folder(path)
        for name in ("stdlib", "platstdlib", "purelib", "platlib")
        if (path := sysconfig.get_path(name))
    }
)
