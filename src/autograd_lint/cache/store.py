"""A file of keys and values that many processes may use at once, and that may be lost at any time.

SQLite sees to it that a run which is killed in the middle leaves nothing half-written. What cannot
be opened, read or written is treated as if it was not there; a file that is damaged, or is none of
ours, is replaced by an empty one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from autograd_lint.source import digest

_Given = TypeVar("_Given")

MOST_BYTES = 256 * 2**20
"""Beyond this, what has not been used for longest is dropped."""
_SCHEMA = (
    "CREATE TABLE outcomes (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL) "
    "WITHOUT ROWID"
)
_PATIENCE = 2.0
"""Seconds to wait for another process that is writing, before going on without."""
_BATCH_SECONDS = 1.0
"""How much work a run that is killed may lose."""


class Store:
    """Values by their keys."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._today = int(time.time() // 86_400)
        self._connection: sqlite3.Connection | None = None
        self._waiting: dict[bytes, bytes] = {}
        self._in_use: list[bytes] = []
        """Keys that were asked for, for the first time today."""
        self._written = time.monotonic()
        if os.path.lexists(path):
            self._connection = self._attempt(self._open)

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, if it has one and that is sound."""
        row = self._attempt(lambda: self._select(key))
        if row is None:
            return None
        value, used = row
        if not isinstance(value, bytes) or value[:16] != digest(key + value[16:]):
            return None
        if used != self._today:
            self._in_use.append(key)
        return value[16:]

    def put(self, key: bytes, value: bytes) -> None:
        """Give a key a value; it is written soon, together with others."""
        self._waiting[key] = digest(key + value) + value
        if time.monotonic() - self._written > _BATCH_SECONDS:
            self._write()

    def close(self) -> None:
        """Write what is waiting, and let go of the file."""
        self._write()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _select(self, key: bytes) -> tuple[object, object] | None:
        if self._connection is None:
            return None
        query = "SELECT value, used FROM outcomes WHERE key = ?"
        found: tuple[object, object] | None = self._connection.execute(query, (key,)).fetchone()
        return found

    def _write(self) -> None:
        if self._waiting or self._in_use:
            if self._connection is None:
                self._connection = self._attempt(self._open)
            self._attempt(self._insert)
        self._waiting.clear()
        self._in_use.clear()
        self._written = time.monotonic()

    def _insert(self) -> None:
        if self._connection is None:
            return
        rows = [(key, value, self._today) for key, value in self._waiting.items()]
        used = [(self._today, key) for key in self._in_use]
        with self._transaction(self._connection) as execute:
            execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", rows)
            execute("UPDATE outcomes SET used = ? WHERE key = ?", used)
        self._shrink(self._connection)

    def _shrink(self, connection: sqlite3.Connection) -> None:
        oldest = (
            "SELECT key FROM outcomes ORDER BY used LIMIT 1 + (SELECT count(*) FROM outcomes) / 4"
        )
        while self._path.stat().st_size > self._most_bytes:
            with self._transaction(connection) as execute:
                execute(f"DELETE FROM outcomes WHERE key IN ({oldest})", [()])

    @staticmethod
    @contextlib.contextmanager
    def _transaction(
        connection: sqlite3.Connection,
    ) -> Iterator[Callable[[str, Sequence[tuple[object, ...]]], object]]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection.executemany
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                connection.execute("ROLLBACK")
            raise

    def _attempt(self, act: Callable[[], _Given | None]) -> _Given | None:
        """Do something with the file; None where that is not possible."""
        try:
            return act()
        except (sqlite3.OperationalError, OSError):  # locked, full, read-only, out of reach
            return None
        except sqlite3.DatabaseError:  # damaged, or no database at all
            self._rebuild()
            return None

    def _rebuild(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with contextlib.suppress(OSError, sqlite3.Error):
            self._path.unlink(missing_ok=True)
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        """Raises `sqlite3.DatabaseError` for what is no store of ours."""
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(os.lstat(self._path).st_mode):
                raise sqlite3.DatabaseError("not a file")
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            # Rows carry digests, so a machine that loses power may cost rows but spoil none.
            connection.execute("PRAGMA synchronous = OFF")
            schema = connection.execute("SELECT sql FROM sqlite_master").fetchall()
            if not schema:
                connection.execute("PRAGMA auto_vacuum = FULL")
                connection.execute(_SCHEMA.replace("TABLE", "TABLE IF NOT EXISTS", 1))
            elif schema != [(_SCHEMA,)]:
                raise sqlite3.DatabaseError("not ours")
        except BaseException:
            connection.close()
            raise
        return connection
