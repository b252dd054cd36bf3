"""`--watch`: checks again whenever a file changes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_lint import watching

Write = Callable[[str, str], Path]


def test_a_change_ends_the_waiting(write: Write) -> None:
    path = write("a.py", "x = 1\n")
    seen = watching.look([path])
    path.write_text("y = 22\n")
    assert watching.wait(seen, lambda: [path]) == watching.look([path]) != seen


def test_files_that_come_and_go_are_changes(write: Write) -> None:
    path = Path("a.py")
    before = watching.look([path])
    write("a.py", "x = 1\n")
    after = watching.wait(before, lambda: [path])
    path.unlink()
    assert watching.wait(after, lambda: [path]) == before == {}


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_watching_goes_on_until_it_is_interrupted(write: Write, tmp_path: Path) -> None:
    path = write("a.py", "x = torch.zeros(1)\n")
    output = tmp_path / "output"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "autograd_lint", "check", "--watch", "a.py"],
            stdout=stream,
            stderr=subprocess.STDOUT,
        )

        def wait_for(text: str, times: int = 1) -> None:
            until = time.monotonic() + 60
            while output.read_text().count(text) < times:
                assert time.monotonic() < until, output.read_text()
                assert process.poll() is None, output.read_text()
                time.sleep(0.05)

        try:
            wait_for("Watching for changes")
            assert "No findings" in output.read_text()
            path.write_text("import torch\nx = torch.zeros(1, requires_grad=True)\nx += 1\n")
            wait_for("a.py:3:1: AGL101")
            wait_for("Watching for changes", 2)
            write("pyproject.toml", "[tool.autograd-lint]\nselct = []\n")
            wait_for("selct: unknown key")
            write("pyproject.toml", "[tool.autograd-lint]\nignore = ['AGL101']\n")
            wait_for("No findings", 2)
            wait_for("Watching for changes", 4)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
        finally:
            process.kill()
    assert "Traceback" not in output.read_text()
