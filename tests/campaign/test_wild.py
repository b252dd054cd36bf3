"""Real code: how it is brought, checked and compared with what is kept, on a tiny example."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaign import fixed, sources, verdicts
from campaign import wild as command
from campaign.sources import NotBroughtError, Source, bring, lay_out, listed
from campaign.verdicts import Found, Verdict, Weight

WRONG = """\
import torch

w = torch.ones(3, requires_grad=True)
y = w.exp()
y += 1
y.sum().backward()
"""
RIGHT = WRONG.replace("y += 1", "y = y + 1")
FOUND = Found("me/tiny", "tiny.py", 0, 5, "AGL102")
ERROR = Weight("error", "certain")


@pytest.fixture
def clone_from(tmp_path: Path) -> str:
    """A repository `me/tiny`: a commit with a mistake, and one that mends it."""
    folder = tmp_path / "origin" / "tiny"
    folder.mkdir(parents=True)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)

    git("init", "--quiet")
    for text, tag in ((WRONG, "before"), (RIGHT, "after")):
        (folder / "tiny.py").write_text(text, "utf-8")
        (folder / "data.bin").write_bytes(b"\0")
        git("add", ".")
        git("commit", "--quiet", "--message", tag)
        git("tag", tag)
    return f"{folder.parent.as_posix()}/{{name}}"


@pytest.fixture
def run(
    tmp_path: Path, clone_from: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Runs `wild …` over the tiny repository, with data of its own."""
    monkeypatch.setattr(command, "listed", lambda: (Source("me/tiny", "before"),))
    monkeypatch.setattr(command, "SNAPSHOT", tmp_path / "snapshot.tsv")
    monkeypatch.setattr(verdicts, "VERDICTS", tmp_path / "verdicts.tsv")
    monkeypatch.setattr(fixed, "FIXED", tmp_path / "fixed.tsv")

    def run(name: str, *arguments: str) -> tuple[int, str]:
        given = [name, str(tmp_path / "wild"), *arguments, "--clone-from", clone_from]
        result = CliRunner().invoke(command.wild, given)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.stdout

    return run


def test_a_source_is_a_package_or_a_repository() -> None:
    assert Source.of("timm==1.0.31") == Source("timm", "1.0.31")
    repository = Source.of("pytorch/examples@7d1f")
    assert (repository.is_repository, repository.folder) == (True, "pytorch+examples")
    with pytest.raises(ValueError, match="timm"):
        Source.of("timm")


def test_the_listed_sources_can_be_read() -> None:
    assert len(listed()) == len({source.name for source in listed()}) > 20


def test_a_package_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/__init__.py", WRONG)
        wheel.writestr("tiny/data.bin", "")
        wheel.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    folder = bring(Source("tiny", "1.0"), tmp_path / "wild")
    assert [path.name for path in folder.rglob("*.*") if path.is_file()] == ["__init__.py"]
    with pytest.raises(NotBroughtError, match="no-such-package"):
        bring(Source("no-such-package", "1.0"), tmp_path / "wild")


def test_a_repository_is_laid_out_as_it_was_at_a_commit(tmp_path: Path, clone_from: str) -> None:
    folder = bring(Source("me/tiny", "before"), tmp_path, clone_from)
    assert (folder / "tiny.py").read_text("utf-8") == WRONG
    assert not (folder / "data.bin").exists()
    bring(Source("me/tiny", "after"), tmp_path, clone_from)
    assert (folder / "tiny.py").read_text("utf-8") == RIGHT
    with pytest.raises(NotBroughtError):
        bring(Source("me/tiny", "no-such-tag"), tmp_path, clone_from)


def test_what_is_not_on_this_disk_is_cloned(tmp_path: Path, clone_from: str) -> None:
    folder = bring(Source("me/tiny", "before"), tmp_path / "wild", f"file://{clone_from}")
    assert (folder / "tiny.py").read_text("utf-8") == WRONG


def test_a_name_that_leads_out_of_the_folder_is_left_out(tmp_path: Path) -> None:
    lay_out([("../out.py", b""), ("/out.py", b""), ("in.py", b"")], tmp_path / "folder")
    assert [path.name for path in tmp_path.rglob("*.py")] == ["in.py"]


def test_a_finding_without_a_verdict_is_new(run: Callable[..., tuple[int, str]]) -> None:
    code, shown = run("check")
    assert code == 1
    assert "new      me/tiny tiny.py:5 AGL102 [error, certain]" in shown
    assert "6 lines of Python; 0.00 wrong in 100,000" in shown


def test_what_has_its_verdict_is_silent(run: Callable[..., tuple[int, str]]) -> None:
    verdicts.save({FOUND: Verdict("before", ERROR, "wrong", "just so")}, verdicts.VERDICTS)
    assert verdicts.load(verdicts.VERDICTS)[FOUND].why == "just so"
    code, shown = run("check", "me/tiny")
    assert code == 0
    assert shown.splitlines()[1].split() == ["AGL102", "0", "1", "0", "0"]


def test_what_is_to_be_read_is_shown_with_its_code(run: Callable[..., tuple[int, str]]) -> None:
    assert "  5 | y += 1" in run("read")[1]
    assert run("read", "--again", "3") == (0, "")
    verdicts.save({FOUND: Verdict("before", ERROR, "right", "just so")}, verdicts.VERDICTS)
    assert run("read") == (0, "")
    again = run("read", "--again", "3")[1]
    assert "  5 | y += 1" in again
    assert "just so" not in again


def test_what_is_gone_or_weighs_something_else_is_told() -> None:
    known = {
        FOUND: Verdict("1", Weight("error", "likely"), "right", ""),
        Found("me/tiny", "other.ipynb", 2, 1, "AGL301"): Verdict("1", ERROR, "right", "true"),
        Found("me/tiny", "other.py", 0, 1, "AGL301"): Verdict("1", ERROR, "wrong", "mended"),
    }
    assert list(verdicts.differences({FOUND: ERROR}, known)) == [
        "changed  me/tiny tiny.py:5 AGL102 [error, likely] is now [error, certain]",
        "gone     me/tiny other.ipynb:cell 2:1 AGL301 (true)",
    ]


def test_what_is_only_wasteful_needs_no_verdict() -> None:
    assert not list(verdicts.differences({FOUND: Weight("info", "certain")}, {}))


def test_a_snapshot_shows_what_a_change_adds_and_takes_away(
    run: Callable[..., tuple[int, str]],
) -> None:
    command.SNAPSHOT.write_text("# me/tiny@before\nme/tiny\ttiny.py\t0\t4\tAGL101\n", "utf-8")
    code, shown = run("snapshot")
    assert code == 1
    assert shown.splitlines() == [
        "- me/tiny\ttiny.py\t0\t4\tAGL101",
        "+ me/tiny\ttiny.py\t0\t5\tAGL102",
    ]
    assert run("snapshot", "--write") == (0, "")
    assert run("snapshot") == (0, "")


def test_a_mended_mistake_is_looked_for_before_and_after(
    run: Callable[..., tuple[int, str]],
) -> None:
    head = "number\trepository\tcommit\tfiles\tcallers\tlines\tcodes\tmistake\n"
    rows = "1\tme/tiny\tafter\ttiny.py\t\t5\tAGL102\t+= on exp\n2\tme/tiny\tafter\ttiny.py\t\t5\tAGL101\t-\n"
    fixed.FIXED.write_text(head + rows, "utf-8")
    code, shown = run("fixed")
    assert code == 0
    assert shown.splitlines() == [
        "1    found     AGL102   me/tiny += on exp",
        "2    missed    AGL101   me/tiny -",
        "1 found, 0 possible, 1 missed",
    ]


def test_the_kept_cases_can_be_read() -> None:
    cases = fixed.cases()
    assert len(cases) >= 80
    assert all(case.files and case.lines for case in cases)


def test_every_kept_verdict_is_of_a_listed_source() -> None:
    versions = {source.name: source.version for source in sources.listed()}
    for found, verdict in verdicts.load().items():
        assert versions[found.source] == verdict.version
        assert verdict.verdict in (verdicts.RIGHT, verdicts.WRONG, verdicts.DOUBTFUL)


def test_it_is_part_of_the_campaign() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "campaign", "wild", "--help"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert {"check", "fixed", "snapshot"} <= set(shown.split())
