"""Statements."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from autograd_lint.syntax import tree
from autograd_lint.syntax.abstract.expressions import (
    OPERATORS,
    arguments,
    expr,
    exprs,
    optional,
    parameters,
)
from autograd_lint.syntax.abstract.patterns import lower_pattern
from autograd_lint.syntax.abstract.text import Text
from autograd_lint.syntax.shape import Rule, deleted, rules, span

_STATEMENTS: dict[type, Rule[tree.Stmt]] = {}
_statement = rules(_STATEMENTS, ast)


def block(text: Text, nodes: Iterable[ast.stmt]) -> tuple[tree.Stmt, ...]:
    """Lower the statements of a block."""
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
def _expr_stmt(text: Text, node: ast.Expr) -> tree.Stmt:
    return tree.ExprStmt(text.position(node), expr(text, node.value))


@_statement("Assign")
def _assign(text: Text, node: ast.Assign) -> tree.Stmt:
    return tree.Assign(text.position(node), exprs(text, node.targets), expr(text, node.value))


@_statement("AnnAssign")
def _annotated(text: Text, node: ast.AnnAssign) -> tree.Stmt:
    return tree.Annotated(
        text.position(node),
        expr(text, node.target),
        expr(text, node.annotation),
        optional(text, node.value),
    )


@_statement("AugAssign")
def _augmented(text: Text, node: ast.AugAssign) -> tree.Stmt:
    return tree.AugAssign(
        text.position(node),
        expr(text, node.target),
        OPERATORS[type(node.op)],
        expr(text, node.value),
    )


@_statement("Delete")
def _delete(text: Text, node: ast.Delete) -> tree.Stmt:
    return tree.Delete(text.position(node), deleted(exprs(text, node.targets)))


@_statement("Return")
def _return(text: Text, node: ast.Return) -> tree.Stmt:
    return tree.Return(text.position(node), optional(text, node.value))


@_statement("Raise")
def _raise(text: Text, node: ast.Raise) -> tree.Stmt:
    return tree.Raise(text.position(node), optional(text, node.exc), optional(text, node.cause))


@_statement("Assert")
def _assert(text: Text, node: ast.Assert) -> tree.Stmt:
    return tree.Assert(text.position(node), expr(text, node.test), optional(text, node.msg))


@_statement("If")
def _if(text: Text, node: ast.If) -> tree.Stmt:
    # As `ast` has it, hundreds of `elif` are nested as deep: without recursion.
    chain = [node]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        chain.append(node)
    orelse = block(text, node.orelse)
    for node in reversed(chain):
        test, body = expr(text, node.test), block(text, node.body)
        lowered = tree.If(text.position(node), test, body, orelse)
        orelse = (lowered,)
    return lowered


@_statement("While")
def _while(text: Text, node: ast.While) -> tree.Stmt:
    test, body = expr(text, node.test), block(text, node.body)
    return tree.While(text.position(node), test, body, block(text, node.orelse))


@_statement("For", "AsyncFor")
def _for(text: Text, node: ast.For | ast.AsyncFor) -> tree.Stmt:
    return tree.For(
        text.position(node),
        expr(text, node.target),
        expr(text, node.iter),
        block(text, node.body),
        block(text, node.orelse),
        is_async=isinstance(node, ast.AsyncFor),
    )


@_statement("With", "AsyncWith")
def _with(text: Text, node: ast.With | ast.AsyncWith) -> tree.Stmt:
    items = []
    for item in node.items:
        context, target = expr(text, item.context_expr), optional(text, item.optional_vars)
        items.append(tree.WithItem(span(context, target or context), context, target))
    return tree.With(
        text.position(node),
        tuple(items),
        block(text, node.body),
        is_async=isinstance(node, ast.AsyncWith),
    )


@_statement("Try", "TryStar")
def _try(text: Text, node: ast.Try) -> tree.Stmt:
    handlers = [
        tree.Handler(
            text.position(handler),
            optional(text, handler.type),
            handler.name,
            block(text, handler.body),
        )
        for handler in node.handlers
    ]
    return tree.Try(
        text.position(node),
        block(text, node.body),
        tuple(handlers),
        block(text, node.orelse),
        block(text, node.finalbody),
        is_star=not isinstance(node, ast.Try),
    )


@_statement("Match")
def _match(text: Text, node: ast.Match) -> tree.Stmt:
    subject = expr(text, node.subject)
    cases = []
    for case in node.cases:
        pattern, guard = lower_pattern(text, case.pattern), optional(text, case.guard)
        body = block(text, case.body)
        cases.append(tree.Case(span(pattern, body[-1]), pattern, guard, body))
    return tree.Match(text.position(node), subject, tuple(cases))


@_statement("ImportFrom")
def _import_from(text: Text, node: ast.ImportFrom) -> tree.Stmt:
    names = tuple([(name.name, name.asname) for name in node.names])
    return tree.ImportFrom(text.position(node), node.module or "", node.level, names)


@_statement("Global")
def _global(text: Text, node: ast.Global) -> tree.Stmt:
    return tree.Global(text.position(node), tuple(node.names))


@_statement("Nonlocal")
def _nonlocal(text: Text, node: ast.Nonlocal) -> tree.Stmt:
    return tree.Nonlocal(text.position(node), tuple(node.names))


@_statement("FunctionDef", "AsyncFunctionDef")
def _function(text: Text, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tree.Stmt:
    return tree.Function(
        text.position(node),
        name=node.name,
        params=parameters(text, node.args),
        decorators=exprs(text, node.decorator_list),
        returns=optional(text, node.returns),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=False,
        _body=partial(_function_body, text, node.body),
    )


def _function_body(
    text: Text, nodes: Sequence[ast.stmt], function: tree.Function
) -> tuple[tree.Stmt, ...]:
    text.yields = False
    body = block(text, nodes)
    function.is_generator = text.yields
    return body


@_statement("ClassDef")
def _class(text: Text, node: ast.ClassDef) -> tree.Stmt:
    return tree.Class(
        text.position(node),
        node.name,
        arguments(text, node.bases, node.keywords),
        exprs(text, node.decorator_list),
        block(text, node.body),
    )


@_statement("TypeAlias")
def _type_alias(text: Text, node: Any) -> tree.Stmt:
    return tree.TypeAliasStmt(text.position(node), node.name.id)


@_statement("Pass")
def _pass(text: Text, node: ast.Pass) -> tree.Stmt:
    return tree.Pass(text.position(node))


@_statement("Break")
def _break(text: Text, node: ast.Break) -> tree.Stmt:
    return tree.Break(text.position(node))


@_statement("Continue")
def _continue(text: Text, node: ast.Continue) -> tree.Stmt:
    return tree.Continue(text.position(node))
