"""What is remembered is what would be found again, and is forgotten when that may have changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograd_lint import cache, disk, runner, worker
from autograd_lint.cache import Cache, codec
from autograd_lint.config import Config
from autograd_lint.worker import Outcome, analyse_file

FIXTURES = Path(__file__).parents[1] / "fixtures" / "AGL102"
MAIN = "import torch\nimport helper\n\nw = torch.ones(3, requires_grad=True)\nhelper.change(w)\n"
HARMLESS = "def change(t):\n    return t + 1\n"
HARMFUL = "def change(t):\n    t += 1\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(cache, "identity", lambda: b"this")  # while it is being worked on
    disk.forget()
    yield folder
    disk.forget()


def check(*paths: Path, folder: Path = Path("kept")) -> runner.Report:
    """A run of its own, as far as what it knows of the disk is concerned."""
    disk.forget()
    with closing(Cache(folder)) as used:
        named = [str(path) for path in paths] or ["."]
        return runner.check(named, lambda folder: Config(show_possible=True), cache=used)


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were analysed, as they come."""
    names: list[str] = []

    def noted(path: Path) -> Outcome:
        names.append(path.name)
        return analyse_file(path)

    monkeypatch.setattr(worker, "analyse_file", noted)
    return names


def test_what_has_not_changed_is_not_analysed_again(analysed: list[str]) -> None:
    cold, warm = check(), check()
    assert analysed == ["main.py"]
    assert warm == cold


def test_all_fixtures_come_out_the_same(analysed: list[str]) -> None:
    cold = check(FIXTURES)
    assert len(cold.findings) >= 10
    analysed.clear()
    assert check(FIXTURES) == cold
    assert analysed == []


def test_what_has_changed_is_analysed_again(project: Path, analysed: list[str]) -> None:
    check()
    (project / "main.py").write_text(MAIN + "w += 1\n")
    assert [finding.code for finding in check().findings] == ["AGL101"]
    assert analysed == ["main.py"] * 2


def test_a_file_that_is_imported_counts(project: Path, analysed: list[str]) -> None:
    helper = project / "helper.py"
    helper.write_text(HARMLESS)
    assert not check(project / "main.py").findings
    helper.write_text(HARMFUL)
    assert check(project / "main.py").findings
    helper.write_text(HARMLESS)
    assert not check(project / "main.py").findings
    assert analysed == ["main.py"] * 3


@pytest.mark.parametrize("name", ["helper.py", "helper/__init__.py", "src/helper.py"])
def test_a_module_that_appears_where_it_was_looked_for_counts(project: Path, name: str) -> None:
    assert not check(project / "main.py").findings
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text(HARMFUL)
    assert check(project / "main.py").findings


@pytest.mark.parametrize("replacement", ["nothing", "folder", "unreadable"])
def test_a_module_that_disappears_counts(project: Path, replacement: str) -> None:
    helper = project / "helper.py"
    helper.write_text(HARMFUL)
    assert check(project / "main.py").findings
    helper.unlink()
    if replacement == "folder":
        helper.mkdir()
    if replacement == "unreadable":
        helper.write_bytes(b"\xff\xfe")
    assert not check(project / "main.py").findings


def test_a_file_that_is_named_from_elsewhere_is_shown_from_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "helper.py").write_text(HARMFUL)
    kept = project / "kept"
    here = check(project / "main.py", folder=kept)
    monkeypatch.chdir(project.parent)
    there = check(project / "main.py", folder=kept)
    assert [finding.place.path for finding in here.findings] == ["helper.py"]
    assert [finding.place.path for finding in there.findings] == ["project/helper.py"]


def test_another_autograd_lint_does_not_believe_what_this_one_found(
    analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    monkeypatch.setattr(cache, "identity", lambda: b"another")
    check()
    assert analysed == ["main.py"] * 2


def test_what_a_mistake_of_ours_has_cost_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("autograd_lint.rules.analyse", fail)
        assert check().failed
    assert not check().failed


@pytest.mark.parametrize(
    "value", [b"", b"no JSON", b"[]", b'["Place"]', b'["os.system","ls"]', b"3", b"[" * 100_000]
)
def test_bytes_that_are_no_outcome_are_refused(value: bytes) -> None:
    with pytest.raises(codec.Foreign):
        codec.decoded(value)


def test_an_outcome_is_the_same_after_it_was_written_down() -> None:
    for path in FIXTURES.rglob("bad_*.py"):
        outcome = analyse_file(path)
        again = codec.decoded(codec.encoded(outcome))
        assert (again, again.inputs) == (outcome, outcome.inputs)


def test_what_is_written_down_is_text() -> None:
    json.loads(codec.encoded(analyse_file(Path("main.py"))))


def test_where_nothing_can_be_written_all_is_analysed(project: Path, analysed: list[str]) -> None:
    (project / "kept").write_text("a file is in the way")
    assert check() == check()
    assert analysed == ["main.py"] * 2
