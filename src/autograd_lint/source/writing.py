"""Bytes put in the place of a file's: all of them, or none."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path


class Changed(OSError):  # noqa: N818 - not an error of whoever writes
    """The file no longer holds what was read from it, so nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EBUSY, "it has changed since it was read; nothing was written", path)


def write_bytes(path: Path, content: bytes, before: bytes | None = None) -> None:
    """Let the file at `path`, or the one that it is a link to, hold `content`.

    Whoever reads it meanwhile finds the old content or the new, and so does everybody if we are
    stopped. Its permissions stay, and its owner where that is allowed. What is no regular file (a
    terminal, a pipe) is written to as it is. Raises `OSError`, and `Changed` where the file does
    not hold `before`.
    """
    real = Path(os.path.realpath(path))
    try:
        status = real.stat()
    except FileNotFoundError:
        status = None
    if status is not None and not stat.S_ISREG(status.st_mode):
        real.write_bytes(content)
        return
    if status is not None and not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    new = real.with_name(f".autograd-lint-{os.urandom(8).hex()}.tmp")
    try:
        with new.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if status is not None:
            if hasattr(os, "chown"):
                with suppress(OSError):
                    os.chown(new, status.st_uid, status.st_gid)
            new.chmod(stat.S_IMODE(status.st_mode))
        if before is not None and real.read_bytes() != before:
            raise Changed(path)
        new.replace(real)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
