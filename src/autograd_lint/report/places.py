"""How a place is written, in one line of text."""

from __future__ import annotations

import os

from autograd_lint.finding import Finding, Place


def where(place: Place) -> str:
    """`train.py:9:1`; in a notebook `gradients.ipynb:cell 9:2:1`."""
    return f"{printable(place.path)}:{spot(place)}"


def spot(place: Place) -> str:
    """`9:1`; in a notebook `cell 9:2:1`."""
    cell = "" if place.cell is None else f"cell {place.cell}:"
    return f"{cell}{place.line}:{place.column}"


def with_cell(finding: Finding) -> str:
    """The message, after the place in its cell where those who show it count lines in the file."""
    cell = "" if finding.place.cell is None else f"{spot(finding.place)}: "
    return cell + printable(finding.message)


def tags(finding: Finding) -> str:
    """`[error, certain]`"""
    return f"[{finding.severity.value}, {finding.confidence.value}]"


def printable(text: str) -> str:
    """`text` with control characters spelt out: what is read must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def checked_out(path: str, variable: str) -> str:
    """`path` as seen from the folder that a job's checkout is in, which an environment variable says.

    A job may work in a part of the checkout; who shows its findings looks for them in the whole.
    """
    root = os.environ.get(variable)
    if not root:
        return path
    try:
        seen = os.path.relpath(path, root)
    except ValueError:  # on another drive
        return path
    return path if seen.split(os.sep, 1)[0] == os.pardir else seen


def slashed(path: str) -> str:
    """`path` with slashes on every system."""
    return path.replace(os.sep, "/")
