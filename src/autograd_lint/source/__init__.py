"""Text, and a map from its lines back to file, cell or code block."""

from autograd_lint.source.editing import edited
from autograd_lint.source.file import Block, SourceFile
from autograd_lint.source.reading import (
    Unreadable,
    decode,
    digest,
    encode,
    from_bytes,
    from_text,
    read,
    read_bytes,
)
from autograd_lint.source.statements import Comment, Statement, statements
from autograd_lint.source.writing import Changed, write_bytes

__all__ = [
    "Block",
    "Changed",
    "Comment",
    "SourceFile",
    "Statement",
    "Unreadable",
    "decode",
    "digest",
    "edited",
    "encode",
    "from_bytes",
    "from_text",
    "read",
    "read_bytes",
    "statements",
    "write_bytes",
]
