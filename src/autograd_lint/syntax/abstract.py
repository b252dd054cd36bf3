"""Lowering of Python's own `ast`: the normal way, and the fast one.

Only what is executed is lowered: a function's body waits until it is asked for.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from autograd_lint.syntax import tree
from autograd_lint.syntax.shape import Rule, deleted, rules, span


class _Text:
    """What the nodes of one parsed text share: how their positions are told."""

    __slots__ = ("shift", "yields")

    def __init__(self, shift: int) -> None:
        self.shift = shift
        """How many lines stand before this text."""
        self.yields = False
        """Whether a `yield` was lowered since the current function's body was begun."""

    def position(self, node: Any) -> tree.Position:
        """Return where a node stands."""
        shift = self.shift
        return node.lineno + shift, node.col_offset, node.end_lineno + shift, node.end_col_offset


class _WideText(_Text):
    """A text with characters beyond ASCII, for which `ast` counts columns in bytes of UTF-8."""

    __slots__ = ("continued",)

    def __init__(self, text: str, shift: int) -> None:
        super().__init__(shift)
        self.continued: dict[int, list[int]] = {
            number: [at for at, byte in enumerate(line.encode()) if byte & 0xC0 == 0x80]
            for number, line in enumerate(text.split("\n"), 1)
            if not line.isascii()
        }
        """Of each such line the bytes that do not begin a character."""

    def position(self, node: Any) -> tree.Position:
        line, column, end_line, end_column = (
            node.lineno,
            node.col_offset,
            node.end_lineno,
            node.end_col_offset,
        )
        if line in self.continued:
            column -= bisect_left(self.continued[line], column)
        if end_line in self.continued:
            end_column -= bisect_left(self.continued[end_line], end_column)
        return line + self.shift, column, end_line + self.shift, end_column


class _InsideString(_Text):
    """The inside of an f-string, where everything stands where the string does.

    Before Python 3.12, `ast` does not know better, and what is found must not depend on which
    Python looks.
    """

    __slots__ = ("place",)

    def __init__(self, place: tree.Position) -> None:
        super().__init__(0)
        self.place = place

    def position(self, node: Any) -> tree.Position:
        return self.place


_EXPRESSIONS: dict[type, Rule[tree.Expr]] = {}
_STATEMENTS: dict[type, Rule[tree.Stmt]] = {}
_PATTERNS: dict[type, Rule[tree.Pattern]] = {}
_expression, _statement = rules(_EXPRESSIONS, ast), rules(_STATEMENTS, ast)
_match_pattern = rules(_PATTERNS, ast)

_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.FloorDiv: "//",
    ast.Mod: "%", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&",
    ast.BitOr: "|", ast.BitXor: "^",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not",
    ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    """Lower a text, whose lines are numbered from `first_line`.

    Raises what `ast.parse` raises, and `RecursionError`.
    """
    module = ast.parse(text)
    shift = first_line - 1
    return _block(_Text(shift) if text.isascii() else _WideText(text, shift), module.body)


# Expressions


def _expr(text: _Text, node: ast.expr) -> tree.Expr:
    return _EXPRESSIONS[type(node)](text, node)


def _optional(text: _Text, node: ast.expr | None) -> tree.Expr | None:
    return None if node is None else _EXPRESSIONS[type(node)](text, node)


def _exprs(text: _Text, nodes: Iterable[ast.expr]) -> tuple[tree.Expr, ...]:
    return tuple([_EXPRESSIONS[type(node)](text, node) for node in nodes])


@_expression("Constant")
def _constant(text: _Text, node: ast.Constant) -> tree.Expr:
    return tree.Const(text.position(node), node.value)


@_expression("Name")
def _name(text: _Text, node: ast.Name) -> tree.Expr:
    return tree.Name(text.position(node), node.id)


@_expression("Attribute")
def _attribute(text: _Text, node: ast.Attribute) -> tree.Expr:
    return tree.Attribute(text.position(node), _expr(text, node.value), node.attr)


@_expression("Subscript")
def _subscript(text: _Text, node: ast.Subscript) -> tree.Expr:
    return tree.Subscript(text.position(node), _expr(text, node.value), _expr(text, node.slice))


@_expression("Slice")
def _slice(text: _Text, node: ast.Slice) -> tree.Expr:
    return tree.Slice(
        text.position(node),
        _optional(text, node.lower),
        _optional(text, node.upper),
        _optional(text, node.step),
    )


@_expression("Call")
def _call(text: _Text, node: ast.Call) -> tree.Expr:
    return tree.Call(
        text.position(node), _expr(text, node.func), _arguments(text, node.args, node.keywords)
    )


def _arguments(
    text: _Text, positional: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> tuple[tree.Argument, ...]:
    if not keywords:
        return tuple([_argument(text, node) for node in positional])
    nodes: list[ast.expr | ast.keyword] = [*positional, *keywords]
    if positional and _start(positional[-1]) > _start(keywords[0]):
        nodes.sort(key=_start)
    return tuple([_argument(text, node) for node in nodes])


def _argument(text: _Text, node: ast.expr | ast.keyword) -> tree.Argument:
    if isinstance(node, ast.keyword):
        value = _expr(text, node.value)
        return tree.Argument(text.position(node), value, node.arg, 0 if node.arg else 2)
    if isinstance(node, ast.Starred):
        return tree.Argument(text.position(node), _expr(text, node.value), None, 1)
    return tree.Argument(text.position(node), _expr(text, node), None, 0)


def _start(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


@_expression("UnaryOp")
def _unary(text: _Text, node: ast.UnaryOp) -> tree.Expr:
    return tree.Unary(text.position(node), _OPERATORS[type(node.op)], _expr(text, node.operand))


@_expression("BinOp")
def _binary(text: _Text, node: ast.BinOp) -> tree.Expr:
    # A sum of thousands of terms is that deep on its left side: without recursion.
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    left = _expr(text, chain[-1].left)
    for node in reversed(chain):
        right = _expr(text, node.right)
        left = tree.Binary(text.position(node), _OPERATORS[type(node.op)], left, right)
    return left


@_expression("Compare")
def _compare(text: _Text, node: ast.Compare) -> tree.Expr:
    ops = tuple([_OPERATORS[type(op)] for op in node.ops])
    left = _expr(text, node.left)
    return tree.Compare(text.position(node), left, ops, _exprs(text, node.comparators))


@_expression("BoolOp")
def _bool_op(text: _Text, node: ast.BoolOp) -> tree.Expr:
    return tree.BoolOp(text.position(node), _OPERATORS[type(node.op)], _exprs(text, node.values))


@_expression("IfExp")
def _ternary(text: _Text, node: ast.IfExp) -> tree.Expr:
    return tree.Ternary(
        text.position(node),
        _expr(text, node.test),
        _expr(text, node.body),
        _expr(text, node.orelse),
    )


@_expression("Tuple", "List", "Set")
def _sequence(text: _Text, node: ast.Tuple | ast.List | ast.Set) -> tree.Expr:
    kind = type(node).__name__.lower()
    return tree.Sequence(text.position(node), kind, _exprs(text, node.elts))


@_expression("Dict")
def _mapping(text: _Text, node: ast.Dict) -> tree.Expr:
    keys = tuple([_optional(text, key) for key in node.keys])
    return tree.Mapping(text.position(node), keys, _exprs(text, node.values))


@_expression("Starred")
def _starred(text: _Text, node: ast.Starred) -> tree.Expr:
    return tree.Starred(text.position(node), _expr(text, node.value))


@_expression("ListComp", "SetComp", "GeneratorExp")
def _comprehension(text: _Text, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> tree.Expr:
    kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "generator")
    element = _expr(text, node.elt)
    return tree.Comprehension(
        text.position(node), kind, element, None, _clauses(text, node.generators)
    )


@_expression("DictComp")
def _dict_comprehension(text: _Text, node: ast.DictComp) -> tree.Expr:
    return tree.Comprehension(
        text.position(node),
        "dict",
        _expr(text, node.key),
        _optional(text, node.value),
        _clauses(text, node.generators),
    )


def _clauses(text: _Text, nodes: Iterable[ast.comprehension]) -> tuple[tree.Clause, ...]:
    clauses = []
    for node in nodes:
        target, source = _expr(text, node.target), _expr(text, node.iter)
        tests = _exprs(text, node.ifs)
        place = span(target, (source, *tests)[-1])
        clauses.append(tree.Clause(place, target, source, tests, bool(node.is_async)))
    return tuple(clauses)


@_expression("NamedExpr")
def _walrus(text: _Text, node: ast.NamedExpr) -> tree.Expr:
    target = tree.Name(text.position(node.target), node.target.id)
    return tree.Walrus(text.position(node), target, _expr(text, node.value))


@_expression("Await")
def _await(text: _Text, node: ast.Await) -> tree.Expr:
    return tree.Await(text.position(node), _expr(text, node.value))


@_expression("Yield")
def _yield(text: _Text, node: ast.Yield) -> tree.Expr:
    text.yields = True
    return tree.Yield(text.position(node), _optional(text, node.value))


@_expression("YieldFrom")
def _yield_from(text: _Text, node: ast.YieldFrom) -> tree.Expr:
    text.yields = True
    return tree.YieldFrom(text.position(node), _expr(text, node.value))


@_expression("JoinedStr", "TemplateStr")
def _format(text: _Text, node: Any) -> tree.Expr:
    place = text.position(node)
    inside = _InsideString(place)
    values = tuple([_expr(inside, value) for value in _formatted(node)])
    text.yields = text.yields or inside.yields
    return tree.Format(place, values)


def _formatted(node: Any) -> list[ast.expr]:
    """Return the expressions in an f-string, in order."""
    found: list[ast.expr] = []
    for part in node.values:
        if not isinstance(part, ast.Constant):
            found.append(part.value)
            if part.format_spec is not None:
                found.extend(_formatted(part.format_spec))
    return found


@_expression("Lambda")
def _lambda(text: _Text, node: ast.Lambda) -> tree.Expr:
    return tree.Function(
        text.position(node),
        name="<lambda>",
        params=_parameters(text, node.args),
        decorators=(),
        returns=None,
        is_async=False,
        is_generator=False,
        _body=partial(_lambda_body, text, node.body),
    )


def _lambda_body(text: _Text, value: ast.expr, function: tree.Function) -> tuple[tree.Stmt, ...]:
    text.yields = False
    body = (tree.Return(text.position(value), _expr(text, value)),)
    function.is_generator = text.yields
    return body


def _parameters(text: _Text, node: ast.arguments) -> tuple[tree.Parameter, ...]:
    found: list[tree.Parameter] = []

    def add(kind: str, arg: ast.arg | None, default: ast.expr | None = None) -> None:
        if arg is not None:
            annotation = _optional(text, arg.annotation)
            value = _optional(text, default)
            found.append(tree.Parameter(text.position(arg), arg.arg, kind, annotation, value))

    plain = [*node.posonlyargs, *node.args]
    without = len(plain) - len(node.defaults)
    for index, arg in enumerate(plain):
        kind = "positional" if index < len(node.posonlyargs) else "plain"
        add(kind, arg, node.defaults[index - without] if index >= without else None)
    add("star", node.vararg)
    for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        add("keyword", arg, default)
    add("double", node.kwarg)
    return tuple(found)


# Statements


def _block(text: _Text, nodes: Iterable[ast.stmt]) -> tuple[tree.Stmt, ...]:
    statements: list[tree.Stmt] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            statements.extend(
                [tree.Import(text.position(name), name.name, name.asname) for name in node.names]
            )
        else:
            statements.append(_STATEMENTS[type(node)](text, node))
    return tuple(statements)


@_statement("Expr")
def _expr_stmt(text: _Text, node: ast.Expr) -> tree.Stmt:
    return tree.ExprStmt(text.position(node), _expr(text, node.value))


@_statement("Assign")
def _assign(text: _Text, node: ast.Assign) -> tree.Stmt:
    return tree.Assign(text.position(node), _exprs(text, node.targets), _expr(text, node.value))


@_statement("AnnAssign")
def _annotated(text: _Text, node: ast.AnnAssign) -> tree.Stmt:
    return tree.Annotated(
        text.position(node),
        _expr(text, node.target),
        _expr(text, node.annotation),
        _optional(text, node.value),
    )


@_statement("AugAssign")
def _augmented(text: _Text, node: ast.AugAssign) -> tree.Stmt:
    return tree.AugAssign(
        text.position(node),
        _expr(text, node.target),
        _OPERATORS[type(node.op)],
        _expr(text, node.value),
    )


@_statement("Delete")
def _delete(text: _Text, node: ast.Delete) -> tree.Stmt:
    return tree.Delete(text.position(node), deleted(_exprs(text, node.targets)))


@_statement("Return")
def _return(text: _Text, node: ast.Return) -> tree.Stmt:
    return tree.Return(text.position(node), _optional(text, node.value))


@_statement("Raise")
def _raise(text: _Text, node: ast.Raise) -> tree.Stmt:
    return tree.Raise(text.position(node), _optional(text, node.exc), _optional(text, node.cause))


@_statement("Assert")
def _assert(text: _Text, node: ast.Assert) -> tree.Stmt:
    return tree.Assert(text.position(node), _expr(text, node.test), _optional(text, node.msg))


@_statement("If")
def _if(text: _Text, node: ast.If) -> tree.Stmt:
    # As `ast` has it, hundreds of `elif` are nested as deep: without recursion.
    chain = [node]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        chain.append(node)
    orelse = _block(text, node.orelse)
    for node in reversed(chain):
        test, body = _expr(text, node.test), _block(text, node.body)
        lowered = tree.If(text.position(node), test, body, orelse)
        orelse = (lowered,)
    return lowered


@_statement("While")
def _while(text: _Text, node: ast.While) -> tree.Stmt:
    test, body = _expr(text, node.test), _block(text, node.body)
    return tree.While(text.position(node), test, body, _block(text, node.orelse))


@_statement("For", "AsyncFor")
def _for(text: _Text, node: ast.For | ast.AsyncFor) -> tree.Stmt:
    return tree.For(
        text.position(node),
        _expr(text, node.target),
        _expr(text, node.iter),
        _block(text, node.body),
        _block(text, node.orelse),
        is_async=isinstance(node, ast.AsyncFor),
    )


@_statement("With", "AsyncWith")
def _with(text: _Text, node: ast.With | ast.AsyncWith) -> tree.Stmt:
    items = []
    for item in node.items:
        context, target = _expr(text, item.context_expr), _optional(text, item.optional_vars)
        items.append(tree.WithItem(span(context, target or context), context, target))
    return tree.With(
        text.position(node),
        tuple(items),
        _block(text, node.body),
        is_async=isinstance(node, ast.AsyncWith),
    )


@_statement("Try", "TryStar")
def _try(text: _Text, node: ast.Try) -> tree.Stmt:
    handlers = [
        tree.Handler(
            text.position(handler),
            _optional(text, handler.type),
            handler.name,
            _block(text, handler.body),
        )
        for handler in node.handlers
    ]
    return tree.Try(
        text.position(node),
        _block(text, node.body),
        tuple(handlers),
        _block(text, node.orelse),
        _block(text, node.finalbody),
        is_star=not isinstance(node, ast.Try),
    )


@_statement("Match")
def _match(text: _Text, node: ast.Match) -> tree.Stmt:
    subject = _expr(text, node.subject)
    cases = []
    for case in node.cases:
        pattern, guard = _pattern(text, case.pattern), _optional(text, case.guard)
        body = _block(text, case.body)
        cases.append(tree.Case(span(pattern, body[-1]), pattern, guard, body))
    return tree.Match(text.position(node), subject, tuple(cases))


@_statement("ImportFrom")
def _import_from(text: _Text, node: ast.ImportFrom) -> tree.Stmt:
    names = tuple([(name.name, name.asname) for name in node.names])
    return tree.ImportFrom(text.position(node), node.module or "", node.level, names)


@_statement("Global")
def _global(text: _Text, node: ast.Global) -> tree.Stmt:
    return tree.Global(text.position(node), tuple(node.names))


@_statement("Nonlocal")
def _nonlocal(text: _Text, node: ast.Nonlocal) -> tree.Stmt:
    return tree.Nonlocal(text.position(node), tuple(node.names))


@_statement("FunctionDef", "AsyncFunctionDef")
def _function(text: _Text, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tree.Stmt:
    return tree.Function(
        text.position(node),
        name=node.name,
        params=_parameters(text, node.args),
        decorators=_exprs(text, node.decorator_list),
        returns=_optional(text, node.returns),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=False,
        _body=partial(_function_body, text, node.body),
    )


def _function_body(
    text: _Text, nodes: Sequence[ast.stmt], function: tree.Function
) -> tuple[tree.Stmt, ...]:
    text.yields = False
    body = _block(text, nodes)
    function.is_generator = text.yields
    return body


@_statement("ClassDef")
def _class(text: _Text, node: ast.ClassDef) -> tree.Stmt:
    return tree.Class(
        text.position(node),
        node.name,
        _arguments(text, node.bases, node.keywords),
        _exprs(text, node.decorator_list),
        _block(text, node.body),
    )


@_statement("TypeAlias")
def _type_alias(text: _Text, node: Any) -> tree.Stmt:
    return tree.TypeAliasStmt(text.position(node), node.name.id)


@_statement("Pass")
def _pass(text: _Text, node: ast.Pass) -> tree.Stmt:
    return tree.Pass(text.position(node))


@_statement("Break")
def _break(text: _Text, node: ast.Break) -> tree.Stmt:
    return tree.Break(text.position(node))


@_statement("Continue")
def _continue(text: _Text, node: ast.Continue) -> tree.Stmt:
    return tree.Continue(text.position(node))


# Patterns


def _pattern(text: _Text, node: ast.pattern) -> tree.Pattern:
    return _PATTERNS[type(node)](text, node)


def _patterns(text: _Text, nodes: Iterable[ast.pattern]) -> tuple[tree.Pattern, ...]:
    return tuple([_pattern(text, node) for node in nodes])


@_match_pattern("MatchValue")
def _match_value(text: _Text, node: ast.MatchValue) -> tree.Pattern:
    return tree.ValuePattern(text.position(node), _expr(text, node.value))


@_match_pattern("MatchSingleton")
def _match_singleton(text: _Text, node: ast.MatchSingleton) -> tree.Pattern:
    place = text.position(node)
    return tree.ValuePattern(place, tree.Const(place, node.value))


@_match_pattern("MatchSequence")
def _match_sequence(text: _Text, node: ast.MatchSequence) -> tree.Pattern:
    return tree.SequencePattern(text.position(node), _patterns(text, node.patterns))


@_match_pattern("MatchStar")
def _match_star(text: _Text, node: ast.MatchStar) -> tree.Pattern:
    return tree.StarPattern(text.position(node), node.name)


@_match_pattern("MatchMapping")
def _match_mapping(text: _Text, node: ast.MatchMapping) -> tree.Pattern:
    return tree.MappingPattern(
        text.position(node),
        _exprs(text, node.keys),
        _patterns(text, node.patterns),
        node.rest,
    )


@_match_pattern("MatchClass")
def _match_class(text: _Text, node: ast.MatchClass) -> tree.Pattern:
    keywords = zip(node.kwd_attrs, _patterns(text, node.kwd_patterns), strict=True)
    return tree.ClassPattern(
        text.position(node),
        _expr(text, node.cls),
        _patterns(text, node.patterns),
        tuple(keywords),
    )


@_match_pattern("MatchAs")
def _match_as(text: _Text, node: ast.MatchAs) -> tree.Pattern:
    pattern = None if node.pattern is None else _pattern(text, node.pattern)
    return tree.AsPattern(text.position(node), pattern, node.name)


@_match_pattern("MatchOr")
def _match_or(text: _Text, node: ast.MatchOr) -> tree.Pattern:
    return tree.OrPattern(text.position(node), _patterns(text, node.patterns))
