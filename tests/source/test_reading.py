"""Whatever stands in a file: it is read as Python would, or one sentence says why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograd_lint.source import SourceFile, Unreadable, read, reading


def reading_of(folder: Path, content: bytes, name: str = "train.py") -> SourceFile:
    path = folder / name
    path.write_bytes(content)
    return read(path, name)


def refusal_of(folder: Path, content: bytes, name: str = "train.py") -> str:
    with pytest.raises(Unreadable) as refused:
        reading_of(folder, content, name)
    assert refused.value.path == name
    assert "\n" not in refused.value.message
    return refused.value.message


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert reading_of(tmp_path, b"\xef\xbb\xbfx = 1\n").text == "x = 1\n"


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_every_line_end_of_python_ends_a_line(tmp_path: Path, end: bytes) -> None:
    source = reading_of(tmp_path, end.join([b"a", b"b\x0c\x1c", b"c"]))
    assert source.text == "a\nb\x0c\x1c\nc\n"
    assert source.listing[None] == ("a", "b\x0c\x1c", "c")


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    source = reading_of(tmp_path, "# coding: latin-1\ns = 'é'\n".encode("latin-1"))
    assert source.text.splitlines()[1] == "s = 'é'"


def test_an_empty_file_has_one_empty_line_to_point_at(tmp_path: Path) -> None:
    source = reading_of(tmp_path, b"")
    assert source.place((1, 0, 1, 0)).line == 1


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"x = 1\ns = '\xe9'\n", "0xe9 in line 2"),
        (b"# coding: klingon\n", "unknown encoding"),
        (b"# coding: rot13\n", "rot13"),
        (b"\x7fELF\x00\x00", "binary"),
        ("import torch".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_cannot_be_decoded_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    assert part in refusal_of(tmp_path, content)


def test_a_huge_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT", 10)
    assert "too large" in refusal_of(tmp_path, b"x = 1  # longer than that\n")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable, match="not a regular file"):
        read(pipe, "pipe.py")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        read(tmp_path / "none.py", "none.py")
