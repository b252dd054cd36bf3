"""The plugin for flake8, which finds it by its entry point.

flake8 gives the text and takes the findings; `# noqa`, `--select` and the exit code are its own
affair. What `[tool.autograd-lint]` leaves out is left out here as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from autograd_lint import runner
from autograd_lint._version import __version__
from autograd_lint.config import nearest
from autograd_lint.discovery import absolute


class Plugin:
    """What flake8 makes of each file."""

    name = "autograd-lint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The line, the column from 0 and the text of each finding in this file.

        Raises `ConfigError`.
        """
        path = absolute(self._filename)
        config = nearest()(path.parent)
        report = runner.check_text("".join(self._lines), self._filename, config)
        for finding in report.findings:
            place = finding.place
            if place.path == self._filename:  # the others are told of where they are
                yield place.line, place.column - 1, f"{finding.code} {finding.message}", Plugin
