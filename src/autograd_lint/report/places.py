"""How a place is written, in one line of text."""

from __future__ import annotations

from autograd_lint.finding import Finding, Place


def where(place: Place) -> str:
    """`train.py:9:1`; in a notebook `gradients.ipynb:cell 9:2:1`."""
    cell = "" if place.cell is None else f"cell {place.cell}:"
    return f"{printable(place.path)}:{cell}{place.line}:{place.column}"


def tags(finding: Finding) -> str:
    """`[error, certain]`"""
    return f"[{finding.severity.value}, {finding.confidence.value}]"


def printable(text: str) -> str:
    """`text` with control characters spelt out: what is read must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
