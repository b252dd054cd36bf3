"""Findings out, in each format; this package knows findings only.

A format is a module with a function `render` that takes the findings in order, and a `Context` of
what else it may look at, and gives the whole text, with its last newline, or nothing at all where
no finding needs no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd_lint._version import __version__
from autograd_lint.finding import Place
from autograd_lint.report.paint import Paint, plain

if TYPE_CHECKING:
    from autograd_lint.selection import Described


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may look at besides the findings."""

    lines: Callable[[Place], Sequence[str]] = lambda _: ()
    """The lines of the file or cell that a place is in; none where they are not known."""
    paint: Paint = plain
    rules: Mapping[str, Described] = field(default_factory=dict)
    """The rules by their codes, for their pages."""
    closing: str = ""
    """What the run says about itself: what was found, and what was and was not analysed."""
    version: str = __version__
    """Of autograd-lint."""


BARE = Context()
"""No sources, no colour, no pages."""
