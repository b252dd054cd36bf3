"""`rule`, `confirm`, `--version`, help, and what must not be imported for them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import autograd_lint

Run = Callable[..., Result]


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"autograd-lint {autograd_lint.__version__}\n"


def test_rule_lists_every_rule_in_order(run: Run) -> None:
    assert run("rule").stdout == (
        "AGL101  leaf-inplace          error    What it does, in one sentence.\n"
        "AGL201  backward-twice        error    What it does, in one sentence.\n"
        "AGL206  backward-accumulates  warning  What it does, in one sentence.\n"
        "AGL701  where-guards-value    warning  What it does, in one sentence. (preview)\n"
        "AGL900  unreadable-file       error    A file that cannot be read, parsed or analysed.\n"
        "AGL901  unused-suppression    info     "
        "A comment that silences a rule where that rule has nothing to say.\n"
        "AGL902  unknown-code          warning  A comment that names a rule which does not exist.\n"
    )


@pytest.mark.parametrize("name", ["AGL101", "agl101", "leaf-inplace"])
@pytest.mark.parametrize("asked", ["rule", "--explain"])
def test_rule_prints_the_page(run: Run, asked: str, name: str) -> None:
    assert run(asked, name).stdout == (
        "AGL101 leaf-inplace [error]\n\nWhat it does, in one sentence.\n\nAnd more.\n"
    )


def test_rule_on_an_unknown_code_suggests_one(run: Run) -> None:
    result = run("rule", "AGL110")
    assert result.exit_code == 2
    assert "did you mean `AGL101`" in result.stderr
    assert run("rule", "xyz").stderr.endswith("`xyz`; `autograd-lint rule` lists all\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(run: Run, shell: str) -> None:
    assert "_AUTOGRAD_LINT_COMPLETE" in run("completion", shell).stdout


def test_codes_and_names_are_completed(run: Run) -> None:
    for typed, completed in (
        ("rule agl20", ["AGL201", "AGL206"]),
        ("rule leaf", ["leaf-inplace"]),
        ("--explain AGL7", ["AGL701"]),
        ("check --select AGL7", ["AGL701"]),
        ("check --ignore AGL1,leaf", ["AGL1,leaf-inplace"]),
    ):
        words = f"autograd-lint {typed}"
        asked = {"COMP_WORDS": words, "COMP_CWORD": f"{words.count(' ')}"}
        result = run(env={"_AUTOGRAD_LINT_COMPLETE": "bash_complete", **asked})
        assert result.stdout.split() == [f"plain,{name}" for name in completed]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes_commands_options_and_codes(tmp_path: Path) -> None:
    (tmp_path / "autograd-lint").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c \'from autograd_lint.cli import main; '
        'main(prog_name="autograd-lint")\' "$@"\n'
    )
    (tmp_path / "autograd-lint").chmod(0o755)
    script = """
    eval "$(autograd-lint completion bash)"
    for typed in chec "check --stat" "rule AGL10"; do
      COMPREPLY=() COMP_WORDS=(autograd-lint $typed) COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
      _autograd_lint_completion autograd-lint "${COMP_WORDS[-1]}" ""
      echo "${COMPREPLY[0]}"
    done
    """
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    done = subprocess.run(
        ("bash", "--norc", "-c", script),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.split() == ["check", "--statistics", "AGL101"], done.stderr


def test_help_gives_examples(run: Run) -> None:
    for arguments in ([], ["check"]):
        assert "Examples:\n    autograd-lint check " in run(*arguments, "--help").stdout


def test_confirm_without_torch_says_what_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("confirm")
    assert result.exit_code == 2
    assert "torch, which is not installed" in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_costs_no_engine(arguments: list[str]) -> None:
    code = (
        "import sys; from autograd_lint.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        "heavy = {'libcst', 'torch', 'autograd_lint.rules', 'pathspec'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
