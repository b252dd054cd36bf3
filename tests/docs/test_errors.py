"""The programs of docs/errors.md do in torch, and in `check`, what the page says that they do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograd_lint.confirm.execution import End, Outcome, execute

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
RAISES = re.compile("# torch (?:raises|warns) here")
STRICT = "import warnings; warnings.simplefilter('error')"
"""What makes torch raise what it would warn with."""
BUILD = re.compile(r" \(Triggered internally at .*\)")
"""Where in torch's own sources a warning comes from."""


@dataclass(frozen=True)
class Section:
    """A heading, the program under it, torch's message if there is one, and what is right."""

    title: str
    bad: str
    message: str | None
    good: str
    rules: frozenset[str]
    """Those that its text names."""


def sections() -> Iterator[Section]:
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, body = part.partition("\n")
        bad, good = re.findall(r"^```python\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
        said = re.findall(r"^```text\n(.*?)\n```$", body, re.DOTALL | re.MULTILINE)
        prose = re.sub(r"^```.*?^```$", "", body, flags=re.DOTALL | re.MULTILINE)
        rules = frozenset(re.findall(r"\(rules/(AGL\d+)\.md\)", prose))
        yield Section(title, bad, *(said or [None]), good, rules)


SECTIONS = {section.title: section for section in sections()}


def lines_with(program: str, mark: re.Pattern[str]) -> list[int]:
    return [n for n, line in enumerate(program.splitlines(), start=1) if mark.search(line)]


def marked(program: str) -> list[tuple[int, str]]:
    lines = enumerate(program.splitlines(), start=1)
    return [(n, code) for n, line in lines for code in re.findall(r"# (AGL\d+)", line)]


@dataclass(frozen=True)
class Judged:
    """What became of a program in torch, and what `check` says of it."""

    outcome: Outcome
    findings: list[tuple[int, str]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    folder = tmp_path_factory.mktemp("programs")
    programs = {}
    for number, section in enumerate(SECTIONS.values()):
        for kind, text in (("bad", section.bad), ("good", section.good)):
            path = folder / f"{kind}_{number}.py"
            if "# torch warns here" in text:
                text = text.replace("import torch\n", f"import torch; {STRICT}\n", 1)
            path.write_text(text, encoding="utf-8")
            programs[f"{kind} {section.title}"] = path
    command = (sys.executable, "-m", "autograd_lint", "check", "--preview", folder)
    done = subprocess.run([*command, "--output-format", "json"], capture_output=True, text=True)
    found: dict[str, list[tuple[int, str]]] = {}
    for finding in json.loads(done.stdout):
        where = (finding["location"]["row"], finding["code"])
        found.setdefault(finding["filename"], []).append(where)
    outcomes = execute(list(programs.values()))
    return {n: Judged(outcomes[p], found.get(str(p), [])) for n, p in programs.items()}


@pytest.mark.parametrize("title", SECTIONS)
def test_torch_says_what_the_page_says(title: str, judged: dict[str, Judged]) -> None:
    section, outcome = SECTIONS[title], judged[f"bad {title}"].outcome

    if section.message is None:
        assert outcome.end == End.ENDED, outcome.message
    else:
        assert BUILD.sub("", outcome.message) == section.message
        assert [outcome.line] == lines_with(section.bad, RAISES)


@pytest.mark.parametrize("title", SECTIONS)
def test_check_reports_the_marked_lines_and_no_others(
    title: str, judged: dict[str, Judged]
) -> None:
    section = SECTIONS[title]

    assert judged[f"bad {title}"].findings == marked(section.bad)
    assert {code for _, code in marked(section.bad)} <= section.rules


@pytest.mark.parametrize("title", SECTIONS)
def test_what_is_recommended_runs_and_is_clean(title: str, judged: dict[str, Judged]) -> None:
    good = judged[f"good {title}"]

    assert good.outcome.end == End.ENDED, good.outcome.message
    assert good.findings == []


def test_a_heading_is_a_part_of_its_message() -> None:
    for title, section in SECTIONS.items():
        if section.message is not None and not title.startswith("…"):
            message = " ".join(section.message.split()).replace("`", "")
            assert title.replace("`", "") in message
