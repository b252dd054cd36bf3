"""Baselines: what is known is not told of, wherever it has moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


def places(run: Run, *arguments: str) -> list[str]:
    lines = run("check", "--output-format", "concise", *arguments).stdout.splitlines()
    return [line.partition(": ")[0] for line in lines[:-2]]


def test_what_is_in_a_baseline_is_not_told_of(write: Write, run: Run) -> None:
    write("a.py", "LEAF\nTWICE\n")
    result = run("check", "--write-baseline", "known.json")
    assert (result.exit_code, result.stdout) == (0, "Wrote 2 findings to known.json.\n")
    result = run("check", "--baseline", "known.json")
    assert result.exit_code == 0
    assert "2 findings known (baseline)" in result.stdout


def test_lines_that_move_stay_known_and_new_ones_are_told_of(write: Write, run: Run) -> None:
    write("a.py", "LEAF\nx = LEAF\n")
    run("check", "--write-baseline", "known.json")
    write("a.py", "\n\nx = LEAF\nif x:\n    LEAF\n    LEAF\ny = LEAF\n")
    assert places(run, "--baseline", "known.json") == ["a.py:7:5", "a.py:8:5"]


def test_a_baseline_is_the_same_from_everywhere(
    write: Write, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nbaseline = "lint/known.json"\n')
    write("p/a.py", "LEAF\n")
    Path("lint").mkdir()
    assert run("check", "--write-baseline", "lint/known.json").exit_code == 0
    text = Path("lint/known.json").read_text()
    assert '"path": "../p/a.py"' in text
    monkeypatch.chdir("p")
    assert places(run) == []
    run("check", "--write-baseline", "../lint/known.json")
    assert Path("../lint/known.json").read_text() == text


def test_the_order_in_a_baseline_is_that_of_files_and_codes(write: Write, run: Run) -> None:
    write("a.py", "TWICE\nLEAF\n")
    run("check", "--write-baseline", "1.json")
    write("a.py", "LEAF\nTWICE\n")
    run("check", "--write-baseline", "2.json")
    assert Path("1.json").read_bytes() == Path("2.json").read_bytes()
    assert [row["code"] for row in json.loads(Path("1.json").read_text())["findings"]] == [
        "AGL101", "AGL201",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory; `--write-baseline` writes a baseline"),
        ("[]", "not a baseline"),
        ("{", "not a baseline"),
        ('{"version": 7, "findings": []}', "a baseline of version 7"),
    ],
)
def test_a_baseline_that_cannot_be_read_is_an_error(
    write: Write, run: Run, text: str | None, message: str
) -> None:
    write("a.py", "LEAF\n")
    if text is not None:
        write("known.json", text)
    result = run("check", "--baseline", "known.json")
    assert result.exit_code == 2
    assert result.stderr.startswith("autograd-lint: ")
    assert f"known.json: {message}" in result.stderr
