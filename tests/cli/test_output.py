"""Where findings go and in which form; how often each rule is broken; how far a run has come."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from autograd_lint import cli, progress

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


@pytest.mark.parametrize("name", cli.FOR_PEOPLE + cli.FOR_MACHINES)
def test_every_format_goes_to_a_file_and_the_closing_lines_stay(
    write: Write, run: Run, name: str
) -> None:
    write("a.py", "LEAF = 1\n")
    result = run("check", "--output-format", name, "--output-file", "out", env={"FORCE_COLOR": "1"})
    assert result.exit_code == 1
    assert result.stdout.startswith("1 finding: 1 error.\n")
    assert result.stderr == ""
    text = Path("out").read_text(encoding="utf-8")
    assert "AGL101" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", cli.FOR_MACHINES)
def test_output_for_machines_is_alone_on_stdout(write: Write, run: Run, name: str) -> None:
    write("a.py", "LEAF = 1\n")
    result = run("check", "--output-format", name)
    assert result.exit_code == 1
    assert "Analysed 1 file" in result.stderr
    run("check", "--output-format", name, "-o", "out")
    assert result.stdout == Path("out").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_an_error(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    result = run("check", "-o", "nowhere/out")
    assert result.exit_code == 2
    assert result.stderr == "autograd-lint: nowhere/out: No such file or directory\n"


def test_machines_are_told_paths_from_the_current_folder(write: Write, run: Run) -> None:
    path = write("p/a.py", "LEAF = 1\n")
    for name in ("azure", "gitlab", "junit", "pylint", "rdjson", "sarif"):
        text = run("check", str(path), "--output-format", name).stdout
        assert "p/a.py" in text
        assert str(path) not in text


def test_sarif_has_the_pages_of_the_rules(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    run_ = json.loads(run("check", "--output-format", "sarif").stdout)["runs"][0]
    (rule,) = run_["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "What it does, in one sentence."}


def test_statistics_stand_in_the_place_of_findings(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\nLEAF = 2\n")
    write("b.py", "TWICE = 1\n")
    result = run("check", "--statistics")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:3] == [
        "2  AGL101  leaf-inplace",
        "1  AGL201  backward-twice",
        "3 findings: 3 errors.",
    ]
    counts = json.loads(run("check", "--statistics", "--output-format", "json").stdout)
    assert [(count["code"], count["count"]) for count in counts] == [("AGL101", 2), ("AGL201", 1)]


def test_statistics_are_not_for_every_format(run: Run) -> None:
    result = run("check", "--statistics", "--output-format", "sarif")
    assert result.exit_code == 2
    assert result.stderr == "autograd-lint: --statistics is for full, concise, grouped and json\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_and_gone_afterwards() -> None:
    stream = Terminal()
    with progress.bar(stream) as on_progress:
        assert on_progress is not None
        on_progress(1, 2)
        on_progress(2, 2)
    first, second, blank, rest = stream.getvalue().split("\r")[1:]
    assert first == "[############------------] 1/2 files"
    assert second == "[########################] 2/2 files"
    assert (blank.strip(), rest) == ("", "")
    assert len(blank) == len(second)


def test_progress_is_drawn_nowhere_else(write: Write, run: Run) -> None:
    with progress.bar(io.StringIO()) as on_progress:
        assert on_progress is None
    write("a.py", "LEAF = 1\n")
    assert run("check").stderr == ""


def test_nothing_to_do_draws_nothing() -> None:
    stream = Terminal()
    with progress.bar(stream):
        pass
    assert stream.getvalue() == ""
