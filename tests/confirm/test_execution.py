"""Programs run in torch, each on its own, whatever it does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_lint.confirm import execution
from autograd_lint.confirm.execution import End, Outcome, TorchUnusable, execute

pytest.importorskip("torch")

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_programs_end_each_in_its_own_way(write: Write) -> None:
    programs = {
        write("end.py", "import torch\nassert __name__ == '__main__'\n"): Outcome(End.ENDED),
        write("exit.py", "import sys\nsys.exit(0)\n"): Outcome(End.ENDED),
        write("code.py", "\nraise SystemExit(3)\n"): Outcome(End.RAISED, 2, "SystemExit: 3"),
        write("wrong.py", "x = 1\nx.y\n"): Outcome(
            End.RAISED, 2, "AttributeError: 'int' object has no attribute 'y'"
        ),
        write("gone.py", "import os\nos._exit(5)\n"): Outcome(End.DIED, message="exit code 5"),
    }

    assert execute(list(programs)) == programs


def test_the_line_is_that_of_the_deepest_frame_in_the_file(write: Write) -> None:
    path = write(
        "deep.py",
        "import torch\n"
        "def fill(t):\n"
        "    torch.nn.init._no_grad_fill_(t, 'one')\n"
        "class Model:\n"
        "    def reset(self):\n"
        "        fill(torch.zeros(2))\n"
        "Model().reset()\n",
    )

    outcome = execute([path])[path]

    assert (outcome.end, outcome.line) == (End.RAISED, 3)


def test_a_syntax_error_has_a_line(write: Write) -> None:
    path = write("syntax.py", "x = 1\nx = = 2\n")

    assert execute([path])[path].line == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there, each program imports torch anew")
def test_a_program_that_hangs_is_stopped_and_so_is_what_it_started(
    write: Write, tmp_path: Path
) -> None:
    beat = tmp_path / "beat"
    child = f"import time\nwhile True: open({str(beat)!r}, 'a').write('x'); time.sleep(0.05)"
    path = write(
        "hang.py", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    )
    other = write("end.py", "x = 1\n")

    outcomes = execute([path, other], jobs=1, limit=2)

    assert outcomes == {path: Outcome(End.TIMEOUT), other: Outcome(End.ENDED)}
    beats = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == beats


@pytest.mark.skipif(sys.platform != "linux", reason="others do not hold programs to it")
def test_memory_is_limited(write: Write) -> None:
    path = write("greedy.py", "import torch\ntorch.ones(1 << 40, dtype=torch.uint8)\n")
    limited = write("limited.py", "import torch\nx = [torch.ones(1 << 28)]\n")

    outcomes = execute([path, limited], memory=1 << 30)

    assert [outcome.end for outcome in outcomes.values()] == [End.RAISED, End.RAISED]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_crash_costs_no_other_program(write: Write) -> None:
    crash = write("crash.py", "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    others = [write(f"end{i}.py", "x = 1\n") for i in range(3)]

    outcomes = execute([crash, *others])

    assert outcomes.pop(crash) == Outcome(End.DIED, message="killed by SIGSEGV")
    assert set(outcomes.values()) == {Outcome(End.ENDED)}


def test_programs_do_not_see_each_other(write: Write) -> None:
    one = write("one.py", "import torch\ntorch.set_grad_enabled(False)\nopen('left', 'w')\n")
    two = write(
        "two.py",
        "import os, sys, torch\n"
        "assert torch.is_grad_enabled()\n"
        "assert os.listdir() == []\n"
        "assert sys.argv == [__file__]\n"
        "assert sys.stdin.read() == ''\n"
        "print('x' * 100_000)\n",
    )

    assert set(execute([one, two], jobs=1).values()) == {Outcome(End.ENDED)}


def test_neighbouring_modules_can_be_imported(write: Write) -> None:
    write("neighbour.py", "def f(): raise ValueError('no')\n")
    path = write("main.py", "import neighbour\n\nneighbour.f()\n")

    assert execute([path])[path] == Outcome(End.RAISED, 3, "ValueError: no")


@pytest.mark.slow
def test_where_nothing_can_fork_each_program_has_an_interpreter_of_its_own(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "_CAN_FORK", False)
    monkeypatch.setattr(execution, "_STARTING", 9.0)
    programs = {
        write("wrong.py", "import torch\ntorch.ones(2).backward()\n"): End.RAISED,
        write("gone.py", "import os\nos._exit(5)\n"): End.DIED,
        write("hang.py", "while True: pass\n"): End.TIMEOUT,
    }

    outcomes = execute(list(programs), jobs=3, limit=1)

    assert {path: outcome.end for path, outcome in outcomes.items()} == programs


def test_where_torch_cannot_be_imported_it_says_so(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import a_module_that_is_not_there\n")
    monkeypatch.setattr(execution, "_CHILD", child)

    with pytest.raises(TorchUnusable, match="a_module_that_is_not_there"):
        execute([write("end.py", "x = 1\n")])


def test_no_programs_need_no_torch() -> None:
    assert execute([]) == {}
