"""The lowered tree: the few kinds of node that the interpreter executes.

Whitespace, parentheses, comments and spelling variants (`ast.JoinedStr` against
`ast.TemplateStr`, `Index`, implicit concatenation) have been left behind; what remains is what
Python would do. Each node carries its position `pos`: first line, first column, end line, end
column, with lines from 1 and columns from 0 in *characters*, end exclusive.

A `Function`'s body is lowered when it is first asked for: most functions never are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Position: TypeAlias = tuple[int, int, int, int]


@dataclass(slots=True)
class Node:
    """A node of the lowered tree."""

    pos: Position = field(compare=False, repr=False)


# Expressions


@dataclass(slots=True)
class Const(Node):
    """A literal: number, string, bytes, `True`, `False`, `None` or `...`."""

    value: object


@dataclass(slots=True)
class Name(Node):
    id: str


@dataclass(slots=True)
class Attribute(Node):
    value: Expr
    attr: str
    """Not mangled: `self.__x` stays `__x`."""


@dataclass(slots=True)
class Subscript(Node):
    value: Expr
    index: Expr


@dataclass(slots=True)
class Slice(Node):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


@dataclass(slots=True)
class Argument(Node):
    """One argument of a call; `stars` is 1 for `*value`, 2 for `**value`, else 0."""

    value: Expr
    keyword: str | None
    stars: int


@dataclass(slots=True)
class Call(Node):
    func: Expr
    args: tuple[Argument, ...]
    """In source order, positional and keyword arguments together (also in class headers)."""


@dataclass(slots=True)
class Unary(Node):
    op: str
    """`-`, `+`, `~` or `not`."""
    operand: Expr


@dataclass(slots=True)
class Binary(Node):
    op: str
    """As written: `+`, `-`, `*`, `@`, `/`, `//`, `%`, `**`, `<<`, `>>`, `&`, `|`, `^`."""
    left: Expr
    right: Expr


@dataclass(slots=True)
class Compare(Node):
    left: Expr
    ops: tuple[str, ...]
    """As written: `==`, `!=`, `<`, `<=`, `>`, `>=`, `is`, `is not`, `in`, `not in`."""
    comparators: tuple[Expr, ...]


@dataclass(slots=True)
class BoolOp(Node):
    op: str
    """`and` or `or`."""
    values: tuple[Expr, ...]
    """Flat: `a and b and c` has three values."""


@dataclass(slots=True)
class Ternary(Node):
    test: Expr
    body: Expr
    orelse: Expr


@dataclass(slots=True)
class Sequence(Node):
    kind: str
    """`tuple`, `list` or `set`."""
    elements: tuple[Expr, ...]
    """May hold `Starred`."""


@dataclass(slots=True)
class Mapping(Node):
    keys: tuple[Expr | None, ...]
    """`None` stands for `**value`."""
    values: tuple[Expr, ...]


@dataclass(slots=True)
class Starred(Node):
    value: Expr


@dataclass(slots=True)
class Clause(Node):
    """A `for … in … if …` of a comprehension."""

    target: Expr
    iter: Expr
    tests: tuple[Expr, ...]
    is_async: bool


@dataclass(slots=True)
class Comprehension(Node):
    kind: str
    """`list`, `set`, `dict` or `generator`."""
    element: Expr
    """For a dict, the key."""
    value: Expr | None
    """For a dict, the value; else `None`."""
    clauses: tuple[Clause, ...]


@dataclass(slots=True)
class Walrus(Node):
    target: Name
    value: Expr


@dataclass(slots=True)
class Await(Node):
    value: Expr


@dataclass(slots=True)
class Yield(Node):
    value: Expr | None


@dataclass(slots=True)
class YieldFrom(Node):
    value: Expr


@dataclass(slots=True)
class Format(Node):
    """An f-string (or t-string): its expressions in order, with the literal text between them.

    Where something in it has a conversion or a format specification it is not `plain`: the text is
    left out, and the specification's own expressions follow the expression that they format.
    """

    values: tuple[Expr, ...]
    plain: bool


@dataclass(slots=True)
class Parameter(Node):
    name: str
    kind: str
    """`positional` (before `/`), `plain`, `star` (`*args`), `keyword` (after `*`) or `double`
    (`**kwargs`)."""
    annotation: Expr | None
    default: Expr | None


@dataclass(slots=True)
class Function(Node):
    """A `def` or a lambda (whose name is `<lambda>` and whose body is one `Return`).

    As a lambda it is an expression; as a `def` it is a statement. `pos` spans the whole
    definition, from the `def` (or `async`) keyword and without decorators.
    """

    name: str
    params: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    is_generator: bool = field(compare=False)
    """Whether its own body (nested functions left out) holds a `yield`. Set with the body."""
    _body: tuple[Stmt, ...] | Callable[[Function], tuple[Stmt, ...]] = field(
        compare=False, repr=False
    )

    @property
    def body(self) -> tuple[Stmt, ...]:
        """The statements, lowered when first asked for."""
        if callable(self._body):
            self._body = self._body(self)
        return self._body


# Statements


@dataclass(slots=True)
class ExprStmt(Node):
    value: Expr


@dataclass(slots=True)
class Assign(Node):
    targets: tuple[Expr, ...]
    """Several for `a = b = value`."""
    value: Expr


@dataclass(slots=True)
class Annotated(Node):
    """`target: annotation` with or without `= value`."""

    target: Expr
    annotation: Expr
    value: Expr | None


@dataclass(slots=True)
class AugAssign(Node):
    target: Expr
    op: str
    """As in `Binary`, without the `=`."""
    value: Expr


@dataclass(slots=True)
class Delete(Node):
    targets: tuple[Expr, ...]


@dataclass(slots=True)
class Return(Node):
    value: Expr | None


@dataclass(slots=True)
class Raise(Node):
    exc: Expr | None
    cause: Expr | None


@dataclass(slots=True)
class Assert(Node):
    test: Expr
    msg: Expr | None


@dataclass(slots=True)
class If(Node):
    """`elif` is an `If` alone in `orelse`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


@dataclass(slots=True)
class While(Node):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


@dataclass(slots=True)
class For(Node):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool


@dataclass(slots=True)
class WithItem(Node):
    context: Expr
    target: Expr | None


@dataclass(slots=True)
class With(Node):
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool


@dataclass(slots=True)
class Handler(Node):
    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


@dataclass(slots=True)
class Try(Node):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    is_star: bool


@dataclass(slots=True)
class Case(Node):
    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


@dataclass(slots=True)
class Match(Node):
    subject: Expr
    cases: tuple[Case, ...]


@dataclass(slots=True)
class Import(Node):
    """`import name [as alias]`, one node for each name."""

    name: str
    alias: str | None


@dataclass(slots=True)
class ImportFrom(Node):
    module: str
    """Empty for `from . import x`."""
    level: int
    names: tuple[tuple[str, str | None], ...]
    """(name, alias); a star import is `(("*", None),)`."""


@dataclass(slots=True)
class Global(Node):
    names: tuple[str, ...]


@dataclass(slots=True)
class Nonlocal(Node):
    names: tuple[str, ...]


@dataclass(slots=True)
class Class(Node):
    """`pos` spans the definition from the `class` keyword, without decorators."""

    name: str
    args: tuple[Argument, ...]
    """Bases and keywords."""
    decorators: tuple[Expr, ...]
    body: tuple[Stmt, ...]


@dataclass(slots=True)
class TypeAliasStmt(Node):
    """`type X = …`; the value is not evaluated."""

    name: str


@dataclass(slots=True)
class Pass(Node):
    pass


@dataclass(slots=True)
class Break(Node):
    pass


@dataclass(slots=True)
class Continue(Node):
    pass


# Patterns of a `match`


@dataclass(slots=True)
class ValuePattern(Node):
    """A literal or dotted name, compared with `==` (`is` for `None`, `True`, `False`)."""

    value: Expr


@dataclass(slots=True)
class SequencePattern(Node):
    patterns: tuple[Pattern, ...]


@dataclass(slots=True)
class StarPattern(Node):
    """`*name` in a sequence pattern; `None` for `*_`."""

    name: str | None


@dataclass(slots=True)
class MappingPattern(Node):
    keys: tuple[Expr, ...]
    patterns: tuple[Pattern, ...]
    rest: str | None


@dataclass(slots=True)
class ClassPattern(Node):
    cls: Expr
    patterns: tuple[Pattern, ...]
    keywords: tuple[tuple[str, Pattern], ...]


@dataclass(slots=True)
class AsPattern(Node):
    """`pattern as name`; a bare name has no pattern; `_` has neither."""

    pattern: Pattern | None
    name: str | None


@dataclass(slots=True)
class OrPattern(Node):
    patterns: tuple[Pattern, ...]


Expr: TypeAlias = (
    Const | Name | Attribute | Subscript | Slice | Call | Unary | Binary | Compare | BoolOp
    | Ternary | Sequence | Mapping | Starred | Comprehension | Walrus | Await | Yield
    | YieldFrom | Format | Function
)  # fmt: skip
Stmt: TypeAlias = (
    ExprStmt | Assign | Annotated | AugAssign | Delete | Return | Raise | Assert | If | While
    | For | With | Try | Match | Import | ImportFrom | Global | Nonlocal | Function | Class
    | TypeAliasStmt | Pass | Break | Continue
)  # fmt: skip
Pattern: TypeAlias = (
    ValuePattern | SequencePattern | StarPattern | MappingPattern | ClassPattern | AsPattern
    | OrPattern
)  # fmt: skip
