"""A program behaves under the sanitizer as it does without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

TRAINING = """
import sys
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv1d(2, 4, 3), nn.BatchNorm1d(4), nn.ReLU(inplace=True), nn.Flatten(),
                      nn.Dropout(0.3), nn.Linear(16, 3))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
for _ in range(4):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(torch.randn(5, 2, 6)), torch.randint(0, 3, (5,)))
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print(loss.item().hex())
for parameter in model.parameters():
    print(*(value.hex() for value in parameter.flatten().tolist()))
print(sys.argv[1:], __name__, __file__, sys.modules["__main__"].model is model)
"""
FAILING = """
import torch

def scaled(x):
    y = x.exp()
    y *= 2
    return y

loss = scaled(torch.ones(3, requires_grad=True)).sum()
loss.backward()
"""


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def sanitized(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return python("-m", "autograd_lint", "run", *arguments, cwd=cwd)


def test_results_arguments_and_output_are_those_of_python(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINING)

    plain = python("train.py", "--epochs", "1", cwd=tmp_path)
    watched = sanitized("train.py", "--epochs", "1", cwd=tmp_path)

    assert plain.returncode == 0
    assert (watched.returncode, watched.stdout, watched.stderr) == (0, plain.stdout, plain.stderr)


def test_a_failing_program_has_its_traceback_and_then_the_diagnosis(tmp_path: Path) -> None:
    (tmp_path / "fail.py").write_text(FAILING)

    plain = python("fail.py", cwd=tmp_path)
    watched = sanitized("fail.py", cwd=tmp_path)

    assert watched.returncode == plain.returncode == 1
    assert plain.stderr in watched.stderr
    diagnosis = watched.stderr.removeprefix(plain.stderr)
    assert diagnosis.startswith(
        "fail.py:6:5: AGL102 [error, certain] `y *= 2` writes in place to what `exp`"
    )
    assert "1. `exp` saves its result for backward here  fail.py:5:9" in diagnosis
    assert "2. it is written in place here  fail.py:6:5" in diagnosis
    assert "3. `loss.backward()` needs it here  fail.py:10:1" in diagnosis


@pytest.mark.parametrize(
    "ending", ["raise SystemExit(7)", "raise SystemExit('no data')", "1 / 0", "exit()"]
)
def test_the_exit_code_and_the_last_words_are_the_program_s(tmp_path: Path, ending: str) -> None:
    (tmp_path / "end.py").write_text(f"import torch\n{ending}\n")

    plain, watched = (run("end.py", cwd=tmp_path) for run in (python, sanitized))

    assert (watched.returncode, watched.stderr) == (plain.returncode, plain.stderr)


def test_a_module_is_run_as_python_does(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "train.py").write_text(
        "import sys\nfrom package import __name__ as name\nprint(name, __name__, sys.argv[1:], __file__)\n"
    )

    plain = python("-m", "package.train", "--lr", "1", "-o", "x", cwd=tmp_path)
    watched = sanitized("-m", "package.train", "--lr", "1", "-o", "x", cwd=tmp_path)

    assert (watched.stdout, watched.stderr) == (plain.stdout, plain.stderr)
    assert plain.returncode == watched.returncode == 0


def test_what_is_wrong_with_a_program_that_ends_well_leaves_its_exit_code(tmp_path: Path) -> None:
    text = TRAINING.replace("    optimizer.zero_grad()\n", "").replace(
        "print(sys.argv", "0 and (sys.argv"
    )
    (tmp_path / "train.py").write_text(text)

    watched = sanitized("--output-format", "concise", "train.py", cwd=tmp_path)

    assert watched.returncode == 0
    assert watched.stderr.startswith("train.py:14:5: AGL301 ")


def test_findings_go_to_a_file_in_any_format(tmp_path: Path) -> None:
    import json

    (tmp_path / "fail.py").write_text(FAILING)

    watched = sanitized("--output-format", "json", "-o", "found.json", "fail.py", cwd=tmp_path)
    (found,) = json.loads((tmp_path / "found.json").read_text())

    assert found["code"] == "AGL102"
    assert found["location"] == {"row": 6, "column": 5}
    assert "AGL102" not in watched.stderr


def test_a_script_that_does_not_exist_is_said(tmp_path: Path) -> None:
    watched = sanitized("missing.py", cwd=tmp_path)

    assert (watched.returncode, watched.stderr) == (2, "autograd-lint: missing.py: no such file\n")


def test_confirm_tells_what_the_run_bears_out_and_what_check_does_not_say(tmp_path: Path) -> None:
    text = FAILING.replace(
        "loss.backward()", "if torch.rand(()) < 0:\n    loss.backward()\nloss.backward()"
    )
    other = "\ndef unused(x):\n    z = x.exp()\n    z += 1\n    z.sum().backward()\n"
    (tmp_path / "fail.py").write_text(text.replace("\nloss = ", f"{other}\nloss = "))

    watched = sanitized("--confirm", "fail.py", cwd=tmp_path)

    assert "confirmed            fail.py:6:5: AGL102" in watched.stderr
    assert "`check` against this run, 1 file: 1 confirmed" in watched.stderr
