"""Expressions."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import libcst as cst

from autograd_lint.syntax import tree
from autograd_lint.syntax.concrete.text import Text
from autograd_lint.syntax.shape import Rule, rules, span

_EXPRESSIONS: dict[type, Rule[tree.Expr]] = {}
_expression = rules(_EXPRESSIONS, cst)

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


def expr(text: Text, node: cst.CSTNode) -> tree.Expr:
    """Lower an expression."""
    return _EXPRESSIONS[type(node)](text, node)


def optional(text: Text, node: cst.CSTNode | None) -> tree.Expr | None:
    """Lower an expression that may be left out."""
    return None if node is None else expr(text, node)


def exprs(text: Text, nodes: Iterable[cst.CSTNode]) -> tuple[tree.Expr, ...]:
    """Lower several expressions."""
    return tuple([expr(text, node) for node in nodes])


def identifier(node: cst.Name) -> str:
    """Return a name as Python knows it: the ligature ﬁ is fi."""
    return unicodedata.normalize("NFKC", node.value)


@_expression("Name")
def _name(text: Text, node: cst.Name) -> tree.Expr:
    if node.value in _CONSTANTS:
        return tree.Const(text.position(node), _CONSTANTS[node.value])
    return tree.Name(text.position(node), identifier(node))


@_expression("Integer", "Float", "Imaginary", "SimpleString")
def _literal(text: Text, node: Any) -> tree.Expr:
    return tree.Const(text.position(node), ast.literal_eval(node.value))


@_expression("Ellipsis")
def _ellipsis(text: Text, node: cst.Ellipsis) -> tree.Expr:
    return tree.Const(text.position(node), ...)


@_expression("ConcatenatedString", "FormattedString", "TemplatedString")
def _string(text: Text, node: cst.BaseString) -> tree.Expr:
    place = text.position(node)
    parts = list(_parts(node))
    if all(isinstance(part, cst.SimpleString) for part in parts):
        literals = [ast.literal_eval(part.value) for part in parts]
        return tree.Const(place, type(literals[0])().join(literals))
    outer, text.string = text.string, place
    plain = all(map(_is_plain, parts))
    values: list[tree.Expr] = []
    literal = ""
    for part in _pieces(parts):
        if not isinstance(part, str):
            if literal:
                values.append(tree.Const(place, literal))
            literal = ""
            values.append(expr(text, part))
        elif plain:
            literal += part
    if literal:
        values.append(tree.Const(place, literal))
    text.string = outer
    return tree.Format(place, tuple(values), plain)


def _parts(node: Any) -> Iterator[Any]:
    """Go through the strings that stand next to each other."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _is_plain(string: Any) -> bool:
    return isinstance(string, cst.SimpleString) or (
        isinstance(string, cst.FormattedString)
        and not any(
            part.conversion or part.format_spec is not None or part.equal is not None
            for part in string.parts
            if isinstance(part, cst.FormattedStringExpression)
        )
    )


def _pieces(strings: Iterable[Any]) -> Iterator[str | cst.BaseExpression]:
    """Go through literal text and expressions in strings that stand next to each other."""
    for string in strings:
        if isinstance(string, cst.SimpleString):
            yield ast.literal_eval(string.value)
        else:
            yield from _formatted(string.parts, string.start, string.end)


def _formatted(parts: Iterable[Any], start: str, end: str) -> Iterator[str | cst.BaseExpression]:
    """Go through the literal text and the expressions in an f-string, in order."""
    prefix = "r" if "r" in start.lower() else ""
    for part in parts:
        expression = getattr(part, "expression", None)
        if expression is None:
            literal = part.value.replace("{{", "{").replace("}}", "}")
            yield ast.literal_eval(f"{prefix}{end}{literal}{end}")
        else:
            yield expression
            yield from _formatted(part.format_spec or (), start, end)


@_expression("Attribute")
def _attribute(text: Text, node: cst.Attribute) -> tree.Expr:
    return tree.Attribute(text.position(node), expr(text, node.value), identifier(node.attr))


@_expression("Subscript")
def _subscript(text: Text, node: cst.Subscript) -> tree.Expr:
    value = expr(text, node.value)
    first, last = node.slice[0], node.slice[-1]
    indices = exprs(text, [element.slice for element in node.slice])
    index = indices[0]
    if isinstance(first.comma, cst.Comma) or isinstance(index, tree.Starred):
        end = last.comma if isinstance(last.comma, cst.Comma) else _marks(last.slice)[-1]
        place = text.between(text.start(first), text.end(end))
        index = tree.Sequence(place, "tuple", indices)
    return tree.Subscript(text.position(node), value, index)


@_expression("Index")
def _index(text: Text, node: cst.Index) -> tree.Expr:
    value = expr(text, node.value)
    return value if node.star is None else tree.Starred(text.position(node), value)


@_expression("Slice")
def _slice(text: Text, node: cst.Slice) -> tree.Expr:
    marks = _marks(node)
    return tree.Slice(
        text.between(text.start(marks[0]), text.end(marks[-1])),
        optional(text, node.lower),
        optional(text, node.upper),
        optional(text, node.step),
    )


def _marks(node: cst.BaseSlice) -> list[cst.CSTNode]:
    """Return what an index consists of; libcst counts the space after a slice to it."""
    if not isinstance(node, cst.Slice):
        return [node]
    marks = [node.lower, node.first_colon, node.upper, node.second_colon, node.step]
    return [mark for mark in marks if isinstance(mark, cst.CSTNode)]


@_expression("Call")
def _call(text: Text, node: cst.Call) -> tree.Expr:
    function, args = expr(text, node.func), arguments(text, node.args)
    if len(args) == 1 and isinstance(node.args[0].value, cst.GeneratorExp):
        generator = node.args[0].value
        if not generator.lpar:  # it stands in the parentheses of the call
            start = text.ranges[node.whitespace_after_func].end
            args[0].pos = args[0].value.pos = text.between(start, text.ranges[node].end)
    return tree.Call(text.position(node), function, args)


def arguments(text: Text, nodes: Iterable[cst.Arg]) -> tuple[tree.Argument, ...]:
    """Lower the arguments of a call or a class header, in source order."""
    found = []
    for node in nodes:
        value = expr(text, node.value)
        keyword = None if node.keyword is None else identifier(node.keyword)
        is_plain = keyword is None and not node.star
        place = value.pos if is_plain else text.position(node)
        found.append(tree.Argument(place, value, keyword, len(node.star)))
    return tuple(found)


@_expression("UnaryOperation")
def _unary(text: Text, node: cst.UnaryOperation) -> tree.Expr:
    return tree.Unary(text.position(node), operator(node.operator), expr(text, node.expression))


@_expression("BinaryOperation")
def _binary(text: Text, node: cst.BinaryOperation) -> tree.Expr:
    left, right = expr(text, node.left), expr(text, node.right)
    return tree.Binary(text.position(node), operator(node.operator), left, right)


def operator(node: cst.CSTNode) -> str:
    """Return how an operator is written, that of `+=` as `+`."""
    return _OPERATORS[type(node).__name__.removesuffix("Assign")]


@_expression("Comparison")
def _comparison(text: Text, node: cst.Comparison) -> tree.Expr:
    return tree.Compare(
        text.position(node),
        expr(text, node.left),
        tuple([operator(target.operator) for target in node.comparisons]),
        exprs(text, [target.comparator for target in node.comparisons]),
    )


@_expression("BooleanOperation")
def _boolean(text: Text, node: cst.BooleanOperation) -> tree.Expr:
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
    values = exprs(text, reversed(operands))
    return tree.BoolOp(text.position(node), operator(node.operator), values)


@_expression("IfExp")
def _ternary(text: Text, node: cst.IfExp) -> tree.Expr:
    return tree.Ternary(
        text.position(node),
        expr(text, node.test),
        expr(text, node.body),
        expr(text, node.orelse),
    )


@_expression("Tuple")
def _tuple(text: Text, node: cst.Tuple) -> tree.Expr:
    return tree.Sequence(
        parenthesized(text, node, node.elements), "tuple", _elements(text, node.elements)
    )


@_expression("List", "Set")
def _sequence(text: Text, node: cst.List | cst.Set) -> tree.Expr:
    kind = type(node).__name__.lower()
    return tree.Sequence(text.position(node), kind, _elements(text, node.elements))


def parenthesized(text: Text, node: Any, elements: Sequence[cst.CSTNode] = ()) -> tree.Position:
    """Return where something stands to which the innermost parentheses around it belong."""
    if node.lpar:
        return text.between(text.ranges[node.lpar[-1]].start, text.ranges[node.rpar[0]].end)
    place = text.ranges[node]
    return text.between(place.start, text.end(elements[-1]) if elements else place.end)


def _elements(text: Text, nodes: Iterable[cst.BaseElement]) -> tuple[tree.Expr, ...]:
    return exprs(text, [node.value if isinstance(node, cst.Element) else node for node in nodes])


@_expression("StarredElement")
def _starred(text: Text, node: cst.StarredElement) -> tree.Expr:
    return tree.Starred(text.position(node), expr(text, node.value))


@_expression("Dict")
def _dict(text: Text, node: cst.Dict) -> tree.Expr:
    keys = [optional(text, getattr(element, "key", None)) for element in node.elements]
    values = exprs(text, [element.value for element in node.elements])
    return tree.Mapping(text.position(node), tuple(keys), values)


@_expression("ListComp", "SetComp", "GeneratorExp")
def _comprehension(text: Text, node: cst.BaseSimpleComp) -> tree.Expr:
    kinds: dict[type, str] = {cst.ListComp: "list", cst.SetComp: "set"}
    kind = kinds.get(type(node), "generator")
    place = parenthesized(text, node) if kind == "generator" else text.position(node)
    element = expr(text, node.elt)
    return tree.Comprehension(place, kind, element, None, _clauses(text, node.for_in))


@_expression("DictComp")
def _dict_comprehension(text: Text, node: cst.DictComp) -> tree.Expr:
    key, value = expr(text, node.key), expr(text, node.value)
    return tree.Comprehension(text.position(node), "dict", key, value, _clauses(text, node.for_in))


@_expression("StarredDictComp")
def _starred_dict_comprehension(text: Text, node: Any) -> tree.Expr:
    value, clauses = expr(text, node.value), _clauses(text, node.for_in)
    return tree.Comprehension(text.position(node), "dict", value, None, clauses)


def _clauses(text: Text, node: cst.CompFor | None) -> tuple[tree.Clause, ...]:
    clauses = []
    while node is not None:
        target, source = expr(text, node.target), expr(text, node.iter)
        tests = exprs(text, [condition.test for condition in node.ifs])
        place = span(target, (source, *tests)[-1])
        is_async = node.asynchronous is not None
        clauses.append(tree.Clause(place, target, source, tests, is_async))
        node = node.inner_for_in
    return tuple(clauses)


@_expression("NamedExpr")
def _walrus(text: Text, node: cst.NamedExpr) -> tree.Expr:
    target = expr(text, node.target)
    if not isinstance(target, tree.Name):
        raise SyntaxError("only a name can be assigned with :=")
    return tree.Walrus(text.position(node), target, expr(text, node.value))


@_expression("Await")
def _await(text: Text, node: cst.Await) -> tree.Expr:
    return tree.Await(text.position(node), expr(text, node.expression))


@_expression("Yield")
def _yield(text: Text, node: cst.Yield) -> tree.Expr:
    text.yields = True
    if isinstance(node.value, cst.From):
        return tree.YieldFrom(text.position(node), expr(text, node.value.item))
    return tree.Yield(text.position(node), optional(text, node.value))


@_expression("Lambda")
def _lambda(text: Text, node: cst.Lambda) -> tree.Expr:
    params = parameters(text, node.params)
    with text.body():
        value = expr(text, node.body)
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


def parameters(text: Text, node: cst.Parameters) -> tuple[tree.Parameter, ...]:
    """Lower the parameters of a function, in source order."""
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


def _parameter(text: Text, node: cst.Param, kind: str) -> tree.Parameter:
    annotation = node.annotation
    place = text.between(text.start(node.name), text.end(annotation or node.name))
    return tree.Parameter(
        place,
        identifier(node.name),
        kind,
        lower_annotation(text, annotation),
        optional(text, node.default),
    )


def lower_annotation(text: Text, node: cst.Annotation | None) -> tree.Expr | None:
    """Lower an annotation that may be left out."""
    return None if node is None else expr(text, node.annotation)
