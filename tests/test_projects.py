"""`check` on projects of several files, whose bug and its effect stand in different ones.

They were written without knowing how it works, each with its fixed twin. `ENTRY` names the script that
runs a project, and on a second line what the environment has to hold.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing.pool
import os
import runpy
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograd_lint import check
from autograd_lint.confirm.verdict import Program, check_says, read

FOLDER = Path(__file__).with_name("projects")
PROJECTS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def programs(project: Path) -> list[Program]:
    return [read(path) for path in sorted(project.rglob("*.py"))]


@dataclass(frozen=True)
class Raised:
    """What stopped a project: the innermost line of its own, and the message."""

    path: str
    line: int
    message: str


def run(project: Path) -> Raised | None:
    """Runs a project as its author would, in this process; tells what stopped it."""
    script, *settings = (project / "ENTRY").read_text().split()
    folders = [setting.removeprefix("PYTHONPATH=") for setting in settings]
    os.chdir(project)
    sys.path[:0] = [str(project / folder) for folder in (Path(script).parent, *folders)]
    sys.argv = [script]
    warnings.simplefilter("ignore")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(script, run_name="__main__")
    except Exception as error:
        frames = [
            (f.f_code.co_filename, line) for f, line in traceback.walk_tb(error.__traceback__)
        ]
        own = [(project / name, line) for name, line in frames if (project / name).exists()]
        inside = [(path, line) for path, line in own if project in path.parents]
        return Raised(str(inside[-1][0]), inside[-1][1], str(error))
    return None


@pytest.fixture(scope="module")
def fresh() -> Iterator[multiprocessing.pool.Pool]:
    """Processes that run one project each, with torch imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "torch._dynamo", __name__])
    with context.Pool(1, maxtasksperchild=1) as pool:
        yield pool


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_check_reports_the_marked_lines_and_nothing_else(project: Path) -> None:
    findings = check([project])

    said = []
    for program in programs(project):
        there = [f for f in findings if Path(f.place.path).resolve() == program.path]
        said += [f"{program.path.name}:{d.line}: {d.message}" for d in check_says(program, there)]
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_torch_bears_the_marks_out(project: Path, fresh: multiprocessing.pool.Pool) -> None:
    marked = [(p.path, mark) for p in programs(project) for mark in p.marks.raises]

    raised = fresh.apply(run, (project,))

    if raised is None:
        assert marked == []
        return
    ((path, mark),) = marked
    assert (raised.path, raised.line) == (str(path), mark.line)
    assert mark.part in raised.message


def test_every_bad_project_has_a_good_twin() -> None:
    names = {path.name for path in PROJECTS}
    bad = {name.removesuffix("_bad") for name in names if name.endswith("_bad")}

    assert len(bad) == 20
    assert names == {f"{name}_{kind}" for name in bad for kind in ("bad", "good")}
