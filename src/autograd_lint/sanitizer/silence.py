"""What a program's author does not want to hear: comments and configuration, as `check` takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from autograd_lint.config import ConfigError, nearest
from autograd_lint.discovery import absolute
from autograd_lint.finding import Finding
from autograd_lint.runner import selected
from autograd_lint.source import SourceFile, Unreadable, read
from autograd_lint.suppression import Suppressions, suppressions


def shown(
    findings: Iterable[Finding], sources: Mapping[str, SourceFile] | None = None
) -> list[Finding]:
    """Those of the findings that are selected where they are, and that no comment silences.

    `sources` are what is no file, by path. A configuration that cannot be used silences nothing: the
    program has been run, and is to be told of.
    """
    codes_on = selected(nearest())

    @cache
    def comments(path: str) -> Suppressions:
        try:
            return suppressions((sources or {}).get(path) or read(absolute(path), path))
        except Unreadable:
            return Suppressions()

    def is_selected(finding: Finding) -> bool:
        try:
            return finding.code in codes_on(finding.place.path)
        except ConfigError:
            return True

    return [
        finding
        for finding in findings
        if is_selected(finding) and not comments(finding.place.path).covering(finding)
    ]
