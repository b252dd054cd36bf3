"""Configuration files, the selection of rules, and how both go together with the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from autograd_lint.config.settings import Config, Origin, applied

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
        ('per-file-ignores = {"!b*.py" = ["AGL101"]}', "", "201"),
        ('per-file-ignores = {"!a.py" = ["AGL101"]}', "", "101 201"),
        ('extend-per-file-ignores = {"a.py" = ["AGL101"]}', "", "201"),
        ("show-possible = true", "--no-show-possible", "101 201"),
        ("preview = true", "--no-preview", "101 201"),
        ("", "--select AGL1 --select AGL2", "101 201"),
        ('exclude = ["a.py"]', "", ""),
        ('extend-exclude = ["/a.*"]', "", ""),
        ('extend-exclude = ["a.py"]', "a.py", "101 201"),
        ('extend-exclude = ["a.py"]\nforce-exclude = true', "a.py", ""),
        ('extend-exclude = ["a.py"]\nforce-exclude = true', "a.py --no-force-exclude", "101 201"),
        ("", "--exclude *.py", ""),
        ("", "--extend-exclude b.py,a.py", ""),
        ("", "--extend-exclude /a.py --force-exclude a.py", ""),
        ('select = ["AGL1"]', "--isolated", "101 201"),
        ('select = ["AGL1"]', "--config extend-select=['AGL2']", "101 201"),
        ('select = ["AGL1"]', "--config select=['AGL2']", "201"),
        ("", "--config per-file-ignores.'a.py'=['AGL1']", "201"),
        ("", "--config select=['AGL2'] --select AGL1", "101"),
        ("", "--config preview=true --isolated", "101 201 701"),
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
        ("extend = 1", "extend: must be a string, the path of a configuration file"),
        ("output-format = 1", "output-format: must be a string"),
        ("force-exclude = 1", "force-exclude: must be true or false"),
        ('select = ["leaf"]', "select: unknown rule `leaf`"),
        (
            'per-file-ignores = {"a.py" = ["AGL110"]}',
            "per-file-ignores.a.py: unknown rule `AGL110`; did you mean `AGL101`?",
        ),
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
    assert codes(run, "p", "q") == codes(run) == {"101", "201"}


def test_another_file_can_be_named(write: Write, run: Run) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nselect = ["AGL1"]\n')
    write("lint/other.toml", '[tool.autograd-lint]\nselect = ["AGL2"]\n')
    write("none/pyproject.toml", "")
    write("a.py", "LEAF\nTWICE\n")
    assert codes(run, "--config", "lint/other.toml") == {"201"}
    assert run("check", "--config", "nowhere.toml").exit_code == 2
    assert "has no [tool.autograd-lint]" in (run("check", "--config", "none/pyproject.toml").stderr)


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


def test_every_file_is_governed_by_the_nearest_configuration(write: Write, run: Run) -> None:
    write("pyproject.toml", '[tool.autograd-lint]\nselect = ["AGL1"]\n')
    write("a.py", "LEAF\nTWICE\n")
    write("p/autograd-lint.toml", 'select = ["AGL2"]\nextend-exclude = ["left_out.py"]\n')
    write("p/q/a.py", "LEAF\nTWICE\n")
    write("p/q/left_out.py", "LEAF\nTWICE\n")
    write("left_out.py", "LEAF\nTWICE\n")
    lines = run("check", "--output-format", "concise").stdout.splitlines()[:-2]
    assert [line.split()[:2] for line in lines] == [
        ["a.py:2:1:", "AGL101"], ["left_out.py:2:1:", "AGL101"], ["p/q/a.py:3:1:", "AGL201"],
    ]  # fmt: skip


def test_an_imported_file_is_governed_by_its_own_configuration(write: Write, run: Run) -> None:
    write("a.py", "NEIGHBOUR\nLEAF\n")
    write("other.py", "LEAF\n")
    write("pyproject.toml", '[tool.autograd-lint]\nper-file-ignores = {"other.py" = ["AGL1"]}\n')
    lines = run("check", "a.py", "--output-format", "concise").stdout.splitlines()[:-2]
    assert [line.split()[0] for line in lines] == ["a.py:3:1:"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("pyproject.toml autograd-lint.toml", "201"),
        ("pyproject.toml autograd-lint.toml .autograd-lint.toml", "701"),
    ],
)
def test_in_one_folder_our_own_file_comes_first(
    write: Write, run: Run, names: str, expected: str
) -> None:
    write("a.py", "LEAF\nTWICE\nNAN\n")
    texts = {
        "pyproject.toml": '[tool.autograd-lint]\nselect = ["AGL101"]\n',
        "autograd-lint.toml": 'select = ["AGL201"]\n',
        ".autograd-lint.toml": 'select = ["AGL701"]\n',
    }
    for name in names.split():
        write(name, texts[name])
    assert codes(run) == {expected}


def test_a_configuration_can_extend_another_one(write: Write, run: Run) -> None:
    write(
        "base/lint.toml",
        """
        select = ["AGL1"]
        ignore = ["AGL206"]
        extend-exclude = ["here.py"]
        per-file-ignores = {"a.py" = ["AGL101"]}
    """,
    )
    write(
        "p/pyproject.toml",
        """
        [tool.autograd-lint]
        extend = "../base/lint.toml"
        extend-select = ["AGL2"]
        extend-per-file-ignores = {"b.py" = ["AGL201"]}
        show-possible = true
    """,
    )
    for name in ("p/a.py", "p/b.py", "p/here.py", "base/here.py", "base/a.py"):
        write(name, "LEAF\nTWICE\nMAYBE\n")
    lines = run("check", "p", "--output-format", "concise").stdout.splitlines()[:-2]
    found = [line.split()[:2] for line in lines]
    # Patterns are relative to the file that they are in.
    assert found == [
        ["p/a.py:2:1:", "AGL101"], ["p/a.py:3:1:", "AGL201"], ["p/b.py:2:1:", "AGL101"],
        ["p/here.py:2:1:", "AGL101"], ["p/here.py:3:1:", "AGL201"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('extend = "nowhere.toml"', "extend: {}/nowhere.toml: No such file or directory"),
        (
            'extend = "autograd-lint.toml"',
            "extend: {0}/autograd-lint.toml extends this file, which cannot extend it",
        ),
        ('extend = "other.toml"', "extend: {0}/other.toml: extend: {0}/autograd-lint.toml extends"),
        ('extend = "wrong.toml"', "extend: {}/wrong.toml: selct: unknown key; did you mean"),
    ],
)
def test_an_extension_that_cannot_be_read_is_an_error(
    write: Write, run: Run, tmp_path: Path, text: str, message: str
) -> None:
    write("other.toml", 'extend = "autograd-lint.toml"\n')
    write("wrong.toml", "selct = []\n")
    write("autograd-lint.toml", f"{text}\n")
    result = run("check")
    assert result.exit_code == 2
    assert f"{tmp_path}/autograd-lint.toml: {message.format(tmp_path)}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--config nowhere.toml", "nowhere.toml: no such file, and no `key = value` either"),
        ("--config selct=[]", "--config: selct: unknown key; did you mean `select`?"),
        ("--config select=", "select=: not valid TOML"),
        ("--config a.toml --config b.toml", "a.toml and b.toml: only one file can be used"),
        ("--config a.toml --isolated", "a.toml: no file is read with --isolated"),
        (
            "--config output-format='jsn'",
            "output-format: unknown format `jsn`; did you mean `json`?",
        ),
    ],
)
def test_a_wrong_setting_on_the_command_line_is_an_error(
    write: Write, run: Run, arguments: str, message: str
) -> None:
    write("a.toml", "")
    write("b.toml", "")
    result = run("check", *arguments.split())
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_output_format_can_be_configured(write: Write, run: Run) -> None:
    write("a.py", "LEAF\n")
    write("autograd-lint.toml", 'output-format = "json"\n')
    assert json.loads(run("check").stdout)
    assert run("check", "--output-format", "concise").stdout.startswith("a.py:2:1: AGL101")


def test_stdin_is_governed_by_its_name(write: Write, run: Run) -> None:
    write("p/autograd-lint.toml", 'select = ["AGL2"]\nextend-exclude = ["b.py"]\n')
    text = "import torch\nLEAF\nTWICE\n"
    concise = ("check", "-", "--output-format", "concise", "--stdin-filename")
    assert run(*concise, "p/a.py", input=text).stdout.startswith("p/a.py:3:1: AGL201")
    assert run(*concise, "p/b.py", input=text).exit_code == 1
    assert run(*concise, "p/b.py", "--force-exclude", input=text).exit_code == 0


def test_the_files_can_be_shown(write: Write, run: Run, tmp_path: Path) -> None:
    for name in ("a.py", "p/b.ipynb", "build/c.py", "d.txt"):
        write(name, "LEAF\n")
    result = run("check", "--show-files")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{tmp_path}/a.py", f"{tmp_path}/p/b.ipynb"]
    assert run("check", "--show-files", "nowhere").exit_code == 2


def test_the_documentation_names_every_key() -> None:
    class Asked(dict[str, Any]):
        def get(self, key: str, default: object = None) -> None:
            assert f"`{key}`" in page

    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    applied(Asked(), Origin("", Path()), Config())


def test_the_settings_can_be_shown(write: Write, run: Run, tmp_path: Path) -> None:
    write("autograd-lint.toml", 'select = ["AGL1"]\nper-file-ignores = {"b.py" = ["ALL"]}\n')
    write("a.py", "")
    write("p/autograd-lint.toml", 'extend = "../autograd-lint.toml"\nextend-exclude = ["x/"]\n')
    write("p/b.py", "")
    result = run("check", "--show-settings", "--extend-select", "AGL701")
    assert result.exit_code == 0
    first, second = result.stdout.split(f"# {tmp_path}/p/autograd-lint.toml")
    assert f"# {tmp_path}/autograd-lint.toml" in first
    assert 'select = ["AGL1"]\nextend-select = ["AGL701"]\n' in first
    assert "# AGL101 leaf-inplace\n# AGL701 where-guards-value\n" in first
    assert f'extend-exclude = ["x/"]  # in {tmp_path}/p\n' in second
    assert f'per-file-ignores."b.py" = ["ALL"]  # in {tmp_path}\n' in second
