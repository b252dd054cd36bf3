"""What was found in real code, and what a reader made of each finding."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograd_lint import config, runner
from autograd_lint.finding import Finding, Severity
from autograd_lint.report import Context, full
from campaign.sources import DATA, Source

VERDICTS = DATA / "verdicts.tsv"
RIGHT, WRONG, DOUBTFUL = "right", "wrong", "doubtful"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A finding, without what it says: places and codes only."""

    source: str
    file: str
    cell: int
    """0 outside of notebooks."""
    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Weight:
    """How bad a finding is and how sure, as it is written in the data."""

    severity: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader made of a finding."""

    version: str
    weight: Weight
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one source."""

    findings: dict[Found, Weight]
    lines: int
    failed: tuple[str, ...]
    """What autograd-lint itself did wrong."""
    shown: Callable[[Found], str]
    """A finding with its trace and its code, to be read."""


def check(source: Source, folder: Path, jobs: int = 1, *, possible: bool = False) -> Checked:
    """The findings in a source under the default settings."""
    settings = config.Config(show_possible=True) if possible else config.Config()
    report = runner.check([str(folder)], lambda _: settings, jobs)
    findings: dict[Found, Finding] = {}
    for finding in report.findings:
        place = finding.place
        file = Path(place.path).absolute().relative_to(folder.absolute()).as_posix()
        findings[Found(source.name, file, place.cell or 0, place.line, finding.code)] = finding
    weights = {found: Weight(f.severity.value, f.confidence.value) for found, f in findings.items()}
    failed = tuple(f"{f.place.path}: {f.message}" for f in report.failed)
    context = Context(runner.listing(report))
    return Checked(
        weights,
        sum(map(_lines, report.checked)),
        failed,
        lambda found: full.render([findings[found]], context),
    )


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.suffix == ".py" else 0


def load(path: Path | None = None) -> dict[Found, Verdict]:
    """The verdicts in a file; there are none where there is no file."""
    path = path or VERDICTS
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as opened:
        return dict(_row(row) for row in csv.DictReader(opened, delimiter="\t"))


COLUMNS = (
    *("source", "version", "file", "cell", "line", "code"),
    *("severity", "confidence", "verdict", "why"),
)


def _row(row: dict[str, str]) -> tuple[Found, Verdict]:
    found = Found(row["source"], row["file"], int(row["cell"]), int(row["line"]), row["code"])
    weight = Weight(row["severity"], row["confidence"])
    return found, Verdict(row["version"], weight, row["verdict"], row["why"])


def save(verdicts: dict[Found, Verdict], path: Path) -> None:
    """Writes verdicts, in order."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for found, verdict in sorted(verdicts.items(), key=lambda item: item[0]):
            place = (found.source, verdict.version, found.file, found.cell, found.line, found.code)
            weight = (verdict.weight.severity, verdict.weight.confidence)
            writer.writerow([*place, *weight, verdict.verdict, verdict.why])


def is_read(weight: Weight) -> bool:
    """Whether a finding is one of those that a reader judges: what is only wasteful is not."""
    return weight.severity in (Severity.ERROR.value, Severity.WARNING.value)


def differences(findings: dict[Found, Weight], verdicts: dict[Found, Verdict]) -> Iterator[str]:
    """What is new, gone and changed, as lines; that a wrong one is gone is no news."""
    for found, weight in sorted(findings.items(), key=lambda item: item[0]):
        if found not in verdicts:
            if is_read(weight):
                yield f"new      {named(found)} [{weight.severity}, {weight.confidence}]"
        elif weight != (before := verdicts[found].weight):
            yield (
                f"changed  {named(found)} [{before.severity}, {before.confidence}] is now "
                f"[{weight.severity}, {weight.confidence}]"
            )
    for found, verdict in sorted(verdicts.items(), key=lambda item: item[0]):
        if found not in findings and verdict.verdict == RIGHT:
            yield f"gone     {named(found)} ({verdict.why})"


def named(found: Found) -> str:
    """A finding as people write it."""
    cell = f"cell {found.cell}:" if found.cell else ""
    return f"{found.source} {found.file}:{cell}{found.line} {found.code}"


def precision(findings: Iterable[Found], verdicts: dict[Found, Verdict], lines: int) -> str:
    """A table: how many findings of each code are right, wrong, doubtful, and not judged yet."""
    table: dict[str, Counter[str]] = {}
    for found in findings:
        verdict = verdicts[found].verdict if found in verdicts else "unread"
        for row in (found.code, "all"):
            table.setdefault(row, Counter())[verdict] += 1
    rows = [f"{'':8}{RIGHT:>10}{WRONG:>10}{DOUBTFUL:>10}{'unread':>10}"]
    for code in sorted(table, key=lambda code: (code == "all", code)):
        counts = (table[code][kind] for kind in (RIGHT, WRONG, DOUBTFUL, "unread"))
        rows.append(f"{code:8}" + "".join(f"{count:10}" for count in counts))
    wrong = table.get("all", Counter())[WRONG]
    rows.append(f"{lines} lines of Python; {wrong / max(lines, 1) * 100_000:.2f} wrong in 100,000")
    return "\n".join(rows)
