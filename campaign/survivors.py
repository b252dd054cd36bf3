"""Mistakes put into a module of autograd-lint, one at a time: which of them no program notices.

The programs are the rules' own, whose marked lines are to be flagged and nothing else.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.abc
import importlib.util
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from campaign.judge import time_limit

PACKAGE = "autograd_lint"
FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures"

_OPPOSITES: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """One that was put into a module."""

    line: int
    what: str
    source: str
    """The whole module."""


def mistakes(source: str) -> Iterator[Mistake]:
    """All that can be made in a module, each alone."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    typing_only = {id(part) for node in nodes for part in _annotations(node)}
    for number, node in enumerate(nodes):
        if id(node) in typing_only:
            continue
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[number])
            text = ast.unparse(ast.fix_missing_locations(changed))
            yield Mistake(getattr(node, "lineno", 0), what, text)


def _annotations(node: ast.AST) -> Iterator[ast.AST]:
    for name in ("annotation", "returns"):
        if isinstance(part := getattr(node, name, None), ast.AST):
            yield from ast.walk(part)


def _changes(node: ast.AST) -> Iterator[tuple[str, _Change]]:
    for name in ("op", "ops"):
        held = getattr(node, name, None)
        operator = held[0] if isinstance(held, list) else held
        if type(operator) in _OPPOSITES:
            yield f"`{_said(node)}` the other way", _Other(name)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"`{_said(node)}` without `not`", _without_not
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        yield f"`{_said(node)}` another constant", _another_constant
    if isinstance(node, ast.If | ast.IfExp):
        yield f"`if {_said(node.test)}` always", _always
    body = getattr(node, "body", None)
    if isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.With) and isinstance(body, list):
        for index, statement in enumerate(body):
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if isinstance(statement, ast.Expr | ast.Raise | ast.AugAssign) and not is_text:
                yield f"without `{_said(statement)}`", _Without(index)


class _Change:
    def __call__(self, node: ast.AST) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class _Other(_Change):
    name: str

    def __call__(self, node: ast.AST) -> None:
        held = getattr(node, self.name)
        if isinstance(held, list):
            held[0] = _OPPOSITES[type(held[0])]()
        else:
            setattr(node, self.name, _OPPOSITES[type(held)]())


@dataclass(frozen=True)
class _Without(_Change):
    index: int

    def __call__(self, node: ast.AST) -> None:
        node.body[self.index] = ast.Pass()  # type: ignore[attr-defined]


class _WithoutNot(_Change):
    def __call__(self, node: ast.AST) -> None:
        node.op = ast.UAdd()  # type: ignore[attr-defined]
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])  # type: ignore[attr-defined]


class _AnotherConstant(_Change):
    def __call__(self, node: ast.AST) -> None:
        value = node.value  # type: ignore[attr-defined]
        node.value = not value if isinstance(value, bool) else value + 1  # type: ignore[attr-defined]


class _Always(_Change):
    def __call__(self, node: ast.AST) -> None:
        node.test = ast.Constant(True)  # type: ignore[attr-defined]


_without_not, _another_constant, _always = _WithoutNot(), _AnotherConstant(), _Always()


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from another text than that on the disk."""

    def __init__(self, name: str, source: str, origin: str) -> None:
        self.name, self.source, self.origin = name, source, origin

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        """Where a module is found; none but the one."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.origin, loader=self)

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the other text."""
        exec(compile(self.source, self.origin, "exec"), module.__dict__)


def notices(name: str, origin: str, mistake: Mistake, programs: Sequence[Path]) -> bool:
    """Whether some program is judged otherwise; in a process of its own."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
    with contextlib.suppress(BaseException):
        for loaded in [module for module in sys.modules if module.partition(".")[0] == PACKAGE]:
            del sys.modules[loaded]
        sys.meta_path.insert(0, _Finder(name, mistake.source, origin))
        from autograd_lint.confirm import checking
        from autograd_lint.confirm.verdict import read

        with time_limit():
            if all(not list(checking.disagreements(read(path))) for path in programs):
                os._exit(0)
    os._exit(1)


def survivors(name: str, most: int, seed: int, every: int) -> tuple[int, list[Mistake]]:
    """How many mistakes in a module were tried, and those that no program has noticed.

    A rule is tried on its own programs, anything else on one of `every` programs of each rule.
    """
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    code = name.rpartition(".")[2].partition("_")[0].upper()
    programs = sorted(FIXTURES.glob(f"{code}/*.py"))
    if not programs:
        programs = [
            path
            for folder in sorted(FIXTURES.glob("AGL*"))
            for path in sorted(folder.glob("*.py"))[::every]
        ]
    rng = random.Random(seed)
    possible = list(mistakes(Path(spec.origin).read_text(encoding="utf-8")))
    tried = rng.sample(possible, min(most, len(possible)))
    alive = [one for one in tried if not notices(name, spec.origin, one, programs)]
    return len(tried), sorted(alive, key=lambda one: (one.line, one.what))
