"""Whatever lies about in a folder: a clear line for each, and the rest is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograd_lint import disk, runner, worker
from autograd_lint.cli import main
from autograd_lint.config import Config
from autograd_lint.source import Unreadable, read_bytes, reading

LEAF = "import torch\nw = torch.ones(3, requires_grad=True)\nw += 1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["check", "--isolated", "--output-format", "concise", *arguments]
    )


def lines_of(result: Result) -> list[str]:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return [line.partition(" [")[0] for line in result.stdout.splitlines() if "AGL" in line]


def test_a_folder_full_of_oddities_is_done_to_its_end() -> None:
    Path("good.py").write_text(LEAF)
    Path("folder.py").mkdir()
    Path("folder.py/inner.py").write_text(LEAF)
    os.mkfifo("pipe.py")
    Path("loop.py").symlink_to("loop.py")
    Path("nowhere.py").symlink_to("missing.py")
    Path("up").symlink_to("..")
    Path("nul.py").write_bytes(LEAF.encode() + b"\0")
    Path("utf16.py").write_bytes(LEAF.encode("utf-16"))
    Path("broken.ipynb").write_text("[" * 100_000 + "torch")
    Path("numbers.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": 1e400}], "torch": 1}'
    )
    Path("cell.ipynb").write_text('{"cells": [5], "torch": 1}')
    Path(os.fsdecode(b"\xff.py")).write_text(LEAF)
    Path(os.fsdecode(b"\xfe.py")).write_text(LEAF)
    Path("new\nline.py").write_text(LEAF)
    result = run()
    assert lines_of(result) == [
        "\\xfe.py:3:1: AGL101",
        "\\xff.py:3:1: AGL101",
        "broken.ipynb:1:1: AGL900",
        "cell.ipynb:1:1: AGL900",
        "folder.py/inner.py:3:1: AGL101",
        "good.py:3:1: AGL101",
        "new\\nline.py:3:1: AGL101",
        "nul.py:1:1: AGL900",
        "numbers.ipynb:1:1: AGL900",
        "utf16.py:1:1: AGL900",
    ]
    assert "internal error" not in result.output


def test_what_is_named_and_cannot_be_read_is_said() -> None:
    os.mkfifo("pipe.py")
    Path("loop.py").symlink_to("loop.py")
    Path("good.py").write_text(LEAF)
    result = run("pipe.py", "loop.py", "good.py")
    assert "pipe.py:1:1: not a regular file" in result.stderr
    assert "loop.py:1:1: Too many levels of symbolic links" in result.stderr
    assert "good.py:3:1: AGL101" in lines_of(result)


def test_a_very_large_file_is_not_read() -> None:
    with Path("large.py").open("wb") as file:
        file.truncate(1 << 30)
    assert "too large (1073741824 bytes" in run("large.py").stderr


def test_a_file_that_becomes_a_pipe_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.py").write_text("x = 1\n")
    regular = os.stat("a.py")
    Path("a.py").unlink()
    os.mkfifo("a.py")
    monkeypatch.setattr(reading.os, "stat", lambda *_: regular)
    with pytest.raises(Unreadable, match="not a regular file"):
        read_bytes(Path("a.py").absolute(), "a.py")


def test_a_file_that_grows_while_it_is_read_is_not_read_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("a.py").write_bytes(b"#" * 5000)
    small = os.stat(os.devnull)
    monkeypatch.setattr(reading, "MAX_TEXT", 4000)
    monkeypatch.setattr(reading.os, "fstat", lambda _: os.stat_result([0o100644, *small[1:]]))
    with pytest.raises(Unreadable, match="more than 4000 bytes"):
        read_bytes(Path("a.py").absolute(), "a.py")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_files_that_vanish_under_way_cost_no_other(
    monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text(LEAF)

    def read(path: Path, shown: str) -> bytes:
        Path("b.py").unlink(missing_ok=True)
        return read_bytes(path, shown)

    monkeypatch.setattr(worker, "read_bytes", read)
    result = run("-j", jobs, "a.py", "b.py", "c.py")
    assert "a.py:3:1: AGL101" in lines_of(result)
    assert "c.py:3:1: AGL101" in lines_of(result)


@pytest.mark.parametrize(
    "style", ["full", "grouped", "html", "sarif", "json", "gitlab", "junit", "github"]
)
def test_files_that_have_changed_since_can_be_reported(
    monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    Path("a.py").write_text(LEAF)
    original = runner.check

    def check(*arguments: object, **options: object) -> runner.Report:
        report = original(*arguments, **options)  # type: ignore[arg-type]
        Path("a.py").write_text("")
        return report

    monkeypatch.setattr(runner, "check", check)
    result = CliRunner().invoke(main, ["check", "--isolated", "--output-format", style])
    assert result.exit_code == 1
    assert "AGL101" in result.stdout


TEXTS = {
    "CRLF": LEAF.replace("\n", "\r\n"),
    "CR": LEAF.replace("\n", "\r"),
    "a byte order mark": "\ufeff" + LEAF,
    "form feeds": LEAF.replace("\n", "\n\f"),
    "no line end": LEAF.rstrip(),
    "line separators in strings": LEAF.replace("\nw =", '\ns = "\u2028\x85\x1c"; w ='),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_lines_end_where_python_says(text: str) -> None:
    Path("a.py").write_bytes(text.encode())
    (line,) = lines_of(run("a.py"))
    assert line.startswith("a.py:3:")
    assert line.endswith("AGL101")


def test_tabs_and_names_of_all_scripts() -> None:
    text = "import torch\ndef f():\n\tñ = torch.ones(3, requires_grad=True)\n\tｎ = ñ\n\tn += 1\n"
    Path("a.py").write_text(text)
    assert lines_of(run("a.py")) == ["a.py:5:2: AGL101"]


ENDLESS = {
    "branches": "def f(a, x):\n"
    + "".join(f"    if a[{i}]: x = x * {i}\n    else: x = x + {i}\n" for i in range(60)),
    "conditions in one expression": "def f(a, x):\n    y = "
    + " + ".join(f"(x if a[{i}] else -x)" for i in range(300)),
    "calls that branch": "".join(
        f"def f{i}(x, a):\n    if a > {i}: x = f{i + 1}(x, a) + f{i + 1}(x, -a)\n    return x\n"
        for i in range(22)
    ),
    "recursion": "def f(x, n):\n    return f(x, n - 1) + g(x)\ndef g(x):\n    return f(g(x), 1)\n"
    "f(1, 100)\n",
    "what calls itself unseen": "class A:\n    def __getattr__(self, n): return getattr(self, n)\n"
    "    def __bool__(self): return bool(self)\n    def __iter__(self): return iter(self)\n"
    "a = A()\na.x\nif a: pass\nfor b in a: pass\n",
    "a list that is doubled": "x = [1]\n" + "x = x + x\n" * 80,
    "a list in itself twice": "x = [1]\n" + "x = [x, x]\n" * 80 + "x == x.copy()\nf(x)\n",
    "a tuple in itself twice": "x = (1,)\n" + "x = (x, x)\n" * 80 + "{x: 1}\n",
    "a tuple in a tuple": "x = ()\n" + "x = (x,)\n" * 20_000 + "{x: 1}\n",
    "a text that is doubled": "x = 'a'\n" + "x = x + x\n" * 80 + "y = f'{x}{x}'\n",
    "a text that is filled": "x = 'a'\n" + "x = '%s%s' % (x, x)\n" * 80,
    "a number that is squared": "x = 7\n" + "x = x * x\n" * 80 + "y = x ** x\nz = 1 << x\n",
    "a range without an end": "for i in range(2 ** 70): i << 1\n",
    "loops in loops": "def f(x):\n"
    + "".join(f"{' ' * i}for i{i} in x[{i}]:\n" for i in range(1, 12))
    + f"{' ' * 12}if i1 % 3 == i2: x = x * i3\n",
    "modules that hold each other": "from torch import nn\nclass N(nn.Module):\n"
    "    def __init__(self):\n        super().__init__()\n        self.a = N()\n        self.b = self\n"
    "        self.c = nn.ModuleList([self, N()])\n    def forward(self, x):\n"
    "        for c in self.c: x = c(x)\n        return self(x)\nn = N()\nn(torch.ones(1))\nf(n)\n",
    "many bases": "class A0: pass\n"
    + "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(1, 900)),
}
"""What takes for ever, or all memory, where somebody follows it to its end."""


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_given_up_after_a_bounded_number_of_steps(text: str) -> None:
    report = runner.check_text(f"import torch\n{text}", "a.py", Config())
    assert report.failed == ()
    assert report.unread == ()


LONG = {
    "function": "def f(x):\n" + "".join(f"    x{i} = x * {i}\n" for i in range(10_000)),
    "list": f"x = [{', '.join(map(str, range(50_000)))}]\n",
    "text": f"x = '{'a' * 1_000_000}'\n",
    "sum": f"x = {' + '.join(['1'] * 2_000)}\n",
    "chain of attributes": f"x = torch{'.a' * 2_000}\n",
    "chain of elif": "if a: pass\n" + "".join(f"elif a == {i}: pass\n" for i in range(900)),
    "list of codes": f"x = 1  # noqa: {', '.join(f'AGL{i}' for i in range(1000, 1500))}\n",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_is_long_is_analysed(text: str) -> None:
    report = runner.check_text(f"import torch\n{text}", "a.py", Config())
    assert (report.files, report.failed) == (1, ())


@pytest.mark.parametrize(
    "text", ["(" * 5000 + ")" * 5000, "-" * 50_000 + "1", " + ".join("1" * 50_000)]
)
def test_what_python_cannot_parse_is_said_in_a_line(text: str) -> None:
    report = runner.check_text(f"import torch\nx = {text}\n", "a.py", Config())
    (finding,) = report.unread
    assert finding.message.startswith("this cannot be parsed: ")
    assert "\n" not in finding.message


def test_modules_that_import_each_other() -> None:
    Path("a.py").write_text("import torch\nimport b\nfrom b import *\nfrom . import a\n" + LEAF)
    Path("b.py").write_text("import torch\nimport a\nfrom a import *\nfrom .... import c\n" + LEAF)
    assert lines_of(run()) == ["a.py:7:1: AGL101", "b.py:7:1: AGL101"]


def test_an_import_does_not_lead_out_of_the_project() -> None:
    Path("secret").mkdir()
    Path("secret/helper.py").write_text("import torch\ndef change(w):\n    w += 1\n")
    Path("p").mkdir()
    Path("p/pyproject.toml").touch()
    Path("p/helper.py").symlink_to("../secret/helper.py")
    text = "import torch\nimport helper\nhelper.change(torch.ones(3, requires_grad=True))\n"
    Path("p/a.py").write_text(text)
    assert lines_of(run("p")) == []
    Path("p/helper.py").unlink()
    Path("p/helper.py").write_text(Path("secret/helper.py").read_text())
    disk.forget()
    assert lines_of(run("p")) == ["p/helper.py:3:5: AGL101"]


def test_nothing_that_is_read_is_executed() -> None:
    text = (
        "import torch, os, sys, helper\nopen('touched', 'w')\nos.system('touch touched')\n"
        "exec(\"open('touched', 'w')\")\n__import__('helper')\nx = torch.ones(1)\nx.backward()\n"
    )
    Path("a.py").write_text(text)
    Path("helper.py").write_text("open('touched', 'w')\nimport torch\n")
    Path("conftest.py").write_text("open('touched', 'w')\nimport torch\n")
    Path("torch.py").write_text("open('touched', 'w')\n")
    Path("pyproject.toml").write_text("[tool.autograd-lint]\n")
    subprocess.run(
        [sys.executable, "-m", "autograd_lint", "check", "--fix", "--unsafe-fixes", "--exit-zero"],
        check=True,
        capture_output=True,
    )
    assert not Path("touched").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", "null", '"a"', '{"version": 1}', '{"version": 1, "findings": 5}',
     '{"version": 1, "findings": [5]}', '{"version": 1, "findings": [{"fingerprint": []}]}',
     "[" * 100_000, '{"version": ' + "9" * 5000 + "}", "\ud800"],
)  # fmt: skip
def test_a_broken_baseline_is_an_error_that_names_it(text: str) -> None:
    Path("a.py").write_text(LEAF)
    Path("known.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    result = run("--baseline", "known.json")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"autograd-lint: {Path('known.json').absolute()}: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    ["[", "tool = 5", "[tool]\nautograd-lint = 5", "[tool.autograd-lint]\nselect = 5",
     "[tool.autograd-lint]\nselect = [[]]", "[tool.autograd-lint]\nper-file-ignores = { a = 1 }",
     "a = " + "[" * 5000, "\ud800", "\0"],
)  # fmt: skip
def test_a_broken_configuration_is_an_error_that_names_it(text: str) -> None:
    Path("a.py").write_text(LEAF)
    Path("pyproject.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    result = CliRunner().invoke(main, ["check", "a.py"])
    if text == "tool = 5":  # other tools may think so
        assert result.exit_code in (1, 2)
        return
    assert result.exit_code == 2, result.output
    assert "pyproject.toml" in result.stderr
    assert "Traceback" not in result.output


def test_two_runs_at_once_do_not_disturb_each_other() -> None:
    for number in range(6):
        Path(f"m{number}.py").write_text(LEAF)
    command = [sys.executable, "-m", "autograd_lint", "check", "--output-format", "json"]
    said: list[bytes] = []

    def check() -> None:
        said.append(subprocess.run(command, capture_output=True, check=False).stdout)

    threads = [threading.Thread(target=check) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said[0] == said[1]
    assert len(json.loads(said[0])) == 6


@pytest.mark.slow
def test_jobs_and_hash_seeds_do_not_change_a_byte() -> None:
    root = Path(__file__).parents[1]
    said = set()
    for jobs, seed in (("1", "1"), ("2", "2"), ("1", "3")):
        done = subprocess.run(
            [sys.executable, "-m", "autograd_lint", "check", "--isolated", "--show-possible", "--preview",
             "--no-cache", "-j", jobs, "--output-format", "json", str(root / "programs"),
             str(root / "frameworks")],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False,
        )  # fmt: skip
        said.add(done.stdout)
    assert len(said) == 1
