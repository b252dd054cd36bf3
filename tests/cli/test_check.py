"""`check`: its output, its exit codes, and what it says about what it could not do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import autograd_lint

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


def test_the_whole_output_on_findings(write: Write, run: Run) -> None:
    write("b.py", "def f():\n    x = TWICE\n")
    write("a.py", "LEAF = 1\n")
    write("c.py", "GIVE_UP = MAYBE\n")
    (Path("plain.py")).write_text("x = 1\n")
    result = run("check")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout == (
        "a.py:2:1: AGL101 [error, certain] LEAF found\n"
        "    |\n"
        "  1 | import torch\n"
        "  2 | LEAF = 1\n"
        "    | ^^^^\n"
        "    |\n"
        "  1. here  a.py:1:1\n"
        "     1 | import torch\n"
        "       | ^^^^\n"
        "\n"
        "b.py:3:9: AGL201 [error, likely] TWICE found\n"
        "    |\n"
        "  2 | def f():\n"
        "  3 |     x = TWICE\n"
        "    |         ^^^^^\n"
        "    |\n"
        "  1. here  b.py:1:9\n"
        "     1 | import torch\n"
        "       |         ^^^^\n"
        "\n"
        "2 findings: 2 errors.\n"
        "Analysed 3 files with 1 function; 1 given up; skipped 1 file without torch; "
        "1 possible finding hidden (--show-possible).\n"
    )


def test_clean_is_said_of_what_was_analysed_alone(write: Write, run: Run) -> None:
    write("a.py", "def f(): pass\n")
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout == (
        "No findings in what was analysed.\nAnalysed 1 file with 1 function; none given up.\n"
    )


def test_nothing_analysed_is_not_clean(run: Run) -> None:
    assert run("check").stdout.startswith("Nothing was analysed: no Python file")
    Path("a.py").write_text("x = 1\n")
    assert run("check").stdout.startswith("Nothing was analysed.\n")


def test_verbose_names_what_was_given_up(write: Write, run: Run) -> None:
    write("a.py", "GIVE_UP = 1\n")
    assert run("check", "-v").stderr == "given up: a.py: train: budget spent\n"


def test_statistics_count_what_was_given_up_and_why(write: Write, run: Run) -> None:
    write("a.py", "GIVE_UP = LEAF\n")
    write("b.py", "GIVE_UP = 1\n")
    assert run("check", "--statistics").stdout.splitlines()[:2] == [
        "1  AGL101  leaf-inplace",
        "2  given up: budget spent",
    ]


def test_exit_zero(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    assert run("check", "--exit-zero").exit_code == 0


def test_possible_findings_are_shown_when_asked_for(write: Write, run: Run) -> None:
    write("a.py", "MAYBE = 1\n")
    assert run("check").exit_code == 0
    result = run("check", "--show-possible")
    assert result.exit_code == 1
    assert "[warning, possible]" in result.stdout


def test_a_missing_path_is_an_error_after_the_others_are_done(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    result = run("check", "nowhere", "a.py")
    assert result.exit_code == 2
    assert result.stderr == "autograd-lint: nowhere: no such file or folder\n"
    assert "AGL101" in result.stdout
    assert "1 path missing" in result.stdout
    assert run("check", "nowhere", "--exit-zero").exit_code == 2


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_code_is_an_error_with_a_suggestion(run: Run, option: str) -> None:
    result = run("check", option, "leaf-in-place")
    assert result.exit_code == 2
    assert result.stderr == (
        f"autograd-lint: {option}: unknown rule `leaf-in-place`; did you mean `leaf-inplace`?\n"
    )


def test_a_file_that_cannot_be_read_costs_no_other(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    Path("b.py").write_bytes(b"import torch\x00")
    write("c.py", "def f(:\n")
    write("d.py", "CRASH\n")
    result = run("check", "--output-format", "concise")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "autograd-lint: b.py:1:1: binary (contains NUL bytes)",
        "autograd-lint: c.py:2:1: invalid syntax",
        (
            "autograd-lint: d.py:1:1: internal error in the whole file: RuntimeError: out of; "
            "please report it with what `--verbose` prints"
        ),
    ]
    assert [line.split()[1] for line in result.stdout.splitlines()[:4]] == [
        "AGL101", "AGL900", "AGL900", "AGL900",
    ]  # fmt: skip
    assert (
        "Analysed 1 file with 1 function; none given up; 2 files unreadable; 1 internal error."
    ) in result.stdout


def test_an_internal_error_shows_its_traceback_when_asked(write: Write, run: Run) -> None:
    write("a.py", "CRASH\n")
    assert "Traceback" not in run("check").stderr
    assert "Traceback" in run("check", "-v").stderr


def test_unreadable_files_are_named_even_where_they_are_ignored(write: Write, run: Run) -> None:
    write("a.py", "def f(:\n")
    result = run("check", "--ignore", "AGL900")
    assert result.exit_code == 0
    assert "invalid syntax" in result.stderr
    assert "1 file unreadable" in result.stdout
    assert result.stdout.startswith("Nothing was analysed.")


def test_a_document_may_hold_code_that_is_no_python(write: Write, run: Run) -> None:
    write("a.md", "```python\nimport torch\nx = ...)\n```\n\n```python\nLEAF = 1\n```\n")
    result = run("check", "-v")
    assert result.stderr.startswith("given up: a.md: block at line 3: unmatched ')'")
    assert "a.md:7:1: AGL101" in result.stdout
    assert "1 given up" in result.stdout


def test_stdin_is_called_what_it_is_said_to_be(run: Run) -> None:
    result = run("check", "-", "--stdin-filename", "a/b.py", input="import torch\nLEAF = 1\n")
    assert result.exit_code == 1
    assert result.stdout.startswith("a/b.py:2:1: AGL101")
    assert "  2 | LEAF = 1\n" in result.stdout
    assert run("check", "-", input="import torch\nLEAF\n").stdout.startswith("<stdin>:2:1: AGL101")
    assert run("check", "-", input="x = 1\n").exit_code == 0


def test_stdin_may_be_a_notebook(run: Run) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": "import torch\nLEAF"}]})
    result = run("check", "--stdin-filename", "n.ipynb", input=text)
    assert result.stdout.startswith("n.ipynb:cell 1:2:1: AGL101")


def test_stdin_that_cannot_be_read_is_a_finding(run: Run) -> None:
    result = run("check", "-", input=b"\xff\xfeabc")
    assert result.exit_code == 1
    assert "UTF-16" in result.stderr


def test_stdin_and_paths_do_not_mix(run: Run) -> None:
    assert run("check", "-", "a.py").exit_code == 2


@pytest.mark.parametrize("name", ["json", "github", "sarif"])
def test_output_for_machines_is_alone_on_stdout(write: Write, run: Run, name: str) -> None:
    write("a.py", "LEAF = 1\n")
    result = run("check", "--output-format", name)
    assert "Analysed 1 file" in result.stderr
    assert "Analysed" not in result.stdout
    if name != "github":
        json.loads(result.stdout)


def test_json_names_files_by_their_absolute_path(write: Write, run: Run) -> None:
    path = write("a.py", "LEAF = 1\n")
    (found,) = json.loads(run("check", "--output-format", "json").stdout)
    assert found["filename"] == str(path)
    assert (found["location"], found["end_location"]) == (
        {"row": 2, "column": 1},
        {"row": 2, "column": 5},
    )
    assert found["fix"] is None
    assert found["trace"][0]["filename"] == str(path)


def test_colour_is_forced_by_the_environment(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    assert "\x1b[" not in run("check").stdout
    assert "\x1b[" in run("check", env={"FORCE_COLOR": "1"}).stdout


def test_any_number_of_processes_gives_the_same_output(write: Write, run: Run) -> None:
    for number in range(20):
        write(f"{number}.py", "x = 1\n" * (number % 3) + "LEAF = TWICE\n")
    alone = run("check", "-j", "1").stdout
    assert alone.count("AGL101") == 20
    assert run("check", "-j", "3").stdout == alone


def test_a_process_that_dies_costs_the_file_that_it_died_of(write: Write, run: Run) -> None:
    write("a.py", "LEAF = 1\n")
    write("b.py", "DIE\n")
    write("c.py", "LEAF = 1\n")
    result = run("check", "-j", "2", "--output-format", "concise")
    assert result.exit_code == 1
    assert result.stdout.count("AGL101") == 2
    assert "b.py:1:1: internal error: the process that analysed it died" in result.stderr


def test_a_finding_in_an_imported_file_is_told_once(write: Write, run: Run) -> None:
    write("a.py", "NEIGHBOUR = 1\n")
    write("b.py", "NEIGHBOUR = 1\n")
    write("other.py", "LEAF = 1\nTWICE = 1  # noqa\n")
    result = run("check", "a.py", "b.py", "--output-format", "concise")
    assert [line.split()[0] for line in result.stdout.splitlines()[:-2]] == ["other.py:2:1:"]


def test_paths_are_shown_from_the_current_folder(
    write: Write, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("p/a.py", "LEAF = 1\n")
    assert run("check", str(tmp_path / "p")).stdout.startswith("p/a.py:2:1")
    (tmp_path / "q").mkdir()
    monkeypatch.chdir(tmp_path / "q")
    assert run("check", "../p").stdout.startswith("../p/a.py:2:1")


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_shown_somehow(run: Run) -> None:
    Path(os.fsdecode(b"\xff.py")).write_text("import torch\nLEAF = 1\n")
    assert run("check").stdout.startswith("\\xff.py:2:1: AGL101")


def test_the_api_is_what_the_command_line_uses(write: Write) -> None:
    write("a.py", "LEAF = 1\nMAYBE = 1\n")
    (found,) = autograd_lint.check(["a.py"])
    assert (found.code, found.place.line) == ("AGL101", 2)
    with pytest.raises(FileNotFoundError):
        autograd_lint.check(["nowhere"])


def test_the_api_takes_text() -> None:
    (found,) = autograd_lint.check_source("import torch\nLEAF = 1\n")
    assert (found.code, found.place.path) == ("AGL101", "<stdin>.py")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--diff", "--add-noqa"], "--diff and --add-noqa"),
        (["--fix", "--write-baseline", "known.json"], "--fix and --write-baseline"),
        (["--show-files", "--add-noqa"], "--add-noqa and --show-files"),
    ],
)
def test_what_cannot_be_done_at_once_is_an_error(
    write: Write, run: Run, options: list[str], told: str
) -> None:
    write("a.py", "LEAF\n")
    before = Path("a.py").read_text()

    result = run("check", *options)

    assert result.exit_code == 2
    assert result.stderr == f"autograd-lint: {told} cannot be used together\n"
    assert Path("a.py").read_text() == before
    assert not Path("known.json").exists()
