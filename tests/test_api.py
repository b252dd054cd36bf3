"""The functions of the package, which the command line uses as well."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_lint
from autograd_lint import Finding

ROOT = Path(__file__).parents[1]
LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"


def command_line(*arguments: str, cwd: Path, stdin: str = "") -> list[tuple[str, str, int, int]]:
    command = (sys.executable, "-m", "autograd_lint", "check", "--output-format", "json")
    done = subprocess.run(
        [*command, *arguments], cwd=cwd, input=stdin, capture_output=True, text=True
    )
    return [
        (Path(f["filename"]).name, f["code"], f["location"]["row"], f["location"]["column"])
        for f in json.loads(done.stdout)
    ]


def brief(findings: list[Finding]) -> list[tuple[str, str, int, int]]:
    places = [(finding, finding.place) for finding in findings]
    return [(Path(p.path).name, f.code, p.line, p.column) for f, p in places]


def test_check_finds_what_the_command_line_finds() -> None:
    found = autograd_lint.check([ROOT / "examples"])

    assert found
    assert brief(found) == command_line("examples", cwd=ROOT)


def test_check_heeds_the_nearest_configuration(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for name in ("train.py", "own/train.py"):
        (tmp_path / name).write_text(LEAF)
    (tmp_path / "own" / "pyproject.toml").write_text(
        '[tool.autograd-lint]\nignore = ["leaf-inplace"]\n'
    )

    (found,) = autograd_lint.check([tmp_path])

    assert Path(found.place.path).resolve() == (tmp_path / "train.py").resolve()
    assert brief([found]) == command_line(".", cwd=tmp_path)


def test_check_source_finds_what_the_command_line_finds_in_stdin(tmp_path: Path) -> None:
    found = autograd_lint.check_source(LEAF, "train.py")

    arguments = ("-", "--stdin-filename", "train.py")
    assert brief(found) == command_line(*arguments, cwd=tmp_path, stdin=LEAF)


def test_the_suffix_says_what_a_text_is() -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": LEAF}]})

    (in_notebook,) = autograd_lint.check_source(notebook, "a.ipynb")
    (in_markdown,) = autograd_lint.check_source(f"# Hi\n```python\n{LEAF}```\n", "a.md")

    assert (in_notebook.place.cell, in_notebook.place.line) == (1, 4)
    assert (in_markdown.place.cell, in_markdown.place.line) == (None, 6)


def test_one_path_is_no_list_of_letters(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAF)

    (found,) = autograd_lint.check(tmp_path / "a.py")
    assert autograd_lint.check(str(tmp_path)) == [found]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent"):
        autograd_lint.check([tmp_path / "absent.py"])


def test_a_wrong_configuration_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LEAF)
    (tmp_path / "pyproject.toml").write_text('[tool.autograd-lint]\nselect = ["AGL999"]\n')

    with pytest.raises(ValueError, match="AGL999"):
        autograd_lint.check([tmp_path])


def test_findings_can_be_compared_hashed_and_pickled() -> None:
    found = autograd_lint.check_source(LEAF)

    assert pickle.loads(pickle.dumps(found)) == found
    assert set(found) == set(autograd_lint.check_source(LEAF))


def test_all_that_is_public_is_there() -> None:
    assert all(hasattr(autograd_lint, name) for name in autograd_lint.__all__)


def test_the_page_about_it_shows_what_it_prints() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (printed,) = re.findall(r"^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    output = io.StringIO()

    with contextlib.redirect_stdout(output):
        exec(compile(program, "api.md", "exec"), {})

    assert output.getvalue() == printed
