"""Baselines: files of findings that are known, so that only new ones are told of."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from autograd_lint.finding import Finding, Place
from autograd_lint.fingerprint import fingerprints

_VERSION = 1

Lines = Callable[[Place], Sequence[str]]


class BrokenBaseline(ValueError):  # noqa: N818
    """A baseline that cannot be read; the message names the file, and says what to do."""


def written(findings: Sequence[Finding], lines: Lines, path: Path) -> str:
    """The text of a baseline at `path` that knows all of `findings`.

    Findings stand one on a line, in an order that does not change when lines move.
    """
    import json  # most runs have no baseline

    rows = sorted(
        (_from(path, finding.place.path), finding.code, fingerprint, finding.message)
        for finding, fingerprint in zip(findings, _known_by(findings, lines, path), strict=True)
    )
    keys = ("path", "code", "fingerprint", "message")
    listed = ",\n".join(
        f"    {json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False)}" for row in rows
    )
    found = f"[\n{listed}\n  ]" if rows else "[]"
    return f'{{\n  "version": {_VERSION},\n  "findings": {found}\n}}\n'


def known(findings: Sequence[Finding], lines: Lines, path: Path) -> set[Finding]:
    """Those of `findings` that are in the baseline at `path`. Raises `BrokenBaseline`."""
    listed = _read(path)
    return {
        finding
        for finding, fingerprint in zip(findings, _known_by(findings, lines, path), strict=True)
        if fingerprint in listed
    }


def _read(path: Path) -> frozenset[str]:
    import json

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise BrokenBaseline(
                f"{path}: a baseline of version {content['version']}; write it anew"
            )
        return frozenset(finding["fingerprint"] for finding in content["findings"])
    except BrokenBaseline:
        raise
    except OSError as error:
        raise BrokenBaseline(
            f"{path}: {error.strerror}; `--write-baseline` writes a baseline"
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BrokenBaseline(f"{path}: not a baseline; `--write-baseline` writes it anew") from None


def _known_by(findings: Sequence[Finding], lines: Lines, path: Path) -> list[str]:
    """Fingerprints with paths as seen from the baseline, wherever the command is started."""
    shown = {_from(path, finding.place.path): finding.place.path for finding in findings}
    seen = [
        replace(finding, place=replace(finding.place, path=_from(path, finding.place.path)))
        for finding in findings
    ]
    return fingerprints(seen, lambda place: lines(replace(place, path=shown[place.path])))


def _from(baseline: Path, path: str) -> str:
    return os.path.relpath(path, baseline.parent).replace(os.sep, "/")
