"""What a finding is known by when the lines above it have moved: for baselines and for services."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence

from autograd_lint.finding import Finding, Place


def fingerprints(findings: Sequence[Finding], lines: Callable[[Place], Sequence[str]]) -> list[str]:
    """A fingerprint for each finding, in the same order; no two are the same.

    It is made of the code, the path as shown, the text of the line (which `lines` gives for each
    place) without its indentation, and a count of the findings before it that agree in all these.
    Neither line numbers nor cells take part, nor the message, whose wording may change.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for finding in findings:
        place = finding.place
        listed = lines(place)
        text = listed[place.line - 1].strip() if place.line <= len(listed) else ""
        key = (finding.code, place.path.replace(os.sep, "/"), text)
        whole = "\0".join((*key, str(seen[key])))
        found.append(hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32])
        seen[key] += 1
    return found
