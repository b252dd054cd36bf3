"""What is shipped: the wheel, its dependencies, and the hook as pre-commit really runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IGNORED = (
    ".git", ".venv*", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "dist", "build",
)  # fmt: skip
LEAF = "import torch\n\nbad = torch.zeros(2, 2, requires_grad=True)\nbad[0, 0] = 1.0\n"
FORGOTTEN = """\
import torch

model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    loss = model(torch.randn(3, 2)).mean()
    loss.backward()
    optimizer.step
"""
CLEAN = "import torch\n\ngood = torch.zeros(2, 2)\ngood[0, 0] = 1.0\n"


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def git(*arguments: str, cwd: Path) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")
    done = run("git", *identity, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as it stands, committed to a repository of its own."""
    copy = tmp_path_factory.mktemp("copy") / "autograd-lint"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*IGNORED))
    git("init", "--quiet", cwd=copy)
    git("add", "--all", cwd=copy)
    git("commit", "--quiet", "--message", "copy", cwd=copy)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder)
    done = run(*pip, checkout, cwd=folder)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_data_and_the_fixtures(wheel: Path, checkout: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = checkout / "src"
    package = {p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()}
    fixtures = checkout / "tests" / "fixtures"
    proofs = {
        f"autograd_lint/fixtures/{p.relative_to(fixtures).as_posix()}"
        for p in fixtures.rglob("*")
        if p.is_file()
    }
    assert package | proofs <= names
    assert "autograd_lint/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_installed_command_works_without_torch(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    folder = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    done = run(folder / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert run(folder / "python", "-c", "import torch", cwd=tmp_path).returncode == 1
    (tmp_path / "leaf.py").write_text(LEAF)
    linted = run(
        folder / "autograd-lint", "check", "--output-format", "json", "leaf.py", cwd=tmp_path
    )
    assert linted.returncode == 1, linted.stderr
    (found,) = json.loads(linted.stdout)
    assert (found["code"], found["location"]["row"]) == ("AGL101", 4)
    confirmed = run(folder / "autograd-lint", "confirm", cwd=tmp_path)
    assert confirmed.returncode == 2
    assert "torch" in confirmed.stderr
    served = run(folder / "autograd-lint", "server", cwd=tmp_path)
    assert served.returncode == 2
    assert "autograd-lint[server]" in served.stderr


def try_repo(checkout: Path, hook: str, *names: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pre_commit", "try-repo", checkout, hook)
    return run(*command, "--verbose", "--files", *names, cwd=cwd)


@pytest.mark.slow
def test_pre_commit_runs_the_hook(checkout: Path, tmp_path: Path) -> None:
    git("init", "--quiet", cwd=tmp_path)
    cell = {"cell_type": "code", "source": LEAF, "metadata": {}, "outputs": []}
    (tmp_path / "leaf.py").write_text(LEAF)
    (tmp_path / "leaf.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}))
    (tmp_path / "leaf.md").write_text(f"```python\n{LEAF}```\n")
    (tmp_path / "clean.py").write_text(CLEAN)
    (tmp_path / "other.txt").write_text(LEAF)
    git("add", "--all", cwd=tmp_path)

    names = ("leaf.py", "leaf.ipynb", "leaf.md", "clean.py", "other.txt")
    bad = try_repo(checkout, "autograd-lint", *names, cwd=tmp_path)
    assert bad.returncode == 1, bad.stdout + bad.stderr
    for place in ("leaf.py:4:1", "leaf.ipynb:cell 1:4:1", "leaf.md:5:1"):
        assert f"{place}: AGL101" in bad.stdout
    assert "Analysed 4 files" in bad.stdout
    good = try_repo(checkout, "autograd-lint", "clean.py", cwd=tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr


@pytest.mark.slow
def test_pre_commit_makes_the_fixes_that_are_safe(checkout: Path, tmp_path: Path) -> None:
    git("init", "--quiet", cwd=tmp_path)
    for folder in ("own", "build"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "train.py").write_text(FORGOTTEN)
    git("add", "--all", cwd=tmp_path)

    names = ("own/train.py", "build/train.py")
    done = try_repo(checkout, "autograd-lint-fix", *names, cwd=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    fixed = FORGOTTEN.replace("optimizer.step\n", "optimizer.step()\n")
    assert (tmp_path / "own" / "train.py").read_text() == fixed
    # What is left out by default stays as it is, also if pre-commit names it.
    assert (tmp_path / "build" / "train.py").read_text() == FORGOTTEN
