"""Code that nobody wrote for autograd-lint: released packages and public repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

DATA = Path(__file__).parent / "data"
CLONE_FROM = "https://github.com/{owner}/{name}"
KINDS = (".py", ".ipynb", ".md")
"""What autograd-lint reads; of everything else nothing is kept."""


class NotBroughtError(Exception):
    """A source that cannot be had, and why."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A package at a version, or a repository (`owner/name`) at a commit."""

    name: str
    version: str

    @property
    def folder(self) -> str:
        """What its folder is called."""
        return self.name.replace("/", "+")

    @property
    def is_repository(self) -> bool:
        return "/" in self.name

    @classmethod
    def of(cls, text: str) -> Source:
        """`timm==1.0.31`, or `pytorch/examples@7d1f9a2c`. Raises `ValueError` for other text."""
        name, mark, version = text.partition("@" if "/" in text else "==")
        if not (mark and name and version):
            raise ValueError(f"neither package==version nor owner/name@commit: {text}")
        return cls(name.strip(), version.strip())


def listed(path: Path = DATA / "sources.txt") -> tuple[Source, ...]:
    """The sources that a file lists, one a line; `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return tuple(Source.of(line) for line in lines if line)


def bring(source: Source, into: Path, clone_from: str = CLONE_FROM) -> Path:
    """The folder of a source under `into`; what is there already is not brought again.

    Raises `NotBroughtError`.
    """
    folder = into / source.folder
    mark = into / f"{source.folder}.version"
    if mark.exists() and mark.read_text("utf-8") == source.version:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    if source.is_repository:
        lay_out(files_at(repository(source.name, into, clone_from), source.version), folder)
    else:
        lay_out(_released(source, into), folder)
    mark.write_text(source.version, "utf-8")
    return folder


def lay_out(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Writes files into a folder; a name that leads out of it is left out."""
    for name, content in files:
        path = PurePosixPath(name)
        if path.suffix in KINDS and not path.is_absolute() and ".." not in path.parts:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _released(source: Source, into: Path) -> Iterator[tuple[str, bytes]]:
    archives = into / "archives" / source.folder
    shutil.rmtree(archives, ignore_errors=True)
    wanted = f"{source.name}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    _run([*command, "--dest", str(archives), wanted])
    for archive in archives.iterdir():
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as opened:
                for name in opened.namelist():
                    if name.endswith(KINDS):
                        yield name, opened.read(name)
        else:
            with tarfile.open(archive) as tar:
                for member in tar:
                    content = tar.extractfile(member) if member.isfile() else None
                    if content is not None and member.name.endswith(KINDS):
                        yield member.name, content.read()


def repository(name: str, into: Path, clone_from: str = CLONE_FROM) -> Path:
    """The git directory of a repository, cloned unless `clone_from` is on this disk.

    Raises `NotBroughtError`.
    """
    owner, _, short = name.partition("/")
    origin = clone_from.format(owner=owner, name=short)
    for place in (Path(origin) / ".git", Path(origin)):
        if (place / "objects").is_dir():
            return place
    git_directory = into / "repositories" / name.replace("/", "+")
    if not git_directory.exists():
        _run(
            [
                "git",
                "clone",
                "--quiet",
                "--bare",
                "--filter=blob:limit=4m",
                origin,
                str(git_directory),
            ]
        )
    return git_directory


def files_at(git_directory: Path, commit: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of `KINDS` at a commit; links, and what lacks, are left out.

    Raises `NotBroughtError` where there is no such commit.
    """
    git = ["git", f"--git-dir={git_directory}"]
    # What was too large to be cloned is not fetched after all.
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
    entries = _run([*git, "ls-tree", "-r", "-z", commit]).decode("utf-8", "replace").split("\0")
    batch = subprocess.Popen(
        [*git, "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    with batch:
        assert batch.stdin is not None
        assert batch.stdout is not None
        for entry in entries:
            head, _, name = entry.partition("\t")
            if head.startswith("100") and name.endswith(KINDS):
                batch.stdin.write(head.split()[2].encode() + b"\n")
                batch.stdin.flush()
                answer = batch.stdout.readline().split()
                if answer[1:2] == [b"blob"]:
                    yield name, batch.stdout.read(int(answer[2]) + 1)[:-1]


def _run(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise NotBroughtError(done.stderr.decode("utf-8", "replace").strip() or command[0])
    return done.stdout
