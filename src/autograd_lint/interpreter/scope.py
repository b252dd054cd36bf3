"""Scopes: where names stand for values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lint.autograd.journal import Tracked

if TYPE_CHECKING:
    from autograd_lint.interpreter.values import Function, Value
    from autograd_lint.source import SourceFile


class Scope(Tracked):
    """The names of a module, a class body or one call of a function."""

    __slots__ = ("elsewhere", "function", "kind", "module", "names", "outer", "receiver", "source")

    def __init__(
        self,
        epoch: int,
        kind: str,
        source: SourceFile,
        outer: Scope | None = None,
        function: Function | None = None,
    ) -> None:
        self.epoch = epoch
        self.kind = kind
        """``module``, ``class``, ``function`` or ``comprehension``."""
        self.source = source
        self.outer = outer
        self.names: dict[str, Value] = {}
        self.elsewhere: dict[str, Scope] = {}
        """Names declared `global` or `nonlocal`, and the scope they are kept in."""
        self.function = function
        self.receiver: Value = None
        """The first argument of a method: what `super()` speaks of."""
        self.module: Scope = self if outer is None else outer.module

    def find(self, name: str) -> Scope | None:
        """Return the scope in which a name is found as Python would, `None` if in none."""
        if name in self.names:
            return self
        scope: Scope | None = self.elsewhere.get(name) or self.outer
        while scope is not None:
            if name in scope.names and scope.kind != "class":
                return scope
            scope = scope.outer
        return None
