"""`[tool.autograd-lint]`, the selection of rules, and how both go together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


@pytest.fixture
def configured(write: Write) -> Callable[[str], None]:
    write("a.py", "LEAF\nTWICE\nMAYBE\nNAN\n")
    return lambda text: write("pyproject.toml", f"[tool.autograd-lint]\n{text}\n") and None


def codes(run: Run, *arguments: str) -> set[str]:
    result = run("check", "--output-format", "json", *arguments)
    assert result.exit_code in (0, 1), result.stderr
    return {finding["code"][3:] for finding in json.loads(result.stdout)}


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("", "", "101 201"),
        ('select = ["AGL1"]', "", "101"),
        ('select = ["backward-twice"]', "", "201"),
        ('ignore = ["AGL1"]', "", "201"),
        ('ignore = ["ALL"]\nextend-select = ["AGL101"]', "", "101"),
        ('ignore = ["AGL101"]', "--select AGL101,AGL201", "101 201"),
        ('ignore = ["AGL101"]', "--ignore AGL2", ""),
        ('select = ["AGL1"]', "--extend-select AGL2", "101 201"),
        ("show-possible = true", "", "101 201 206"),
        ("preview = true", "", "101 201 701"),
        ("", "--preview", "101 201 701"),
        ("", "--select ALL", "101 201"),
        ("", "--select AGL7", ""),
        ("", "--select AGL7 --preview", "701"),
        ("", "--extend-select AGL701", "101 201 701"),
        ("", "--select where-guards-value", "701"),
        ("", "--select all --ignore leaf-inplace", "201"),
        ('per-file-ignores = {"*.py" = ["AGL101"]}', "", "201"),
        ('per-file-ignores = {"b*.py" = ["AGL101"], "a.py" = ["ALL"]}', "", ""),
        ('exclude = ["a.py"]', "", ""),
        ('extend-exclude = ["/a.*"]', "", ""),
        ('extend-exclude = ["a.py"]', "a.py", "101 201"),
    ],
)
def test_what_is_on(
    configured: Callable[[str], None], run: Run, text: str, arguments: str, expected: str
) -> None:
    configured(text)
    assert codes(run, *arguments.split()) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "selct: unknown key; did you mean `select`?"),
        ("zzz = 1", "zzz: unknown key"),
        ('select = "AGL101"', "select: must be a list of strings"),
        ("ignore = [1]", "ignore: must be a list of strings"),
        ("preview = 1", "preview: must be true or false"),
        ("per-file-ignores = []", "per-file-ignores: must be a table of lists of codes"),
        (
            'per-file-ignores = {"a.py" = "AGL1"}',
            "per-file-ignores.a.py: must be a list of strings",
        ),
    ],
)
def test_a_wrong_configuration_is_an_error_that_names_the_key(
    configured: Callable[[str], None], run: Run, tmp_path: Path, text: str, message: str
) -> None:
    configured(text)
    result = run("check")
    assert result.exit_code == 2
    path = tmp_path / "pyproject.toml"
    assert result.stderr == f"autograd-lint: {path}: [tool.autograd-lint] {message}\n"


@pytest.mark.parametrize(
    "text", ['select = ["AGL999"]', 'ignore = ["x"]', 'per-file-ignores = {"a.py" = ["AGL999"]}']
)
def test_an_unknown_code_in_the_configuration_is_an_error(
    configured: Callable[[str], None], run: Run, text: str
) -> None:
    configured(text)
    result = run("check")
    assert result.exit_code == 2
    assert "unknown rule" in result.stderr


def test_toml_that_is_none_is_an_error(write: Write, run: Run) -> None:
    write("pyproject.toml", "[tool")
    result = run("check")
    assert result.exit_code == 2
    assert "not valid TOML" in result.stderr


def test_the_nearest_pyproject_with_a_section_counts(write: Write, run: Run) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nselect = ["AGL1"]\n')
    write("p/pyproject.toml", "[tool.other]\n")
    write("p/a.py", "LEAF\nTWICE\n")
    write("q/pyproject.toml", '[tool.autograd-lint]\nselect = ["AGL2"]\n')
    write("q/a.py", "LEAF\nTWICE\n")
    assert codes(run, "p") == {"101"}
    assert codes(run, "q/a.py") == {"201"}
    assert codes(run, "p", "q") == {"101"}


def test_another_file_can_be_named(write: Write, run: Run) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nselect = ["AGL1"]\n')
    write("lint/other.toml", '[tool.autograd-lint]\nselect = ["AGL2"]\n')
    write("empty.toml", "")
    write("a.py", "LEAF\nTWICE\n")
    assert codes(run, "--config", "lint/other.toml") == {"201"}
    assert run("check", "--config", "nowhere.toml").exit_code == 2
    assert "has no [tool.autograd-lint]" in run("check", "--config", "empty.toml").stderr


def test_the_default_excludes_can_be_replaced(write: Write, run: Run) -> None:
    write("build/a.py", "LEAF\n")
    assert codes(run) == set()
    write("pyproject.toml", "[tool.autograd-lint]\nexclude = []\n")
    assert codes(run) == {"101"}


def test_patterns_are_relative_to_the_configuration(
    write: Write, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nper-file-ignores = {"p/*.py" = ["AGL1"]}\n')
    write("p/a.py", "LEAF\n")
    monkeypatch.chdir("p")
    assert codes(run) == set()
