"""Expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from autograd_lint.syntax import tree
from autograd_lint.syntax.abstract.text import InsideString, Text
from autograd_lint.syntax.shape import Rule, rules, span

_EXPRESSIONS: dict[type, Rule[tree.Expr]] = {}
_expression = rules(_EXPRESSIONS, ast)

OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.FloorDiv: "//",
    ast.Mod: "%", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&",
    ast.BitOr: "|", ast.BitXor: "^",
    ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not",
    ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def expr(text: Text, node: ast.expr) -> tree.Expr:
    """Lower an expression."""
    return _EXPRESSIONS[type(node)](text, node)


def optional(text: Text, node: ast.expr | None) -> tree.Expr | None:
    """Lower an expression that may be left out."""
    return None if node is None else _EXPRESSIONS[type(node)](text, node)


def exprs(text: Text, nodes: Iterable[ast.expr]) -> tuple[tree.Expr, ...]:
    """Lower several expressions."""
    return tuple([_EXPRESSIONS[type(node)](text, node) for node in nodes])


@_expression("Constant")
def _constant(text: Text, node: ast.Constant) -> tree.Expr:
    return tree.Const(text.position(node), node.value)


@_expression("Name")
def _name(text: Text, node: ast.Name) -> tree.Expr:
    return tree.Name(text.position(node), node.id)


@_expression("Attribute")
def _attribute(text: Text, node: ast.Attribute) -> tree.Expr:
    return tree.Attribute(text.position(node), expr(text, node.value), node.attr)


@_expression("Subscript")
def _subscript(text: Text, node: ast.Subscript) -> tree.Expr:
    return tree.Subscript(text.position(node), expr(text, node.value), expr(text, node.slice))


@_expression("Slice")
def _slice(text: Text, node: ast.Slice) -> tree.Expr:
    return tree.Slice(
        text.position(node),
        optional(text, node.lower),
        optional(text, node.upper),
        optional(text, node.step),
    )


@_expression("Call")
def _call(text: Text, node: ast.Call) -> tree.Expr:
    return tree.Call(
        text.position(node), expr(text, node.func), arguments(text, node.args, node.keywords)
    )


def arguments(
    text: Text, positional: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> tuple[tree.Argument, ...]:
    """Lower the arguments of a call or a class header, in source order."""
    if not keywords:
        return tuple([_argument(text, node) for node in positional])
    nodes: list[ast.expr | ast.keyword] = [*positional, *keywords]
    if positional and _start(positional[-1]) > _start(keywords[0]):
        nodes.sort(key=_start)
    return tuple([_argument(text, node) for node in nodes])


def _argument(text: Text, node: ast.expr | ast.keyword) -> tree.Argument:
    if isinstance(node, ast.keyword):
        value = expr(text, node.value)
        return tree.Argument(text.position(node), value, node.arg, 0 if node.arg else 2)
    if isinstance(node, ast.Starred):
        return tree.Argument(text.position(node), expr(text, node.value), None, 1)
    return tree.Argument(text.position(node), expr(text, node), None, 0)


def _start(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


@_expression("UnaryOp")
def _unary(text: Text, node: ast.UnaryOp) -> tree.Expr:
    return tree.Unary(text.position(node), OPERATORS[type(node.op)], expr(text, node.operand))


@_expression("BinOp")
def _binary(text: Text, node: ast.BinOp) -> tree.Expr:
    # A sum of thousands of terms is that deep on its left side: without recursion.
    chain = [node]
    while isinstance(chain[-1].left, ast.BinOp):
        chain.append(chain[-1].left)
    left = expr(text, chain[-1].left)
    for node in reversed(chain):
        right = expr(text, node.right)
        left = tree.Binary(text.position(node), OPERATORS[type(node.op)], left, right)
    return left


@_expression("Compare")
def _compare(text: Text, node: ast.Compare) -> tree.Expr:
    ops = tuple([OPERATORS[type(op)] for op in node.ops])
    left = expr(text, node.left)
    return tree.Compare(text.position(node), left, ops, exprs(text, node.comparators))


@_expression("BoolOp")
def _bool_op(text: Text, node: ast.BoolOp) -> tree.Expr:
    return tree.BoolOp(text.position(node), OPERATORS[type(node.op)], exprs(text, node.values))


@_expression("IfExp")
def _ternary(text: Text, node: ast.IfExp) -> tree.Expr:
    return tree.Ternary(
        text.position(node),
        expr(text, node.test),
        expr(text, node.body),
        expr(text, node.orelse),
    )


@_expression("Tuple", "List", "Set")
def _sequence(text: Text, node: ast.Tuple | ast.List | ast.Set) -> tree.Expr:
    kind = type(node).__name__.lower()
    return tree.Sequence(text.position(node), kind, exprs(text, node.elts))


@_expression("Dict")
def _mapping(text: Text, node: ast.Dict) -> tree.Expr:
    keys = tuple([optional(text, key) for key in node.keys])
    return tree.Mapping(text.position(node), keys, exprs(text, node.values))


@_expression("Starred")
def _starred(text: Text, node: ast.Starred) -> tree.Expr:
    return tree.Starred(text.position(node), expr(text, node.value))


@_expression("ListComp", "SetComp", "GeneratorExp")
def _comprehension(text: Text, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> tree.Expr:
    kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "generator")
    element = expr(text, node.elt)
    return tree.Comprehension(
        text.position(node), kind, element, None, _clauses(text, node.generators)
    )


@_expression("DictComp")
def _dict_comprehension(text: Text, node: ast.DictComp) -> tree.Expr:
    return tree.Comprehension(
        text.position(node),
        "dict",
        expr(text, node.key),
        optional(text, node.value),
        _clauses(text, node.generators),
    )


def _clauses(text: Text, nodes: Iterable[ast.comprehension]) -> tuple[tree.Clause, ...]:
    clauses = []
    for node in nodes:
        target, source = expr(text, node.target), expr(text, node.iter)
        tests = exprs(text, node.ifs)
        place = span(target, (source, *tests)[-1])
        clauses.append(tree.Clause(place, target, source, tests, bool(node.is_async)))
    return tuple(clauses)


@_expression("NamedExpr")
def _walrus(text: Text, node: ast.NamedExpr) -> tree.Expr:
    target = tree.Name(text.position(node.target), node.target.id)
    return tree.Walrus(text.position(node), target, expr(text, node.value))


@_expression("Await")
def _await(text: Text, node: ast.Await) -> tree.Expr:
    return tree.Await(text.position(node), expr(text, node.value))


@_expression("Yield")
def _yield(text: Text, node: ast.Yield) -> tree.Expr:
    text.yields = True
    return tree.Yield(text.position(node), optional(text, node.value))


@_expression("YieldFrom")
def _yield_from(text: Text, node: ast.YieldFrom) -> tree.Expr:
    text.yields = True
    return tree.YieldFrom(text.position(node), expr(text, node.value))


@_expression("JoinedStr", "TemplateStr")
def _format(text: Text, node: Any) -> tree.Expr:
    place = text.position(node)
    inside = InsideString(place)
    plain = isinstance(node, ast.JoinedStr) and all(map(_is_plain, node.values))
    values = [expr(inside, value) for value in _formatted(node, with_text=plain)]
    text.yields = text.yields or inside.yields
    return tree.Format(place, tuple(values), plain)


def _is_plain(part: Any) -> bool:
    return isinstance(part, ast.Constant) or (part.conversion == -1 and part.format_spec is None)


def _formatted(node: Any, *, with_text: bool) -> list[ast.expr]:
    """Return the expressions in an f-string, in order."""
    found: list[ast.expr] = []
    for part in node.values:
        if not isinstance(part, ast.Constant):
            found.append(part.value)
            if part.format_spec is not None:
                found.extend(_formatted(part.format_spec, with_text=False))
        elif with_text:
            found.append(part)
    return found


@_expression("Lambda")
def _lambda(text: Text, node: ast.Lambda) -> tree.Expr:
    return tree.Function(
        text.position(node),
        name="<lambda>",
        params=parameters(text, node.args),
        decorators=(),
        returns=None,
        is_async=False,
        is_generator=False,
        _body=partial(_lambda_body, text, node.body),
    )


def _lambda_body(text: Text, value: ast.expr, function: tree.Function) -> tuple[tree.Stmt, ...]:
    text.yields = False
    body = (tree.Return(text.position(value), expr(text, value)),)
    function.is_generator = text.yields
    return body


def parameters(text: Text, node: ast.arguments) -> tuple[tree.Parameter, ...]:
    """Lower the parameters of a function, in source order."""
    found: list[tree.Parameter] = []

    def add(kind: str, arg: ast.arg | None, default: ast.expr | None = None) -> None:
        if arg is not None:
            annotation = optional(text, arg.annotation)
            value = optional(text, default)
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
