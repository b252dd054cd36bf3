"""The last lines of a run: what was found, and what was and was not analysed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from autograd_lint.finding import Severity
from autograd_lint.runner import Report


def closing(report: Report) -> str:
    """Never says "clean" about what was not analysed."""
    lines = (_found(report), *_fixes(report), _analysed(report))
    return "".join(f"{line}\n" for line in lines)


def given_up(report: Report) -> str:
    """How often something was given up, for each reason, the most frequent first."""
    counts = Counter(each.reason for each in report.given_up)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{number}  given up: {reason}\n" for reason, number in ordered)


def _found(report: Report) -> str:
    if not report.findings:
        if report.files:
            return "No findings in what was analysed."
        anything = (
            report.without_torch
            or report.unread
            or report.failed
            or report.missing
            or report.elsewhere
        )
        return "Nothing was analysed." if anything else f"Nothing was analysed: {_NO_FILE}."
    by_severity = Counter(finding.severity for finding in report.findings)
    parts = [
        _count(by_severity[severity], _NOUNS[severity])
        for severity in Severity
        if by_severity[severity]
    ]
    return f"{_count(len(report.findings), 'finding')}: {', '.join(parts)}."


def _fixes(report: Report) -> Iterator[str]:
    """What was fixed, and what can be."""
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    safe = sum(fix.is_safe for fix in fixes)
    parts = []
    if report.fixed is None:
        if safe:
            more = f" ({len(fixes)} with --unsafe-fixes)" if len(fixes) > safe else ""
            parts.append(f"{safe} fixable with --fix{more}")
        elif fixes:
            parts.append(f"{len(fixes)} fixable with --fix --unsafe-fixes")
    else:
        parts.append(f"{report.fixed} fixed, {len(report.findings)} remaining")
        if report.unfixed:
            parts.append(f"{report.unfixed} not fixed, as the fix would not do")
        if (unsafe := len(fixes) - report.unfixed) > 0:
            parts.append(f"{unsafe} fixable with --unsafe-fixes")
    if parts:
        yield "; ".join(parts) + "."


_NO_FILE = "no Python file, notebook or Markdown file was found"
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def _analysed(report: Report) -> str:
    parts = [
        f"Analysed {_count(report.files, 'file')} with {_count(report.functions, 'function')}",
        f"{len(report.given_up)} given up" if report.given_up else "none given up",
    ]
    if report.without_torch:
        parts.append(f"skipped {_count(report.without_torch, 'file')} without torch")
    if report.unread:
        unread = len({finding.place.path for finding in report.unread})
        parts.append(f"{_count(unread, 'file')} unreadable")
    if report.failed:
        parts.append(_count(len(report.failed), "internal error"))
    if report.missing:
        parts.append(f"{_count(len(report.missing), 'path')} missing")
    if report.suppressed:
        parts.append(f"{_count(report.suppressed, 'finding')} suppressed")
    if report.known:
        parts.append(f"{_count(report.known, 'finding')} known (baseline)")
    if report.elsewhere:
        parts.append(f"left {_count(report.elsewhere, 'file')} to other shards")
    if report.hidden:
        parts.append(f"{_count(report.hidden, 'possible finding')} hidden (--show-possible)")
    return "; ".join(parts) + "."


def _count(number: int, noun: str) -> str:
    plural = noun if number == 1 or noun == "info" else f"{noun}s"
    return f"{number} {plural}"
