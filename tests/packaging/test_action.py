"""The GitHub Action's step, run by the shell that would run it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"

(STEP,) = ACTION["runs"]["steps"]


def test_it_is_a_composite_action_whose_inputs_are_optional() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert STEP["shell"] == "bash"
    assert {name: "default" in given for name, given in ACTION["inputs"].items()} == {
        "args": True,
        "version": True,
    }
    for name in ACTION["inputs"]:
        assert STEP["env"][name.upper()] == f"${{{{ inputs.{name} }}}}"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_it_installs_itself_and_annotates_the_change(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "train.py").write_text(LEAF)
    (work / "clean.py").write_text(LEAF.replace(", requires_grad=True", ""))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    source = tmp_path / "source"
    source.mkdir()
    for name in ("src", "tests/fixtures"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)

    def run(arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(tmp_path),
            "SOURCE": str(source),
            "ARGS": arguments,
            "VERSION": "",
        }
        # As GitHub runs `shell: bash`.
        command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"])
        return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)

    found = run("--select AGL1 .")
    assert found.returncode == 1, found.stderr
    assert found.stdout.startswith("::error ")
    assert ",file=train.py,line=4," in found.stdout
    assert "AGL101" in found.stdout
    assert run("clean.py").returncode == 0
