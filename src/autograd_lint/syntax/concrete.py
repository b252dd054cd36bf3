"""Lowering of libcst's tree, to the same tree as from Python's own `ast`.

libcst knows the newest grammar whichever Python runs, and its tree holds every character of the
text. It takes some thirty times as long.
"""

from __future__ import annotations

import ast
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider

from autograd_lint.syntax import tree
from autograd_lint.syntax.bounds import STACK, within_bounds
from autograd_lint.syntax.shape import Rule, deleted, rules, span

_Result = TypeVar("_Result")


class _Text:
    """What the nodes of one parsed text share: how their positions are told."""

    def __init__(self, ranges: Mapping[cst.CSTNode, CodeRange], shift: int) -> None:
        self.ranges = ranges
        self.shift = shift
        """How many lines stand before this text."""
        self.string: tree.Position | None = None
        """The f-string that we are in: everything in it stands where it does."""
        self.yields = False
        """Whether a `yield` was lowered since the current function's body was begun."""

    def between(self, start: CodePosition, end: CodePosition) -> tree.Position:
        """Return the position of what goes from `start` to `end`."""
        if self.string is not None:
            return self.string
        return start.line + self.shift, start.column, end.line + self.shift, end.column

    def position(self, node: cst.CSTNode) -> tree.Position:
        """Return where a node stands, without the parentheses around it."""
        place = self.ranges[node]
        return self.between(place.start, place.end)

    def start(self, node: cst.CSTNode) -> CodePosition:
        """Return where a node begins, with the parentheses around it."""
        return self.ranges[_outermost(node, "lpar", 0)].start

    def end(self, node: cst.CSTNode) -> CodePosition:
        """Return where a node ends, with the parentheses around it, and with its comma."""
        comma = getattr(node, "comma", None)
        if isinstance(comma, cst.Comma):
            return self.ranges[comma].end
        return self.ranges[_outermost(node, "rpar", -1)].end

    @contextmanager
    def body(self) -> Iterator[None]:
        """Lower a function's body: its `yield`s are not those of the function around it."""
        outer, self.yields = self.yields, False
        yield
        self.yields = outer


def _outermost(node: cst.CSTNode, side: str, index: int) -> cst.CSTNode:
    parentheses = getattr(node, side, ())
    return parentheses[index] if parentheses else node


_EXPRESSIONS: dict[type, Rule[tree.Expr]] = {}
_STATEMENTS: dict[type, Rule[tree.Stmt]] = {}
_PATTERNS: dict[type, Rule[tree.Pattern]] = {}
_expression, _statement = rules(_EXPRESSIONS, cst), rules(_STATEMENTS, cst)
_match_pattern = rules(_PATTERNS, cst)

_OPERATORS: dict[str, str] = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "MatrixMultiply": "@", "Divide": "/",
    "FloorDivide": "//", "Modulo": "%", "Power": "**", "LeftShift": "<<", "RightShift": ">>",
    "BitAnd": "&", "BitOr": "|", "BitXor": "^",
    "Plus": "+", "Minus": "-", "BitInvert": "~", "Not": "not",
    "And": "and", "Or": "or",
    "Equal": "==", "NotEqual": "!=", "LessThan": "<", "LessThanEqual": "<=",
    "GreaterThan": ">", "GreaterThanEqual": ">=",
    "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
}  # fmt: skip
_CONSTANTS = {"None": None, "True": True, "False": False}


def lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    """Lower a text, whose lines are numbered from `first_line`, all bodies included.

    Raises `SyntaxError` where libcst does not parse the text, or must not be asked to.
    """
    return _with_room(text, lambda: _lower(text, first_line))


def lower_function(text: str, place: tree.Position, first_line: int) -> tree.Function:
    """Lower the one function of a text that stands at `place`, without its decorators.

    The rest of the text is not parsed. Raises `SyntaxError` as `lower` does, and where no function
    stands there.
    """
    lines = text.split("\n")[place[0] - first_line : place[2] - first_line + 1]
    # Its lines stay as they are, strings over several lines and all: no dedenting.
    alone = "\n".join([*(["if 1:"] if place[1] else []), *lines, ""])
    begins = place[0] - (1 if place[1] else 0)
    found: object = _with_room(alone, lambda: _lower(alone, begins))[0]
    if isinstance(found, tree.If):
        found = found.body[0]
    if not isinstance(found, tree.Function) or found.pos != place:
        raise SyntaxError("there is no function here")
    return found


def _lower(text: str, first_line: int) -> tuple[tree.Stmt, ...]:
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message) from None
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)  # a parsed tree has no node twice
    lowering = _Text(wrapper.resolve(PositionProvider), first_line - 1)
    return _statements(lowering, module.body)


def _with_room(text: str, work: Callable[[], _Result]) -> _Result:
    """Do what needs a large stack, which not every thread has."""
    if not within_bounds(text):
        raise SyntaxError("it is too large or too deeply nested")
    before = threading.stack_size(STACK)
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(work).result()
    finally:
        threading.stack_size(before)


# Expressions


def _expr(text: _Text, node: cst.CSTNode) -> tree.Expr:
    return _EXPRESSIONS[type(node)](text, node)


def _optional(text: _Text, node: cst.CSTNode | None) -> tree.Expr | None:
    return None if node is None else _expr(text, node)


def _exprs(text: _Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Expr, ...]:
    return tuple([_expr(text, node) for node in nodes])


def _identifier(node: cst.Name) -> str:
    """Return a name as Python compares it."""
    return unicodedata.normalize("NFKC", node.value)


@_expression("Name")
def _name(text: _Text, node: cst.Name) -> tree.Expr:
    if node.value in _CONSTANTS:
        return tree.Const(text.position(node), _CONSTANTS[node.value])
    return tree.Name(text.position(node), _identifier(node))


@_expression("Integer", "Float", "Imaginary", "SimpleString")
def _literal(text: _Text, node: Any) -> tree.Expr:
    return tree.Const(text.position(node), ast.literal_eval(node.value))


@_expression("Ellipsis")
def _ellipsis(text: _Text, node: cst.Ellipsis) -> tree.Expr:
    return tree.Const(text.position(node), ...)


@_expression("ConcatenatedString", "FormattedString", "TemplatedString")
def _string(text: _Text, node: cst.BaseString) -> tree.Expr:
    place = text.position(node)
    parts = list(_parts(node))
    if all(isinstance(part, cst.SimpleString) for part in parts):
        values = [ast.literal_eval(part.value) for part in parts]
        if len({type(value) for value in values}) > 1:
            raise SyntaxError("cannot mix bytes and nonbytes literals")
        return tree.Const(place, type(values[0])().join(values))
    outer, text.string = text.string, text.string or place
    formatted = [
        _expr(text, value)
        for part in parts
        if not isinstance(part, cst.SimpleString)
        for value in _formatted(part.parts)
    ]
    text.string = outer
    return tree.Format(place, tuple(formatted))


def _parts(node: Any) -> Iterator[Any]:
    """Go through the strings that stand next to each other."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _formatted(parts: Iterable[Any]) -> Iterator[cst.BaseExpression]:
    """Go through the expressions in an f-string, in order."""
    for part in parts:
        expression = getattr(part, "expression", None)
        if expression is not None:
            yield expression
            yield from _formatted(part.format_spec or ())


@_expression("Attribute")
def _attribute(text: _Text, node: cst.Attribute) -> tree.Expr:
    return tree.Attribute(text.position(node), _expr(text, node.value), _identifier(node.attr))


@_expression("Subscript")
def _subscript(text: _Text, node: cst.Subscript) -> tree.Expr:
    value = _expr(text, node.value)
    first, last = node.slice[0], node.slice[-1]
    indices = _exprs(text, [element.slice for element in node.slice])
    index = indices[0]
    if isinstance(first.comma, cst.Comma) or isinstance(index, tree.Starred):
        place = text.between(text.start(first), text.end(last))
        index = tree.Sequence(place, "tuple", indices)
    return tree.Subscript(text.position(node), value, index)


@_expression("Index")
def _index(text: _Text, node: cst.Index) -> tree.Expr:
    value = _expr(text, node.value)
    return value if node.star is None else tree.Starred(text.position(node), value)


@_expression("Slice")
def _slice(text: _Text, node: cst.Slice) -> tree.Expr:
    marks = [node.lower, node.first_colon, node.upper, node.second_colon, node.step]
    present = [mark for mark in marks if isinstance(mark, cst.CSTNode)]
    return tree.Slice(
        text.between(text.start(present[0]), text.end(present[-1])),
        _optional(text, node.lower),
        _optional(text, node.upper),
        _optional(text, node.step),
    )


@_expression("Call")
def _call(text: _Text, node: cst.Call) -> tree.Expr:
    function, args = _expr(text, node.func), _arguments(text, node.args)
    if len(args) == 1 and isinstance(node.args[0].value, cst.GeneratorExp):
        generator = node.args[0].value
        if not generator.lpar:  # it stands in the parentheses of the call
            start = text.ranges[node.whitespace_after_func].end
            args[0].pos = args[0].value.pos = text.between(start, text.ranges[node].end)
    return tree.Call(text.position(node), function, args)


def _arguments(text: _Text, nodes: Iterable[cst.Arg]) -> tuple[tree.Argument, ...]:
    found = []
    for node in nodes:
        value = _expr(text, node.value)
        keyword = None if node.keyword is None else _identifier(node.keyword)
        is_plain = keyword is None and not node.star
        place = value.pos if is_plain else text.position(node)
        found.append(tree.Argument(place, value, keyword, len(node.star)))
    return tuple(found)


@_expression("UnaryOperation")
def _unary(text: _Text, node: cst.UnaryOperation) -> tree.Expr:
    return tree.Unary(text.position(node), _operator(node.operator), _expr(text, node.expression))


@_expression("BinaryOperation")
def _binary(text: _Text, node: cst.BinaryOperation) -> tree.Expr:
    left, right = _expr(text, node.left), _expr(text, node.right)
    return tree.Binary(text.position(node), _operator(node.operator), left, right)


def _operator(node: cst.CSTNode) -> str:
    return _OPERATORS[type(node).__name__.removesuffix("Assign")]


@_expression("Comparison")
def _comparison(text: _Text, node: cst.Comparison) -> tree.Expr:
    return tree.Compare(
        text.position(node),
        _expr(text, node.left),
        tuple([_operator(target.operator) for target in node.comparisons]),
        _exprs(text, [target.comparator for target in node.comparisons]),
    )


@_expression("BooleanOperation")
def _boolean(text: _Text, node: cst.BooleanOperation) -> tree.Expr:
    operands = [node.right]
    left = node.left
    while (
        isinstance(left, cst.BooleanOperation)
        and type(left.operator) is type(node.operator)
        and not left.lpar
    ):
        operands.append(left.right)
        left = left.left
    operands.append(left)
    values = _exprs(text, reversed(operands))
    return tree.BoolOp(text.position(node), _operator(node.operator), values)


@_expression("IfExp")
def _ternary(text: _Text, node: cst.IfExp) -> tree.Expr:
    return tree.Ternary(
        text.position(node),
        _expr(text, node.test),
        _expr(text, node.body),
        _expr(text, node.orelse),
    )


@_expression("Tuple")
def _tuple(text: _Text, node: cst.Tuple) -> tree.Expr:
    return tree.Sequence(
        _parenthesized(text, node, node.elements), "tuple", _elements(text, node.elements)
    )


@_expression("List", "Set")
def _sequence(text: _Text, node: cst.List | cst.Set) -> tree.Expr:
    kind = type(node).__name__.lower()
    return tree.Sequence(text.position(node), kind, _elements(text, node.elements))


def _parenthesized(text: _Text, node: Any, elements: Sequence[cst.CSTNode] = ()) -> tree.Position:
    """Return where something stands to which the innermost parentheses around it belong."""
    if node.lpar:
        return text.between(text.ranges[node.lpar[-1]].start, text.ranges[node.rpar[0]].end)
    place = text.ranges[node]
    return text.between(place.start, text.end(elements[-1]) if elements else place.end)


def _elements(text: _Text, nodes: Iterable[cst.BaseElement]) -> tuple[tree.Expr, ...]:
    return _exprs(text, [node.value if isinstance(node, cst.Element) else node for node in nodes])


@_expression("StarredElement")
def _starred(text: _Text, node: cst.StarredElement) -> tree.Expr:
    return tree.Starred(text.position(node), _expr(text, node.value))


@_expression("Dict")
def _dict(text: _Text, node: cst.Dict) -> tree.Expr:
    keys = [_optional(text, getattr(element, "key", None)) for element in node.elements]
    values = _exprs(text, [element.value for element in node.elements])
    return tree.Mapping(text.position(node), tuple(keys), values)


@_expression("ListComp", "SetComp", "GeneratorExp")
def _comprehension(text: _Text, node: cst.BaseSimpleComp) -> tree.Expr:
    kinds: dict[type, str] = {cst.ListComp: "list", cst.SetComp: "set"}
    kind = kinds.get(type(node), "generator")
    place = _parenthesized(text, node) if kind == "generator" else text.position(node)
    element = _expr(text, node.elt)
    return tree.Comprehension(place, kind, element, None, _clauses(text, node.for_in))


@_expression("DictComp")
def _dict_comprehension(text: _Text, node: cst.DictComp) -> tree.Expr:
    key, value = _expr(text, node.key), _expr(text, node.value)
    return tree.Comprehension(text.position(node), "dict", key, value, _clauses(text, node.for_in))


@_expression("StarredDictComp")
def _starred_dict_comprehension(text: _Text, node: Any) -> tree.Expr:
    value, clauses = _expr(text, node.value), _clauses(text, node.for_in)
    return tree.Comprehension(text.position(node), "dict", value, None, clauses)


def _clauses(text: _Text, node: cst.CompFor | None) -> tuple[tree.Clause, ...]:
    clauses = []
    while node is not None:
        target, source = _expr(text, node.target), _expr(text, node.iter)
        tests = _exprs(text, [condition.test for condition in node.ifs])
        place = span(target, (source, *tests)[-1])
        is_async = node.asynchronous is not None
        clauses.append(tree.Clause(place, target, source, tests, is_async))
        node = node.inner_for_in
    return tuple(clauses)


@_expression("NamedExpr")
def _walrus(text: _Text, node: cst.NamedExpr) -> tree.Expr:
    target = _expr(text, node.target)
    if not isinstance(target, tree.Name):
        raise SyntaxError("only a name can be assigned with :=")
    return tree.Walrus(text.position(node), target, _expr(text, node.value))


@_expression("Await")
def _await(text: _Text, node: cst.Await) -> tree.Expr:
    return tree.Await(text.position(node), _expr(text, node.expression))


@_expression("Yield")
def _yield(text: _Text, node: cst.Yield) -> tree.Expr:
    text.yields = True
    if isinstance(node.value, cst.From):
        return tree.YieldFrom(text.position(node), _expr(text, node.value.item))
    return tree.Yield(text.position(node), _optional(text, node.value))


@_expression("Lambda")
def _lambda(text: _Text, node: cst.Lambda) -> tree.Expr:
    params = _parameters(text, node.params)
    with text.body():
        value = _expr(text, node.body)
        is_generator = text.yields
    return tree.Function(
        text.position(node),
        name="<lambda>",
        params=params,
        decorators=(),
        returns=None,
        is_async=False,
        is_generator=is_generator,
        _body=(tree.Return(value.pos, value),),
    )


def _parameters(text: _Text, node: cst.Parameters) -> tuple[tree.Parameter, ...]:
    star = [node.star_arg] if isinstance(node.star_arg, cst.Param) else []
    double = [node.star_kwarg] if node.star_kwarg is not None else []
    groups: list[tuple[str, Sequence[cst.Param]]] = [
        ("positional", node.posonly_params),
        ("plain", node.params),
        ("star", star),
        ("keyword", node.kwonly_params),
        ("double", double),
    ]
    return tuple([_parameter(text, param, kind) for kind, params in groups for param in params])


def _parameter(text: _Text, node: cst.Param, kind: str) -> tree.Parameter:
    annotation = node.annotation
    place = text.between(text.start(node.name), text.end(annotation or node.name))
    return tree.Parameter(
        place,
        _identifier(node.name),
        kind,
        _annotation(text, annotation),
        _optional(text, node.default),
    )


def _annotation(text: _Text, node: cst.Annotation | None) -> tree.Expr | None:
    return None if node is None else _expr(text, node.annotation)


# Statements


def _statements(text: _Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Stmt, ...]:
    lowered: list[tree.Stmt] = []
    for node in nodes:
        if isinstance(node, cst.SimpleStatementLine):
            lowered.extend(_statements(text, node.body))
        elif isinstance(node, _IMPORTS):
            lowered.extend([_import(text, alias) for alias in node.names])
        else:
            lowered.append(_STATEMENTS[type(node)](text, node))
    return tuple(lowered)


def _block(text: _Text, node: Any) -> tuple[tree.Stmt, ...]:
    """Lower the block of a compound statement, or of a part of one; `None` has no statements."""
    return () if node is None else _statements(text, node.body.body)


def _to_end_of(
    text: _Text, node: cst.CSTNode, part: Any, block: Sequence[tree.Stmt]
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
def _expr_stmt(text: _Text, node: cst.Expr) -> tree.Stmt:
    return tree.ExprStmt(text.position(node), _expr(text, node.value))


@_statement("Assign")
def _assign(text: _Text, node: cst.Assign) -> tree.Stmt:
    targets = _exprs(text, [target.target for target in node.targets])
    return tree.Assign(text.position(node), targets, _expr(text, node.value))


@_statement("AnnAssign")
def _annotated(text: _Text, node: cst.AnnAssign) -> tree.Stmt:
    return tree.Annotated(
        text.position(node),
        _expr(text, node.target),
        _expr(text, node.annotation.annotation),
        _optional(text, node.value),
    )


@_statement("AugAssign")
def _augmented(text: _Text, node: cst.AugAssign) -> tree.Stmt:
    target, value = _expr(text, node.target), _expr(text, node.value)
    return tree.AugAssign(text.position(node), target, _operator(node.operator), value)


@_statement("Del")
def _delete(text: _Text, node: cst.Del) -> tree.Stmt:
    return tree.Delete(text.position(node), deleted([_expr(text, node.target)]))


@_statement("Return")
def _return(text: _Text, node: cst.Return) -> tree.Stmt:
    return tree.Return(text.position(node), _optional(text, node.value))


@_statement("Raise")
def _raise(text: _Text, node: cst.Raise) -> tree.Stmt:
    cause = None if node.cause is None else _expr(text, node.cause.item)
    return tree.Raise(text.position(node), _optional(text, node.exc), cause)


@_statement("Assert")
def _assert(text: _Text, node: cst.Assert) -> tree.Stmt:
    return tree.Assert(text.position(node), _expr(text, node.test), _optional(text, node.msg))


@_statement("If")
def _if(text: _Text, node: cst.If) -> tree.Stmt:
    chain = [node]
    while isinstance(chain[-1].orelse, cst.If):
        chain.append(chain[-1].orelse)
    last: Any = chain[-1].orelse or chain[-1]
    block = _block(text, last)
    orelse = block if chain[-1].orelse else ()
    for node in reversed(chain):
        test = _expr(text, node.test)
        body = block if node is last else _block(text, node)
        lowered = tree.If(_to_end_of(text, node, last, block), test, body, orelse)
        orelse = (lowered,)
    return lowered


@_statement("While")
def _while(text: _Text, node: cst.While) -> tree.Stmt:
    test, body, orelse = _expr(text, node.test), _block(text, node), _block(text, node.orelse)
    place = _to_end_of(text, node, node.orelse or node, orelse or body)
    return tree.While(place, test, body, orelse)


@_statement("For")
def _for(text: _Text, node: cst.For) -> tree.Stmt:
    target, source = _expr(text, node.target), _expr(text, node.iter)
    body, orelse = _block(text, node), _block(text, node.orelse)
    place = _to_end_of(text, node, node.orelse or node, orelse or body)
    return tree.For(place, target, source, body, orelse, node.asynchronous is not None)


@_statement("With")
def _with(text: _Text, node: cst.With) -> tree.Stmt:
    items = []
    for item in node.items:
        context = _expr(text, item.item)
        target = None if item.asname is None else _expr(text, item.asname.name)
        items.append(tree.WithItem(span(context, target or context), context, target))
    body = _block(text, node)
    is_async = node.asynchronous is not None
    return tree.With(_to_end_of(text, node, node, body), tuple(items), body, is_async)


@_statement("Try", "TryStar")
def _try(text: _Text, node: cst.Try | cst.TryStar) -> tree.Stmt:
    body = _block(text, node)
    handlers = tuple([_handler(text, handler) for handler in node.handlers])
    orelse, final = _block(text, node.orelse), _block(text, node.finalbody)
    last: Any = node.finalbody or node.orelse or node.handlers[-1]
    place = _to_end_of(text, node, last, final or orelse or handlers[-1].body)
    return tree.Try(place, body, handlers, orelse, final, isinstance(node, cst.TryStar))


def _handler(text: _Text, node: Any) -> tree.Handler:
    caught = _optional(text, node.type)
    name = None if node.name is None else _identifier(node.name.name)
    body = _block(text, node)
    return tree.Handler(_to_end_of(text, node, node, body), caught, name, body)


@_statement("Match")
def _match(text: _Text, node: cst.Match) -> tree.Stmt:
    subject = _expr(text, node.subject)
    cases = []
    for case in node.cases:
        pattern, guard = _pattern(text, case.pattern), _optional(text, case.guard)
        body = _block(text, case)
        cases.append(tree.Case(span(pattern, body[-1]), pattern, guard, body))
    return tree.Match(_to_end_of(text, node, node.cases[-1], body), subject, tuple(cases))


_IMPORTS = tuple([getattr(cst, name) for name in ("Import", "LazyImport") if hasattr(cst, name)])


def _import(text: _Text, alias: cst.ImportAlias) -> tree.Stmt:
    return tree.Import(text.position(alias), _dotted(alias.name), _alias(alias))


@_statement("ImportFrom", "LazyImportFrom")
def _import_from(text: _Text, node: Any) -> tree.Stmt:
    if isinstance(node.names, cst.ImportStar):
        names: tuple[tuple[str, str | None], ...] = (("*", None),)
    else:
        names = tuple([(_dotted(alias.name), _alias(alias)) for alias in node.names])
    module = "" if node.module is None else _dotted(node.module)
    return tree.ImportFrom(text.position(node), module, len(node.relative), names)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{_identifier(node.attr)}"
    return _identifier(cst.ensure_type(node, cst.Name))


def _alias(node: cst.ImportAlias) -> str | None:
    return None if node.asname is None else _dotted(node.asname.name)


@_statement("Global")
def _global(text: _Text, node: cst.Global) -> tree.Stmt:
    return tree.Global(text.position(node), tuple([_identifier(item.name) for item in node.names]))


@_statement("Nonlocal")
def _nonlocal(text: _Text, node: cst.Nonlocal) -> tree.Stmt:
    return tree.Nonlocal(
        text.position(node), tuple([_identifier(item.name) for item in node.names])
    )


@_statement("FunctionDef")
def _function(text: _Text, node: cst.FunctionDef) -> tree.Stmt:
    params = _parameters(text, node.params)
    decorators = _exprs(text, [decorator.decorator for decorator in node.decorators])
    returns = _annotation(text, node.returns)
    with text.body():
        body = _block(text, node)
        is_generator = text.yields
    return tree.Function(
        _to_end_of(text, node, node, body),
        name=_identifier(node.name),
        params=params,
        decorators=decorators,
        returns=returns,
        is_async=node.asynchronous is not None,
        is_generator=is_generator,
        _body=body,
    )


@_statement("ClassDef")
def _class(text: _Text, node: cst.ClassDef) -> tree.Stmt:
    args = _arguments(text, [*node.bases, *node.keywords])
    decorators = _exprs(text, [decorator.decorator for decorator in node.decorators])
    body = _block(text, node)
    place = _to_end_of(text, node, node, body)
    return tree.Class(place, _identifier(node.name), args, decorators, body)


@_statement("TypeAlias")
def _type_alias(text: _Text, node: cst.TypeAlias) -> tree.Stmt:
    return tree.TypeAliasStmt(text.position(node), _identifier(node.name))


@_statement("Pass")
def _pass(text: _Text, node: cst.Pass) -> tree.Stmt:
    return tree.Pass(text.position(node))


@_statement("Break")
def _break(text: _Text, node: cst.Break) -> tree.Stmt:
    return tree.Break(text.position(node))


@_statement("Continue")
def _continue(text: _Text, node: cst.Continue) -> tree.Stmt:
    return tree.Continue(text.position(node))


# Patterns


def _pattern(text: _Text, node: cst.CSTNode) -> tree.Pattern:
    return _PATTERNS[type(node)](text, node)


@_match_pattern("MatchValue", "MatchSingleton")
def _match_value(text: _Text, node: cst.MatchValue | cst.MatchSingleton) -> tree.Pattern:
    value = _expr(text, node.value)
    return tree.ValuePattern(value.pos, value)


@_match_pattern("MatchTuple")
def _match_tuple(text: _Text, node: cst.MatchTuple) -> tree.Pattern:
    return tree.SequencePattern(_parenthesized(text, node), _in_sequence(text, node.patterns))


@_match_pattern("MatchList")
def _match_list(text: _Text, node: cst.MatchList) -> tree.Pattern:
    return tree.SequencePattern(text.position(node), _in_sequence(text, node.patterns))


def _in_sequence(text: _Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Pattern, ...]:
    return tuple(
        [
            _pattern(text, node.value if isinstance(node, cst.MatchSequenceElement) else node)
            for node in nodes
        ]
    )


@_match_pattern("MatchStar")
def _match_star(text: _Text, node: cst.MatchStar) -> tree.Pattern:
    if node.name is not None:
        return tree.StarPattern(text.position(node), _identifier(node.name))
    # libcst counts the comma after `*_` in.
    start = text.ranges[node].start
    after = text.ranges[node.whitespace_before_name].end
    return tree.StarPattern(
        text.between(start, CodePosition(after.line, after.column + len("_"))), None
    )


@_match_pattern("MatchMapping")
def _match_mapping(text: _Text, node: cst.MatchMapping) -> tree.Pattern:
    return tree.MappingPattern(
        text.position(node),
        _exprs(text, [element.key for element in node.elements]),
        tuple([_pattern(text, element.pattern) for element in node.elements]),
        None if node.rest is None else _identifier(node.rest),
    )


@_match_pattern("MatchClass")
def _match_class(text: _Text, node: cst.MatchClass) -> tree.Pattern:
    return tree.ClassPattern(
        text.position(node),
        _expr(text, node.cls),
        _in_sequence(text, node.patterns),
        tuple([(_identifier(word.key), _pattern(text, word.pattern)) for word in node.kwds]),
    )


@_match_pattern("MatchAs")
def _match_as(text: _Text, node: cst.MatchAs) -> tree.Pattern:
    pattern = None if node.pattern is None else _pattern(text, node.pattern)
    name = None if node.name is None else _identifier(node.name)
    return tree.AsPattern(text.position(node), pattern, name)


@_match_pattern("MatchOr")
def _match_or(text: _Text, node: cst.MatchOr) -> tree.Pattern:
    options = [_pattern(text, option.pattern) for option in node.patterns]
    return tree.OrPattern(text.position(node), tuple(options))
