"""Naming: how messages speak of what stands at a place of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from autograd_lint.autograd.engine import RESULT
from autograd_lint.autograd.events import Moment
from autograd_lint.autograd.tensor import Node, Saved, Tensor
from autograd_lint.finding import Place

if TYPE_CHECKING:  # to name the rules takes no interpreter
    from autograd_lint.interpreter.machine import Site

_LONGEST = 60


class Naming:
    """Reads the program's text for messages."""

    def code(self, moment: Moment) -> str:
        """Return the code at a moment, on one line and shortened, in backquotes."""
        site = cast("Site", moment.site)
        line, column, end_line, end_column = site.pos
        lines = site.source.text.split("\n")[line - 1 : end_line]
        if not lines:
            return "this"
        lines[-1] = lines[-1][:end_column]
        lines[0] = lines[0][column:]
        text = " ".join(part.strip() for part in lines)
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 1].rstrip() + "…"
        return f"`{text}`"

    def place(self, moment: Moment) -> Place:
        """Return the place of a moment."""
        site = cast("Site", moment.site)
        return site.source.place(site.pos)

    def line(self, moment: Moment) -> int:
        """Return the line of a moment, as the author of the file counts."""
        return self.place(moment).line

    def saved(self, node: Node, saved: Saved) -> str:
        """Return what a node saves, as a clause."""
        return f"{self.op(node)} saves {self.kept(saved)}"

    def kept(self, saved: Saved) -> str:
        """Return what is saved, as a phrase."""
        if saved.label.startswith(RESULT):
            return "its result"
        if saved.label.rstrip("0123456789") in ("self", "input"):
            return "its input"
        return f"its `{saved.label}`"

    def op(self, node: Node) -> str:
        """Return a node's operator as a reader would call it."""
        if node.opaque:
            return "code that was not seen"
        if node.op == "CopySlices":
            return "the write to a part of the tensor"
        return f"`{node.op}`"

    def tensor(self, tensor: Tensor) -> str:
        """Return a tensor as the code that made it."""
        return self.code(tensor.moment)
