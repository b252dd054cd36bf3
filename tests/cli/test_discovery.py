"""Which files a folder stands for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_lint.discovery import discover, display

Write = Callable[[str, str], Path]


def found(*paths: str) -> list[str]:
    return [display(path) for path in discover(paths).files]


def test_python_notebooks_and_markdown_are_found(write: Write) -> None:
    for name in ("a.py", "d/b.ipynb", "d/e/c.md", "d.txt", "e.pyc", "f.pyi"):
        write(name, "")
    assert found(".") == ["a.py", "d/b.ipynb", "d/e/c.md"]


def test_what_is_named_is_taken_whatever_it_is(write: Write) -> None:
    write(".gitignore", "*.py\n")
    Path(".git").mkdir()
    write("a.py", "")
    write("script", "")
    write("build/b.py", "")
    assert found(".") == []
    assert found("a.py", "script", "build/b.py", "./a.py") == ["a.py", "build/b.py", "script"]


@pytest.mark.parametrize("folder", [".venv", ".git", "node_modules", "build", "__pycache__"])
def test_other_peoples_code_is_left_out_unless_asked_for(write: Write, folder: str) -> None:
    write(f"p/{folder}/a.py", "")
    assert found(".") == []
    assert found(f"p/{folder}") == [f"p/{folder}/a.py"]


def test_gitignore_holds_as_it_does_in_git(write: Write) -> None:
    Path(".git/info").mkdir(parents=True)
    Path(".git/info/exclude").write_text("private.py\n")
    write(".gitignore", "*_gen.py\n/out/\n!kept_gen.py\n")
    write("p/.gitignore", "local.py\n!taken_gen.py\n")
    for name in (
        "a.py", "a_gen.py", "kept_gen.py", "out/b.py", "p/out/c.py", "p/local.py", "local.py",
        "p/taken_gen.py", "p/private.py",
    ):  # fmt: skip
        write(name, "")
    everything = ["a.py", "kept_gen.py", "local.py", "p/out/c.py", "p/taken_gen.py"]
    assert found(".") == everything
    assert found("p") == everything[3:]


def test_what_is_ignored_above_the_repository_is_not(write: Write) -> None:
    write(".gitignore", "*.py\n")
    write("repository/a.py", "")
    Path("repository/.git").mkdir()
    assert found("repository") == ["repository/a.py"]


def test_an_ignored_folder_that_is_named_is_walked(write: Write) -> None:
    Path(".git").mkdir()
    write(".gitignore", "generated/\n")
    write("generated/p/a.py", "")
    assert found(".") == []
    assert found("generated") == found("generated/p") == ["generated/p/a.py"]


def test_loops_of_links_end(write: Write) -> None:
    write("p/a.py", "")
    Path("p/loop").symlink_to("..")
    Path("p/self.py").symlink_to("self.py")
    Path("p/link.py").symlink_to("a.py")
    assert found(".") == ["p/a.py", "p/link.py"]


def test_links_to_files_elsewhere_are_taken_only_if_they_are_named(write: Write) -> None:
    write("elsewhere/a.py", "")
    write("p/b.py", "")
    Path("p/out.py").symlink_to(Path("elsewhere/a.py").absolute())
    Path("p/up.py").symlink_to("../elsewhere/a.py")
    assert found("p") == ["p/b.py"]
    assert found("p/out.py") == ["p/out.py"]
    Path("link").symlink_to("elsewhere")
    assert found("link") == ["link/a.py"]


def test_pipes_are_left_alone(write: Write) -> None:
    write("a.py", "")
    os.mkfifo("pipe.py")
    assert found(".") == ["a.py"]


def test_a_missing_path_is_reported_as_it_was_written(write: Write) -> None:
    write("a.py", "")
    result = discover(["./nowhere.py", "a.py"])
    assert result.missing == ["./nowhere.py"]
    assert len(result.files) == 1
