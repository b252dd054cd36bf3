"""Text as HTML: escaped, with the little markup that messages and rules' pages have."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from autograd_lint.report.places import printable


def escaped(text: str) -> str:
    """A line of text; control characters are spelt out."""
    return html.escape(printable(text))


def visible(line: str) -> str:
    """A line of source, escaped; control characters but tabs are replaced, one for one."""
    shown = "".join(
        c if c == "\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line
    )
    return html.escape(shown)


def inline(text: str) -> str:
    """A line of text, with code between backquotes."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one stands for itself
        return escaped(text)
    return "".join(
        f"<code>{escaped(part)}</code>" if number % 2 else escaped(part)
        for number, part in enumerate(parts)
    )


def page(markdown: str) -> str:
    """A rule's page: headings, paragraphs and code."""
    return "\n".join(_blocks(markdown))


def _blocks(markdown: str) -> Iterator[str]:
    for part in re.split(r"^(```.*?^```)$", markdown, flags=re.DOTALL | re.MULTILINE):
        if part.startswith("```"):
            lines = part.split("\n")[1:-1]
            yield f"<pre>{chr(10).join(map(visible, lines))}</pre>"
            continue
        for block in re.split(r"\n(?:\s*\n)+|(?<=^)(?=## )", part.strip("\n"), flags=re.MULTILINE):
            yield from _paragraph(block)


def _paragraph(block: str) -> Iterator[str]:
    head, _, rest = block.partition("\n")
    if head.startswith("## "):
        yield f"<h4>{inline(head[3:])}</h4>"
        block = rest
    if not block.strip():
        return
    if all(line.startswith("    ") for line in block.split("\n")):
        yield f"<pre>{chr(10).join(visible(line[4:]) for line in block.split(chr(10)))}</pre>"
    else:
        yield f"<p>{inline(' '.join(block.split()))}</p>"
