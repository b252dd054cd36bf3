"""The store loses what it must, and never says what is not so."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_lint.cache import store
from autograd_lint.cache.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outcomes.sqlite"


def put(path: Path, **values: bytes) -> None:
    opened = Store(path)
    for key, value in values.items():
        opened.put(key.encode(), value)
    opened.close()


def get(path: Path, key: str) -> bytes | None:
    opened = Store(path)
    value = opened.get(key.encode())
    opened.close()
    return value


def test_what_is_put_is_there_in_the_next_run(path: Path) -> None:
    put(path, a=b"one", b=b"two")
    put(path, a=b"three")
    assert (get(path, "a"), get(path, "b"), get(path, "c")) == (b"three", b"two", None)


def test_nothing_is_made_where_nothing_is_put(path: Path) -> None:
    assert get(path, "a") is None
    put(path)
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"no database, but long enough to be taken for one" * 100, b"SQLite format 3\0"],
)
def test_a_file_that_is_none_of_ours_is_replaced(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert get(path, "a") is None
    put(path, a=b"one")
    assert get(path, "a") == b"one"


def test_a_database_of_another_schema_is_replaced(path: Path) -> None:
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE outcomes (key, value)")
        foreign.execute("INSERT INTO outcomes VALUES (?, ?)", (b"a", b"old"))
    foreign.close()
    assert get(path, "a") is None
    put(path, a=b"one")
    assert get(path, "a") == b"one"


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_file_says_nothing_wrong(path: Path, at: float) -> None:
    values = {f"k{number}": bytes([number]) * 3000 for number in range(60)}
    put(path, **values)
    content = bytearray(path.read_bytes())
    start = int(len(content) * at)
    content[start : start + 9000] = os.urandom(9000)
    path.write_bytes(content)
    for key, value in values.items():
        assert get(path, key) in (None, value)
    put(path, **values)
    put(path, **values)  # the first may have met the damage
    assert all(get(path, key) == value for key, value in values.items())


def test_a_truncated_file_is_replaced(path: Path) -> None:
    put(path, **{f"k{number}": b"x" * 3000 for number in range(60)})
    os.truncate(path, path.stat().st_size // 2 + 100)
    put(path, a=b"one")
    put(path, a=b"one")
    assert get(path, "a") == b"one"


def test_a_value_that_does_not_belong_to_its_key_is_none(path: Path) -> None:
    put(path, a=b"one", b=b"two")
    with sqlite3.connect(path) as opened:
        opened.execute("UPDATE outcomes SET value = (SELECT value FROM outcomes WHERE key = x'62')")
    opened.close()
    assert get(path, "a") is None
    assert get(path, "b") == b"two"


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    path.symlink_to(target)
    put(path, a=b"one")
    assert target.read_bytes() == b"precious"
    assert get(path, "a") == b"one"


def test_where_a_folder_is_in_the_way_nothing_is_kept(path: Path) -> None:
    path.mkdir()
    put(path, a=b"one")
    assert get(path, "a") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_what_cannot_be_written_can_be_read(path: Path) -> None:
    put(path, a=b"one")
    path.chmod(0o400)
    path.parent.chmod(0o500)
    put(path, b=b"two")
    assert (get(path, "a"), get(path, "b")) == (b"one", None)


def test_a_full_disk_costs_what_is_new(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, a=b"one")
    connect = sqlite3.connect

    def small(*args: object, **options: object) -> sqlite3.Connection:
        connection = connect(*args, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    put(path, b=b"x" * 100_000)
    monkeypatch.undo()
    assert (get(path, "a"), get(path, "b")) == (b"one", None)


def test_another_process_that_writes_is_not_waited_for_in_vain(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, a=b"one")
    monkeypatch.setattr(store, "_PATIENCE", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    put(path, b=b"two")
    assert get(path, "a") is None
    other.execute("ROLLBACK")
    other.close()
    assert get(path, "a") == b"one"


KILLED = """
import os, signal, sys
from pathlib import Path
from autograd_lint.cache.store import Store
opened = Store(Path(sys.argv[1]))
opened.put(b"b", b"two" * 10_000)
kill = lambda connection: os.kill(os.getpid(), signal.SIGKILL)
opened._shrink = kill if sys.argv[2] == "after" else opened._shrink
if sys.argv[2] == "during":
    opened._connection.set_progress_handler(lambda: os.kill(os.getpid(), signal.SIGKILL), 5)
opened.close()
"""


@pytest.mark.parametrize(("when", "kept"), [("during", None), ("after", b"two" * 10_000)])
def test_a_run_that_is_killed_leaves_nothing_half_written(
    path: Path, when: str, kept: bytes | None
) -> None:
    put(path, a=b"one")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (get(path, "a"), get(path, "b")) == (b"one", kept)


def test_parallel_runs_keep_all_that_they_find(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from autograd_lint.cache.store import Store\n"
        "for number in range(20):\n"
        "    opened = Store(Path(sys.argv[1]))\n"
        "    opened.put(f'{sys.argv[2]}{number}'.encode(), sys.argv[2].encode() * 500)\n"
        "    opened.close()\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(path), name])
        for name in ("a", "b", "c")
    ]
    assert [run.wait() for run in runs] == [0, 0, 0]
    for name in ("a", "b", "c"):
        assert get(path, f"{name}19") == name.encode() * 500


def test_what_has_not_been_used_for_longest_is_dropped(path: Path) -> None:
    most = 400_000
    for day in range(20):
        opened = Store(path, most)
        opened._today = day
        for number in range(20):
            opened.put(f"{day}-{number}".encode(), os.urandom(2000))
        if day:
            assert opened.get(b"0-0") is not None
        opened.close()
        assert path.stat().st_size <= most
    assert get(path, "0-0") is not None  # it was used every day
    assert get(path, "0-1") is None
    assert get(path, "19-19") is not None
