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
from autograd_lint.failure import Failure
from autograd_lint.interpreter.machine import Machine, Raised
from autograd_lint.interpreter.paths import Budget, GivenUp, Merged, Paths
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import Foreign, ListValue, PyModule, Torch, Value
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
        self.search_path: list[str] = []
        """Folders that the program itself has put on `sys.path`."""
        self.failures: list[Failure] = []
        """Mistakes in the interpreter, which have cost the rest of a module."""
        self._namespaces: dict[str, PyModule] = {}

    def module_name(self, scope: Scope) -> str:
        """Return what `__name__` is in a module."""
        return self.names_of.get(id(scope), "__main__")

    def module(self, machine: Machine, name: str, source: SourceFile) -> Value:
        """Return the module of an absolute name, or of a relative one that begins with dots."""
        if name == "torch" or name.startswith("torch."):
            return Torch(name)
        if name.startswith("."):
            found = self._at(machine, *self._relative(name, source))
        else:
            found = self._own(machine, name, source)
        return found if found is not None else Foreign(name)

    def package(self, machine: Machine, name: str, source: SourceFile) -> Value:
        """Return what `import a.b.c` binds to `a`; what is below it becomes its attributes."""
        top, *below = name.split(".")
        module = self.module(machine, top, source)
        if not below or isinstance(module, Torch):
            return module
        found = self._own(machine, name, source)
        if found is None:
            return module
        if not isinstance(module, PyModule):
            inside = PurePath(found.folder or found.scope.source.absolute)
            module = self._namespace(str(inside.parents[len(below) - 1]), top, source)
        package = module
        for part in below:
            if package.folder is None:
                break
            child = self.submodule(machine, package, part)
            if child is None:
                folder = PurePath(package.folder) / part
                child = self._namespace(str(folder), f"{package.name}.{part}", source)
            machine.journal.touch(package.scope)
            package.scope.names[part] = package = child
        return module

    def names(
        self, machine: Machine, node: tree.ImportFrom, source: SourceFile
    ) -> dict[str, Value]:
        """Return the names that `from … import …` binds."""
        from autograd_lint.interpreter import attributes

        full = "." * node.level + node.module
        module = self.module(machine, full, source)
        if node.names and node.names[0][0] == "*":
            return self._all_names(module)
        bound: dict[str, Value] = {}
        for name, alias in node.names:
            found: Value = None
            if isinstance(module, Foreign):
                # A package without `__init__.py` is there for what is in it.
                stem = full if full.endswith(".") else f"{full}."
                found = self.module(machine, f"{stem}{name}", source)
            if not isinstance(found, PyModule):
                found = attributes.get_attribute(machine, module, name)
            bound[alias or name] = found
        return bound

    def submodule(self, machine: Machine, package: PyModule, name: str) -> PyModule | None:
        """Return a module of a package, by its name there."""
        if package.folder is None:
            return None
        return self._at(machine, str(PurePath(package.folder) / name), f"{package.name}.{name}")

    def _all_names(self, module: Value) -> dict[str, Value]:
        from autograd_lint.autograd import operators

        if isinstance(module, PyModule):
            names = module.scope.names
            declared = names.get("__all__")
            if isinstance(declared, ListValue) and not declared.open:
                listed = [name for name in declared.items if isinstance(name, str)]
                return {name: names[name] for name in listed if name in names}
            return {name: value for name, value in names.items() if not name.startswith("_")}
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
        for folder in self.search_path:
            found = self._at(machine, str(PurePath(folder) / relative), name)
            if found is not None:
                return found
        return None

    def _relative(self, name: str, source: SourceFile) -> tuple[str, str]:
        """Return the path of a module that is named from where it is imported, and its name."""
        module = name.lstrip(".")
        level = len(name) - len(module)
        directory = PurePath(source.absolute).parent
        for _ in range(level - 1):
            directory = directory.parent
        if not module:
            return str(directory), directory.name
        return str(directory / module.replace(".", "/")), f"{directory.name}.{module}"

    def _at(self, machine: Machine, path: str, name: str) -> PyModule | None:
        """Return the module whose file is at a path (without its ending)."""
        for candidate, folder in ((f"{path}.py", None), (f"{path}/__init__.py", path)):
            if candidate in self.modules:
                if self.modules[candidate] is not None:
                    return self.modules[candidate]
                continue
            source = self.neighbours(candidate)
            self.modules[candidate] = None
            if source is None or len(self.names_of) >= MOST_MODULES:
                continue
            return self._execute(machine, source, candidate, name, folder)
        return None

    def _namespace(self, folder: str, name: str, source: SourceFile) -> PyModule:
        """Return the package of a folder that has no `__init__.py`."""
        if folder not in self._namespaces:
            scope = Scope(0, "module", source)
            self._namespaces[folder] = PyModule(0, name, scope, folder)
        return self._namespaces[folder]

    def _execute(
        self, machine: Machine, source: SourceFile, path: str, name: str, folder: str | None
    ) -> PyModule | None:
        statements = self.parse(source)
        if statements is None:
            return None
        scope = Scope(0, "module", source)
        self.names_of[id(scope)] = name
        module = self.modules[path] = PyModule(0, name, scope, folder)
        with (
            machine.aside(Paths(_BUDGET), scope),
            contextlib.suppress(Raised, Stop, Merged, GivenUp),
        ):
            try:
                machine.execute(statements, scope)
            except (Raised, Stop, Merged, GivenUp, RecursionError):
                raise
            except Exception as error:  # it must not cost those that import the module
                place = source.place(machine.pos)
                self.failures.append(Failure.of(f"`{name}`", place, error))
        return module
