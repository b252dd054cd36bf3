"""Statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import libcst as cst

from autograd_lint.syntax import tree
from autograd_lint.syntax.concrete.expressions import (
    arguments,
    expr,
    exprs,
    identifier,
    lower_annotation,
    operator,
    optional,
    parameters,
)
from autograd_lint.syntax.concrete.patterns import lower_pattern
from autograd_lint.syntax.concrete.text import Text
from autograd_lint.syntax.shape import Rule, deleted, rules, span

_STATEMENTS: dict[type, Rule[tree.Stmt]] = {}
_statement = rules(_STATEMENTS, cst)


def statements(text: Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Stmt, ...]:
    """Lower the statements of a block or a line."""
    lowered: list[tree.Stmt] = []
    for node in nodes:
        if isinstance(node, cst.SimpleStatementLine):
            lowered.extend(statements(text, node.body))
        elif isinstance(node, _IMPORTS):
            lowered.extend([_import(text, alias) for alias in node.names])
        else:
            lowered.append(_STATEMENTS[type(node)](text, node))
    return tuple(lowered)


def _block(text: Text, node: Any) -> tuple[tree.Stmt, ...]:
    """Lower the block of a compound statement, or of a part of one; `None` has no statements."""
    return () if node is None else statements(text, node.body.body)


def _to_end_of(
    text: Text, node: cst.CSTNode, part: Any, block: Sequence[tree.Stmt]
) -> tree.Position:
    """Return where a compound statement stands whose last part has this lowered block."""
    end = block[-1].pos[2:]
    suite = part.body
    line = suite.body[-1] if isinstance(suite, cst.IndentedBlock) else suite
    if isinstance(line, cst.SimpleStatementLine | cst.SimpleStatementSuite):
        semicolon = line.body[-1].semicolon
        if isinstance(semicolon, cst.Semicolon):
            end = text.position(semicolon)[2:]
    return text.position(node)[:2] + end


@_statement("Expr")
def _expr_stmt(text: Text, node: cst.Expr) -> tree.Stmt:
    return tree.ExprStmt(text.position(node), expr(text, node.value))


@_statement("Assign")
def _assign(text: Text, node: cst.Assign) -> tree.Stmt:
    targets = exprs(text, [target.target for target in node.targets])
    return tree.Assign(text.position(node), targets, expr(text, node.value))


@_statement("AnnAssign")
def _annotated(text: Text, node: cst.AnnAssign) -> tree.Stmt:
    return tree.Annotated(
        text.position(node),
        expr(text, node.target),
        expr(text, node.annotation.annotation),
        optional(text, node.value),
    )


@_statement("AugAssign")
def _augmented(text: Text, node: cst.AugAssign) -> tree.Stmt:
    target, value = expr(text, node.target), expr(text, node.value)
    return tree.AugAssign(text.position(node), target, operator(node.operator), value)


@_statement("Del")
def _delete(text: Text, node: cst.Del) -> tree.Stmt:
    return tree.Delete(text.position(node), deleted([expr(text, node.target)]))


@_statement("Return")
def _return(text: Text, node: cst.Return) -> tree.Stmt:
    return tree.Return(text.position(node), optional(text, node.value))


@_statement("Raise")
def _raise(text: Text, node: cst.Raise) -> tree.Stmt:
    cause = None if node.cause is None else expr(text, node.cause.item)
    return tree.Raise(text.position(node), optional(text, node.exc), cause)


@_statement("Assert")
def _assert(text: Text, node: cst.Assert) -> tree.Stmt:
    return tree.Assert(text.position(node), expr(text, node.test), optional(text, node.msg))


@_statement("If")
def _if(text: Text, node: cst.If) -> tree.Stmt:
    chain = [node]
    while isinstance(chain[-1].orelse, cst.If):
        chain.append(chain[-1].orelse)
    last: Any = chain[-1].orelse or chain[-1]
    block = _block(text, last)
    orelse = block if chain[-1].orelse else ()
    for node in reversed(chain):
        test = expr(text, node.test)
        body = block if node is last else _block(text, node)
        lowered = tree.If(_to_end_of(text, node, last, block), test, body, orelse)
        orelse = (lowered,)
    return lowered


@_statement("While")
def _while(text: Text, node: cst.While) -> tree.Stmt:
    test, body, orelse = expr(text, node.test), _block(text, node), _block(text, node.orelse)
    place = _to_end_of(text, node, node.orelse or node, orelse or body)
    return tree.While(place, test, body, orelse)


@_statement("For")
def _for(text: Text, node: cst.For) -> tree.Stmt:
    target, source = expr(text, node.target), expr(text, node.iter)
    body, orelse = _block(text, node), _block(text, node.orelse)
    place = _to_end_of(text, node, node.orelse or node, orelse or body)
    return tree.For(place, target, source, body, orelse, node.asynchronous is not None)


@_statement("With")
def _with(text: Text, node: cst.With) -> tree.Stmt:
    items = []
    for item in node.items:
        context = expr(text, item.item)
        target = None if item.asname is None else expr(text, item.asname.name)
        items.append(tree.WithItem(span(context, target or context), context, target))
    body = _block(text, node)
    is_async = node.asynchronous is not None
    return tree.With(_to_end_of(text, node, node, body), tuple(items), body, is_async)


@_statement("Try", "TryStar")
def _try(text: Text, node: cst.Try | cst.TryStar) -> tree.Stmt:
    body = _block(text, node)
    handlers = tuple([_handler(text, handler) for handler in node.handlers])
    orelse, final = _block(text, node.orelse), _block(text, node.finalbody)
    last: Any = node.finalbody or node.orelse or node.handlers[-1]
    place = _to_end_of(text, node, last, final or orelse or handlers[-1].body)
    return tree.Try(place, body, handlers, orelse, final, isinstance(node, cst.TryStar))


def _handler(text: Text, node: Any) -> tree.Handler:
    caught = optional(text, node.type)
    name = None if node.name is None else identifier(node.name.name)
    body = _block(text, node)
    return tree.Handler(_to_end_of(text, node, node, body), caught, name, body)


@_statement("Match")
def _match(text: Text, node: cst.Match) -> tree.Stmt:
    subject = expr(text, node.subject)
    cases = []
    for case in node.cases:
        pattern, guard = lower_pattern(text, case.pattern), optional(text, case.guard)
        body = _block(text, case)
        cases.append(tree.Case(span(pattern, body[-1]), pattern, guard, body))
    return tree.Match(_to_end_of(text, node, node.cases[-1], body), subject, tuple(cases))


_IMPORTS = tuple([getattr(cst, name) for name in ("Import", "LazyImport") if hasattr(cst, name)])


def _import(text: Text, alias: cst.ImportAlias) -> tree.Stmt:
    return tree.Import(text.position(alias), _dotted(alias.name), _alias(alias))


@_statement("ImportFrom", "LazyImportFrom")
def _import_from(text: Text, node: Any) -> tree.Stmt:
    if isinstance(node.names, cst.ImportStar):
        names: tuple[tuple[str, str | None], ...] = (("*", None),)
    else:
        names = tuple([(_dotted(alias.name), _alias(alias)) for alias in node.names])
    module = "" if node.module is None else _dotted(node.module)
    return tree.ImportFrom(text.position(node), module, len(node.relative), names)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{identifier(node.attr)}"
    return identifier(cst.ensure_type(node, cst.Name))


def _alias(node: cst.ImportAlias) -> str | None:
    return None if node.asname is None else _dotted(node.asname.name)


@_statement("Global")
def _global(text: Text, node: cst.Global) -> tree.Stmt:
    return tree.Global(text.position(node), tuple([identifier(item.name) for item in node.names]))


@_statement("Nonlocal")
def _nonlocal(text: Text, node: cst.Nonlocal) -> tree.Stmt:
    return tree.Nonlocal(text.position(node), tuple([identifier(item.name) for item in node.names]))


@_statement("FunctionDef")
def _function(text: Text, node: cst.FunctionDef) -> tree.Stmt:
    params = parameters(text, node.params)
    decorators = exprs(text, [decorator.decorator for decorator in node.decorators])
    returns = lower_annotation(text, node.returns)
    with text.body():
        body = _block(text, node)
        is_generator = text.yields
    return tree.Function(
        _to_end_of(text, node, node, body),
        name=identifier(node.name),
        params=params,
        decorators=decorators,
        returns=returns,
        is_async=node.asynchronous is not None,
        is_generator=is_generator,
        _body=body,
    )


@_statement("ClassDef")
def _class(text: Text, node: cst.ClassDef) -> tree.Stmt:
    args = arguments(text, [*node.bases, *node.keywords])
    decorators = exprs(text, [decorator.decorator for decorator in node.decorators])
    body = _block(text, node)
    place = _to_end_of(text, node, node, body)
    return tree.Class(place, identifier(node.name), args, decorators, body)


@_statement("TypeAlias")
def _type_alias(text: Text, node: cst.TypeAlias) -> tree.Stmt:
    return tree.TypeAliasStmt(text.position(node), identifier(node.name))


@_statement("Pass")
def _pass(text: Text, node: cst.Pass) -> tree.Stmt:
    return tree.Pass(text.position(node))


@_statement("Break")
def _break(text: Text, node: cst.Break) -> tree.Stmt:
    return tree.Break(text.position(node))


@_statement("Continue")
def _continue(text: Text, node: cst.Continue) -> tree.Stmt:
    return tree.Continue(text.position(node))
