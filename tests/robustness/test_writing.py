"""What is written is written whole or not at all, and never over what somebody else wrote."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograd_lint import fixing, runner
from autograd_lint.cli import main
from autograd_lint.runner import Report
from autograd_lint.source import Changed, write_bytes

FIXABLE = "import torch\nw = torch.zeros(3, requires_grad=True)\nw.fill_(1.0)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "--isolated", *arguments])


def test_permissions_stay() -> None:
    path = Path("a.py")
    path.write_text("old")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link_and_the_real_file_is_written() -> None:
    Path("real").mkdir()
    Path("real/a.py").write_text("old")
    Path("b.py").symlink_to("real/a.py")
    write_bytes(Path("b.py"), b"new")
    assert Path("b.py").is_symlink()
    assert Path("real/a.py").read_text() == "new"


def test_a_file_that_has_changed_is_left_as_it_is() -> None:
    path = Path("a.py")
    path.write_text("by somebody else")
    with pytest.raises(Changed):
        write_bytes(path, b"new", before=b"old")
    assert path.read_text() == "by somebody else"
    assert [path.name for path in Path().iterdir()] == ["a.py"]


def test_nothing_is_left_behind_where_it_cannot_be_put_in_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = Path("a.py")
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_text() == "old"
    assert [path.name for path in Path().iterdir()] == ["a.py"]


def test_a_file_that_may_not_be_written_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path("a.py")
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(PermissionError):
        write_bytes(path, b"new")
    assert path.read_text() == "old"


def test_a_new_file_has_the_usual_permissions() -> None:
    write_bytes(Path("a.json"), b"new")
    Path("b.json").write_text("new")
    assert Path("a.json").stat().st_mode == Path("b.json").stat().st_mode


def test_what_is_no_file_is_written_to() -> None:
    write_bytes(Path(os.devnull), b"new")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_fix_keeps_link_and_permissions() -> None:
    Path("real.py").write_text(FIXABLE)
    Path("real.py").chmod(0o755)
    Path("a.py").symlink_to("real.py")
    result = run("--fix", "--unsafe-fixes", "a.py")
    assert "1 fixed" in result.stdout, result.output
    assert Path("a.py").is_symlink()
    assert "no_grad" in Path("real.py").read_text()
    assert stat.S_IMODE(Path("real.py").stat().st_mode) == 0o755


def test_a_file_that_changes_after_it_was_analysed_is_not_fixed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("a.py").write_text(FIXABLE)
    Path("b.py").write_text(FIXABLE)
    changed = "import torch\n\n\n" + FIXABLE
    original = runner.check

    def check(*arguments: object, **options: object) -> Report:
        report = original(*arguments, **options)  # type: ignore[arg-type]
        Path("a.py").write_text(changed)
        return report

    monkeypatch.setattr(runner, "check", check)
    result = run("--fix", "--unsafe-fixes", "a.py", "b.py")
    assert result.exit_code == 2
    assert "a.py: it has changed since it was analysed; nothing was fixed" in result.stderr
    assert Path("a.py").read_text() == changed
    assert "no_grad" in Path("b.py").read_text()


def test_a_file_that_changes_while_it_is_fixed_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("a.py").write_text(FIXABLE)
    original = fixing.fix

    def fix(*arguments: object, **options: object) -> fixing.Fixing:
        made = original(*arguments, **options)  # type: ignore[arg-type]
        Path("a.py").write_text("x = 1\n")
        return made

    monkeypatch.setattr(fixing, "fix", fix)
    result = run("--fix", "--unsafe-fixes", "a.py")
    assert result.exit_code == 2
    assert "a.py: nothing was fixed: it has changed since it was read" in result.stderr
    assert Path("a.py").read_text() == "x = 1\n"


def test_no_comments_are_added_to_a_file_that_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.py").write_text(FIXABLE)
    original = runner.check

    def check(*arguments: object, **options: object) -> Report:
        report = original(*arguments, **options)  # type: ignore[arg-type]
        Path("a.py").write_text("x = 1\n" + FIXABLE)
        return report

    monkeypatch.setattr(runner, "check", check)
    result = run("--add-noqa", "a.py")
    assert result.exit_code == 2
    assert "a.py: no comments were added: it has changed" in result.stderr
    assert Path("a.py").read_text() == "x = 1\n" + FIXABLE


def test_a_baseline_that_cannot_be_written_keeps_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    Path("a.py").write_text(FIXABLE)
    Path("known.json").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    result = run("--write-baseline", "known.json", "a.py")
    assert result.exit_code == 2
    assert "known.json: No space left on device" in result.stderr
    assert Path("known.json").read_text() == "old"
