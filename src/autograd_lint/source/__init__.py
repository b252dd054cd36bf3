"""Text, and a map from its lines back to file, cell or code block."""

from autograd_lint.source.editing import edited
from autograd_lint.source.file import Block, SourceFile
from autograd_lint.source.reading import Unreadable, decode, from_bytes, from_text, read, read_bytes
from autograd_lint.source.statements import Comment, Statement, statements

__all__ = [
    "Block",
    "Comment",
    "SourceFile",
    "Statement",
    "Unreadable",
    "decode",
    "edited",
    "from_bytes",
    "from_text",
    "read",
    "read_bytes",
    "statements",
]
