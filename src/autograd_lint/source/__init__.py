"""Text, and a map from its lines back to file, cell or code block."""

from autograd_lint.source.file import Block, SourceFile
from autograd_lint.source.reading import Unreadable, decode, from_bytes, from_text, read, read_bytes

__all__ = [
    "Block",
    "SourceFile",
    "Unreadable",
    "decode",
    "from_bytes",
    "from_text",
    "read",
    "read_bytes",
]
