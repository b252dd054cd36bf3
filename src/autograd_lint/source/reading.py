"""From bytes on disk to a `SourceFile`, or a sentence that says why not."""

from __future__ import annotations

import io
import os
import stat
import tokenize
from pathlib import Path

from autograd_lint.source.file import Piece, SourceFile, join, split_lines, universal_newlines

MAX_TEXT = 4 * 2**20
"""Characters of Python in one file; more is generated data, not a program."""
MAX_NOTEBOOK = 64 * 2**20
"""Bytes of a notebook, most of which are the pictures in its outputs."""


class Unreadable(Exception):  # noqa: N818
    """A file that cannot be read as source; `message` says why, in one line."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message


def read_bytes(absolute: Path, path: str) -> bytes:
    """The content of a regular file. Raises `Unreadable`."""
    limit = MAX_NOTEBOOK if absolute.suffix == ".ipynb" else MAX_TEXT
    try:
        if not stat.S_ISREG(os.stat(absolute).st_mode):  # to open a device may do something
            raise Unreadable(path, "not a regular file")
        with open(absolute, "rb", opener=_without_waiting) as file:
            # It may have become another one since, and may grow while it is read.
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable(path, "not a regular file")
            if status.st_size > limit:
                raise Unreadable(path, f"too large ({status.st_size} bytes, at most {limit})")
            content = file.read(limit + 1)
            if len(content) > limit:
                raise Unreadable(path, f"too large (more than {limit} bytes)")
            return content
    except OSError as error:
        raise Unreadable(path, error.strerror or str(error)) from None
    except ValueError as error:  # a NUL byte in the path
        raise Unreadable(path, str(error)) from None


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe at once, though nobody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def digest(content: bytes) -> bytes:
    """What tells whether a file holds the same bytes as before."""
    from hashlib import blake2b  # takes its time, and most files are never asked

    return blake2b(content, digest_size=16).digest()


def read(absolute: Path, path: str) -> SourceFile:
    """The source file at `absolute`, shown as `path` in findings. Raises `Unreadable`."""
    return from_bytes(read_bytes(absolute, path), absolute, path)


def from_bytes(content: bytes, absolute: Path, path: str) -> SourceFile:
    """`read`, of bytes already read. The suffix of `absolute` says what they are."""
    return from_text(decode(content, absolute, path), absolute, path)


def from_text(text: str, absolute: Path, path: str) -> SourceFile:
    """`read`, of text: a notebook's JSON, Markdown, else Python. Raises `Unreadable`."""
    text = universal_newlines(text)
    if absolute.suffix == ".ipynb":
        from autograd_lint.source.notebook import BrokenNotebook, read_notebook

        try:
            pieces, cells = read_notebook(text)
        except BrokenNotebook as error:
            raise Unreadable(path, str(error)) from None
        source = join(path, absolute, pieces, cells)
    else:
        lines = split_lines(text)
        pieces = [Piece(text, cell=None, row=1)]
        if absolute.suffix == ".md":
            from autograd_lint.source.markdown import python_blocks

            pieces = list(python_blocks(lines))
        source = join(path, absolute, pieces, {None: lines})
    if "\0" in source.text:
        raise Unreadable(path, "contains NUL characters")
    if len(source.text) > MAX_TEXT:
        raise Unreadable(path, f"too large ({len(source.text)} characters, at most {MAX_TEXT})")
    return source


def decode(content: bytes, absolute: Path, path: str) -> str:
    """The text of a file: by its PEP 263 declaration if it is Python. Raises `Unreadable`."""
    encoding = encoding_of(content, absolute, path)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise Unreadable(path, f"not valid {encoding}: byte 0x{byte:02x} in line {line}") from None
    except (LookupError, ValueError) as error:  # a codec that does not give text
        raise Unreadable(path, f"cannot be decoded as {encoding}: {error}") from None


def encode(text: str, absolute: Path, path: str) -> bytes:
    """The bytes that `decode` reads a text from. Raises `Unreadable`."""
    try:
        return text.encode(encoding_of(text.encode(), absolute, path))
    except (LookupError, ValueError) as error:
        raise Unreadable(path, f"cannot be encoded: {error}") from None


def encoding_of(content: bytes, absolute: Path, path: str) -> str:
    """The name of the encoding that `decode` reads a file in. Raises `Unreadable`."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(path, "encoded as UTF-16; Python source is UTF-8")
    if b"\0" in content:
        raise Unreadable(path, "binary (contains NUL bytes)")
    if absolute.suffix in (".ipynb", ".md"):
        return "utf-8-sig"
    try:
        return tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    except SyntaxError as error:  # unknown, or at odds with the bytes
        raise Unreadable(path, str(error.msg)) from None
