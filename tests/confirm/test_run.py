"""`confirm` from paths to the exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_lint import confirm

pytest.importorskip("torch")

GOOD = "import torch\n\nx = torch.ones(2, requires_grad=True)\nx.sum().backward()\n"
BAD = (
    "import torch\n\nx = torch.ones(2, requires_grad=True)\n"
    "x[0] = 1.0  # expect: AGL101  # raises: a view of a leaf Variable\n"
)

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return write


def run(*paths: Path | str, limit: float = 60.0) -> tuple[int, list[str]]:
    lines: list[str] = []
    return confirm.run(paths, echo=lines.append, limit=limit), lines


def test_programs_that_hold_are_counted_by_rule(write: Write) -> None:
    bad, good = write("AGL101/bad_write.py", BAD), write("AGL101/good_read.py", GOOD)

    code, lines = run(bad.parent)

    assert (code, lines) == (
        0,
        [
            "rule                  bad  good  check",
            "AGL101  leaf-inplace  1/1   1/1    2/2",
            "",
            "2 programs: torch bears out 2, check agrees with the marks of 2",
        ],
    )
    assert run(good)[0] == 0


def test_a_wrong_mark_is_caught(write: Write) -> None:
    path = write("wrong.py", GOOD.replace("()\n", "()  # expect: AGL203  # raises: scalar\n"))

    code, lines = run(path)

    assert code == 1
    assert lines[:2] == [
        f"{path}:4: torch does not raise `scalar` here",
        f"{path}:4: check does not report AGL203 here",
    ]


def test_an_unmarked_bug_is_caught(write: Write) -> None:
    path = write("unmarked.py", BAD.partition("  #")[0] + "\n")

    code, lines = run(path)

    assert code == 1
    assert lines[0].startswith(f"{path}:4: torch stops here, where no mark says so: RuntimeError")
    assert lines[1].startswith(f"{path}:4: check reports AGL101 here, where no mark says so")


def test_a_hang_is_a_disagreement(write: Write) -> None:
    path = write("good_hang.py", "import torch\nwhile True:\n    pass\n")

    code, lines = run(path, limit=1)

    assert code == 1
    assert lines[0] == f"{path}: torch did not end in time"


def test_a_rule_that_does_not_exist_is_a_disagreement(write: Write) -> None:
    path = write("bad.py", BAD.replace("AGL101", "AGL199"))

    code, lines = run(path)

    assert code == 1
    assert f"{path}: check has no rule AGL199" in lines


def test_of_a_folder_only_marked_programs_are_executed(write: Write, tmp_path: Path) -> None:
    left = tmp_path / "left"
    write("code/setup.py", f"open({str(left)!r}, 'w')  # what to expect: nothing\n")
    write("code/marked.py", BAD)

    code, lines = run(tmp_path / "code")

    assert code == 0
    assert not left.exists()
    assert lines[-1].startswith("1 programs")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("notes.txt", "x", "only Python files (.py) can be confirmed"),
        ("mark.py", "x = 1  # expect: 101\n", "line 1: `101` is no rule's code"),
        ("text.py", "def f(:\n", "it is not Python"),
    ],
)
def test_what_cannot_be_run_is_said(write: Write, name: str, text: str, message: str) -> None:
    path = write(name, text)

    code, lines = run(path)

    assert code == 2
    assert lines[0].startswith(f"{path}: ")
    assert message in lines[0]


def test_paths_with_nothing_to_prove_are_errors(tmp_path: Path) -> None:
    assert run(tmp_path / "missing") == (2, [f"{tmp_path / 'missing'}: no such file or folder"])
    assert run(tmp_path) == (2, [f"{tmp_path}: no marked Python files in it"])


def test_without_torch_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "find_spec", lambda name: None)

    code, lines = run()

    assert code == 2
    assert "pip install torch" in lines[0]
