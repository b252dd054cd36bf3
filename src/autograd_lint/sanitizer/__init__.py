"""Runs the user's own program under the eyes of autograd-lint: the same findings, measured.

    with autograd_lint.sanitizer() as found:
        train()

The package is known by the function that it is called as. torch is imported when that happens, and not
before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import ModuleType

from autograd_lint.sanitizer.watching import Found, sanitizer

__all__ = ["Found", "sanitizer"]


class _Callable(ModuleType):
    """A package that can be called."""

    def __call__(
        self,
        *,
        every: int = 1,
        program: Iterable[str] = (),
        echo: Callable[[str], object] | None = None,
    ) -> AbstractContextManager[Found]:
        return sanitizer(every=every, program=program, echo=echo)


sys.modules[__name__].__class__ = _Callable
