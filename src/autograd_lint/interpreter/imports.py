"""Imports: what is torch's, what is the program's own, and what is not seen.

A module of the program's own is executed once, along one path and unobserved: what it does wrong is
found when it is checked itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

from autograd_lint.autograd.engine import Stop
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.paths import Budget, GivenUp, Paths
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import Foreign, PyModule, Torch, Value
from autograd_lint.syntax import tree

if TYPE_CHECKING:
    from autograd_lint.source import SourceFile

MOST_MODULES = 48
"""So many modules of the program's own are followed from one file."""
_BUDGET = Budget(paths=1, steps=8_000)


class Importer:
    """Finds and executes the modules that a program imports."""

    def __init__(
        self,
        neighbours: Callable[[str], SourceFile | None],
        parse: Callable[[SourceFile], tuple[tree.Stmt, ...] | None],
    ) -> None:
        self.neighbours = neighbours
        self.parse = parse
        self.modules: dict[str, PyModule | None] = {}
        """The modules met so far, by path."""
        self.names_of: dict[int, str] = {}

    def module_name(self, scope: Scope) -> str:
        """Return what `__name__` is in a module."""
        return self.names_of.get(id(scope), "__main__")

    def module(self, machine: Machine, name: str, source: SourceFile) -> Value:
        """Return the module of an absolute name."""
        if name == "torch" or name.startswith("torch."):
            return Torch(name)
        found = self._own(machine, name, source)
        return found if found is not None else Foreign(name)

    def names(
        self, machine: Machine, node: tree.ImportFrom, source: SourceFile
    ) -> dict[str, Value]:
        """Return the names that `from … import …` binds."""
        from autograd_lint.interpreter import attributes

        module: Value
        if node.level:
            module = self._relative(machine, node, source)
        else:
            module = self.module(machine, node.module, source)
        if node.names and node.names[0][0] == "*":
            return self._all_names(module)
        bound: dict[str, Value] = {}
        for name, alias in node.names:
            if module is None:
                bound[alias or name] = Foreign(f"{node.module}.{name}".lstrip("."))
            else:
                bound[alias or name] = attributes.get_attribute(machine, module, name)
        return bound

    def submodule(self, machine: Machine, package: PyModule, name: str) -> PyModule | None:
        """Return a module of a package, by its name there."""
        path = PurePath(package.scope.source.absolute)
        if path.name != "__init__.py":
            return None
        return self._at(machine, str(path.parent / name), f"{package.name}.{name}")

    def _all_names(self, module: Value) -> dict[str, Value]:
        from autograd_lint.autograd import operators

        if isinstance(module, PyModule):
            return {
                name: value
                for name, value in module.scope.names.items()
                if not name.startswith("_")
            }
        if isinstance(module, Torch):
            return {
                name: Torch(f"{module.name}.{name}")
                for name in operators.public_names(module.name)
                if not name.startswith("_")
            }
        return {}

    def _own(self, machine: Machine, name: str, source: SourceFile) -> PyModule | None:
        relative = name.replace(".", "/")
        directory = PurePath(source.absolute).parent
        for root in (directory, *directory.parents[:6]):
            for prefix in ("", "src"):
                found = self._at(machine, str(root / prefix / relative), name)
                if found is not None:
                    return found
        return None

    def _relative(
        self, machine: Machine, node: tree.ImportFrom, source: SourceFile
    ) -> PyModule | None:
        directory = PurePath(source.absolute).parent
        for _ in range(node.level - 1):
            directory = directory.parent
        target = directory / node.module.replace(".", "/") if node.module else directory
        name = f"{directory.name}.{node.module}" if node.module else directory.name
        return self._at(machine, str(target), name)

    def _at(self, machine: Machine, path: str, name: str) -> PyModule | None:
        """Return the module whose file is at a path (without its ending)."""
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            if candidate in self.modules:
                if self.modules[candidate] is not None:
                    return self.modules[candidate]
                continue
            source = self.neighbours(candidate)
            self.modules[candidate] = None
            if source is None or len(self.names_of) >= MOST_MODULES:
                continue
            return self._execute(machine, source, candidate, name)
        return None

    def _execute(
        self, machine: Machine, source: SourceFile, path: str, name: str
    ) -> PyModule | None:
        statements = self.parse(source)
        if statements is None:
            return None
        scope = Scope(0, "module", source)
        self.names_of[id(scope)] = name
        module = self.modules[path] = PyModule(0, name, scope)
        with machine.aside(Paths(_BUDGET), scope), contextlib.suppress(Raised, Stop, GivenUp):
            machine.execute(statements, scope)
        return module
