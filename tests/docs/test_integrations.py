"""What docs/integrations.md tells people to write is understood by what reads it."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import click
import pytest
import yaml

from autograd_lint.cli import main

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"autograd-lint (check(?:\\? [^\n`'\"|]*)?)", PAGE)
LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_each_command_line_has_options_that_exist(command: str) -> None:
    _, *arguments = shlex.split(command.replace("\\ ", " ").replace("%", "file.py"))

    check = main.commands["check"]
    try:
        context = check.make_context("check", arguments)
    except click.UsageError as error:
        pytest.fail(error.format_message())
    assert context.params


def test_the_blocks_are_what_they_are_marked_as() -> None:
    assert [yaml.safe_load(block) for block in blocks("yaml")]
    assert [tomllib.loads(block) for block in blocks("toml")]
    assert [json.loads(block) for block in blocks("json")]


def test_the_hooks_and_the_actions_inputs_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    pre_commit, workflow, *_ = map(yaml.safe_load, blocks("yaml"))

    (repository,) = pre_commit["repos"]
    assert [h["id"] for h in repository["hooks"]] == [hook["id"] for hook in hooks]
    (step,) = (s for s in workflow["jobs"]["gradients"]["steps"] if "OWNER" in s["uses"])
    assert step["with"].keys() <= action["inputs"].keys()


def test_gitlab_is_given_the_file_that_is_written() -> None:
    (job,) = (y["autograd-lint"] for y in map(yaml.safe_load, blocks("yaml")) if "image" in str(y))

    report = job["artifacts"]["reports"]["codequality"]
    assert job["script"][-1].endswith(f"--output-file {report}")


def test_the_task_of_visual_studio_code_matches_concise_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    (task,) = json.loads(blocks("json")[0])["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(LEAF)

    output = CliRunner().invoke(main, shlex.split(task["command"])[1:]).output

    matches = [re.fullmatch(pattern["regexp"], line) for line in output.splitlines()]
    (match,) = filter(None, matches)
    keys = ("file", "line", "column", "code", "severity")
    found = [match[pattern[key]] for key in keys]
    assert found == ["train.py", "4", "1", "AGL101", "error"]
