"""autograd-lint runs PyTorch code symbolically and points at the line where gradients break."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from autograd_lint._version import __version__
from autograd_lint.finding import (
    Applicability,
    Confidence,
    Edit,
    Finding,
    Fix,
    Place,
    Severity,
    Step,
)

if TYPE_CHECKING:
    from autograd_lint.sanitizer.watching import sanitizer as sanitizer

__all__ = [
    "Applicability",
    "Confidence",
    "Edit",
    "Finding",
    "Fix",
    "Place",
    "Severity",
    "Step",
    "__version__",
    "check",
    "check_source",
    "sanitizer",
]


def check(paths: str | PathLike[str] | Iterable[str | PathLike[str]]) -> list[Finding]:
    """The findings in files and folders, or in one, as `autograd-lint check` reports them without options.

    Nothing that is read is executed. Files that cannot be read or parsed are findings, AGL900.
    The nearest `[tool.autograd-lint]` in a pyproject.toml, or autograd-lint.toml, applies to each.
    Raises `FileNotFoundError` for a path that does not exist and `ValueError` for a
    configuration that is wrong.
    """
    from autograd_lint import config, runner

    named = [fspath(p) for p in ([paths] if isinstance(paths, str | PathLike) else paths)]
    report = runner.check(named, config.nearest())
    if report.missing:
        raise FileNotFoundError(report.missing[0])
    return list(report.findings)


def check_source(text: str, filename: str = "<stdin>.py") -> list[Finding]:
    """The findings in one text; the suffix of `filename` says what it is, as it does for files."""
    from autograd_lint import config, runner

    return list(runner.check_text(text, filename, config.Config()).findings)


def __getattr__(name: str) -> Any:
    """`sanitizer`, which is imported when it is first used."""
    if name == "sanitizer":
        from importlib import import_module

        return import_module("autograd_lint.sanitizer")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext autograd_lint`: the sanitizer watches what the cells run."""
    from autograd_lint.sanitizer.notebook import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """`%unload_ext autograd_lint`"""
    from autograd_lint.sanitizer.notebook import unload

    unload(ipython)
