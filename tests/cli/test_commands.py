"""`rule`, `confirm`, `--version`, help, and what must not be imported for them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable

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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(run: Run, shell: str) -> None:
    assert "_AUTOGRAD_LINT_COMPLETE" in run("completion", shell).stdout


def test_codes_and_names_are_completed(run: Run) -> None:
    asked = {"_AUTOGRAD_LINT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    for typed, completed in (("agl20", ["AGL201", "AGL206"]), ("leaf", ["leaf-inplace"])):
        result = run(env={**asked, "COMP_WORDS": f"autograd-lint rule {typed}"})
        assert result.stdout.split() == [f"plain,{name}" for name in completed]


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
