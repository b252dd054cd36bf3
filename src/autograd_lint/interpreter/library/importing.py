"""Imports that a program makes by calling functions, and where it tells Python to look for modules."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import Value


def _import_module(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Import the module of a known name; a relative one is taken to be meant from here."""
    name = args[0] if args else kwargs.get("name")
    if not isinstance(name, str) or not name.strip("."):
        return machine.unknown()
    return machine.importer.module(machine, name, machine.source)


def _search(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    folder = args[-1] if args else None
    if isinstance(folder, str):
        here = machine.source.absolute.parent.as_posix()
        machine.importer.search_path.append(posixpath.normpath(posixpath.join(here, folder)))
    return None


_PATHS: dict[str, Callable[..., str]] = {
    "os.path.abspath": posixpath.normpath,
    "os.path.basename": posixpath.basename,
    "os.path.dirname": posixpath.dirname,
    "os.path.join": posixpath.join,
    "os.path.normpath": posixpath.normpath,
    "os.path.realpath": posixpath.normpath,
}
"""What is done to the text of a path."""


def _path(name: str) -> Callable[[Machine, list[Value], dict[str, Value]], Value]:
    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        texts = [text for text in args if isinstance(text, str)]
        return (
            _PATHS[name](*texts) if texts and len(texts) == len(args) else machine.unknown("text")
        )

    return run


FUNCTIONS = {
    "importlib.import_module": _import_module,
    "sys.path.append": _search,
    "sys.path.insert": _search,
    **{name: _path(name) for name in _PATHS},
}
"""What stands behind these full names."""
