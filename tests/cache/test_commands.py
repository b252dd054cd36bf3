"""`check` with a cache says what it says without; `clean` takes it away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LEAF = "import torch\n\nw = torch.ones(3, requires_grad=True)\nw += 1\n"
TWICE = """import torch

w = torch.ones(3, requires_grad=True)
loss = (w * w).sum()
loss.backward()
loss.backward()
"""
IDLE = "import torch\n\nw = torch.ones(3)  # noqa: AGL101\n"
FOLDER = ".autograd_lint_cache"


def lint(*arguments: str, code: int | None = None) -> str:
    """What the command says, on both streams."""
    command = [sys.executable, "-m", "autograd_lint", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert code is None or done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "leaf.py").write_text(LEAF)
    (tmp_path / "twice.py").write_text(TWICE)
    (tmp_path / "idle.py").write_text(IDLE)
    (tmp_path / "broken.py").write_text("import torch\nx = (\n")
    (tmp_path / "pyproject.toml").write_text("[tool.autograd-lint]\nselect = ['ALL']\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUTOGRAD_LINT_CACHE_DIR", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--verbose", "--show-possible"],
        ["--output-format", "json"],
        ["--output-format", "html"],
        ["--statistics"],
        ["--diff"],
        ["--ignore", "AGL1"],
        ["--shard", "1/2"],
    ],
)
def test_a_warm_run_says_what_a_cold_one_says(options: list[str], project: Path) -> None:
    without = lint("check", "--no-cache", *options)
    assert not (project / FOLDER).exists()
    cold = lint("check", *options)
    assert (project / FOLDER).is_dir()
    assert without == cold == lint("check", *options) == lint("check", "-j", "2", *options)


def test_other_options_need_no_other_cache() -> None:
    lint("check")
    assert lint("check", "--select", "AGL2") == lint("check", "--select", "AGL2", "--no-cache")


def test_a_baseline_is_compared_with_what_is_remembered() -> None:
    lint("check", "--write-baseline", "known.json", code=0)
    Path("leaf.py").write_text(LEAF + "del w\n")
    Path("new.py").write_text(LEAF)
    warm = lint("check", "--baseline", "known.json")
    assert "new.py" in warm
    assert "leaf.py" not in warm
    assert warm == lint("check", "--baseline", "known.json", "--no-cache")


def test_fixes_are_made_of_what_is_remembered(project: Path) -> None:
    lint("check")
    warm = lint("check", "--fix", "--unsafe-fixes")
    made = (project / "twice.py").read_text(), (project / "idle.py").read_text()
    assert made != (TWICE, IDLE)
    for name, text in (("leaf", LEAF), ("twice", TWICE), ("idle", IDLE)):
        (project / f"{name}.py").write_text(text)
    assert warm == lint("check", "--fix", "--unsafe-fixes", "--no-cache")
    assert made == ((project / "twice.py").read_text(), (project / "idle.py").read_text())


def test_comments_that_silence_nothing_are_told_of_again() -> None:
    assert "AGL901" in lint("check")
    assert "AGL901" in lint("check")


def test_git_and_backups_are_told_to_leave_it_out(project: Path) -> None:
    lint("check")
    assert (project / FOLDER / ".gitignore").read_text().endswith("*\n")
    assert (project / FOLDER / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")


@pytest.mark.parametrize("way", ["option", "configuration", "environment"])
def test_it_is_where_it_is_said_to_be(
    project: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = []
    if way == "option":
        options = ["--cache-dir", "elsewhere"]
    elif way == "configuration":
        (project / "pyproject.toml").write_text("[tool.autograd-lint]\ncache-dir = 'elsewhere'\n")
    else:
        monkeypatch.setenv("AUTOGRAD_LINT_CACHE_DIR", "elsewhere")
    lint("check", *options)
    assert (project / "elsewhere" / "outcomes.sqlite").exists()
    assert not (project / FOLDER).exists()
    assert "elsewhere" in lint("clean", *options, code=0)
    assert not (project / "elsewhere").exists()


def test_clean_removes_it() -> None:
    lint("check")
    assert FOLDER in lint("clean", code=0)
    assert not Path(FOLDER).exists()
    assert lint("clean", code=0) == ""


def test_clean_removes_nothing_else(project: Path) -> None:
    lint("check", "--cache-dir", ".")
    lint("clean", "--cache-dir", ".", code=0)
    left = {path.name for path in project.iterdir()}
    assert left == {"leaf.py", "twice.py", "idle.py", "broken.py", "pyproject.toml"}


def test_a_folder_of_somebody_elses_is_left_alone(project: Path) -> None:
    (project / FOLDER).mkdir()
    (project / FOLDER / "outcomes.sqlite").write_text("?")
    assert lint("clean", code=0) == ""
    assert (project / FOLDER / "outcomes.sqlite").exists()


def test_nothing_is_made_for_what_has_nothing_to_do_with_torch(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.py").write_text("print(1)\n")
    lint("check", "plain", code=0)
    assert not (tmp_path / FOLDER).exists()
