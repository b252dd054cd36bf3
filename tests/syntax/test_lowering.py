"""From text to the lowered tree: what each kind of node holds, and where it stands."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator

import pytest

from autograd_lint.syntax import Unparsable, lower, tree
from autograd_lint.syntax.outline import mentions_torch

AT = (0, 0, 0, 0)
"""A position; nodes are compared without theirs."""
A, B, C, D = (tree.Name(AT, name) for name in "abcd")


def text_at(text: str) -> tree.Const:
    """Literal text in an f-string."""
    return tree.Const(AT, text)


ONE = tree.Const(AT, 1)
PASS = tree.Pass(AT)


def statement(text: str) -> tree.Stmt:
    (only,) = lower(text + "\n")
    return only


def expression(text: str) -> tree.Expr:
    only = statement(text)
    assert isinstance(only, tree.ExprStmt)
    return only.value


def function(text: str) -> tree.Function:
    only = statement(text)
    assert isinstance(only, tree.Function)
    return only


def argument(value: tree.Expr, keyword: str | None = None, stars: int = 0) -> tree.Argument:
    return tree.Argument(AT, value, keyword, stars)


def sequence(kind: str, *elements: tree.Expr) -> tree.Sequence:
    return tree.Sequence(AT, kind, elements)


def excerpt(text: str, node: tree.Node) -> str:
    """The characters that a node stands for."""
    line, column, end_line, end_column = node.pos
    lines = text.split("\n")[line - 1 : end_line]
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    return "\n".join(lines)


def nodes(of: object) -> Iterator[tree.Node]:
    """All nodes, bodies of functions included."""
    if isinstance(of, tuple):
        for item in of:
            yield from nodes(item)
    elif isinstance(of, tree.Node):
        yield of
        for name in of.__dataclass_fields__:
            yield from nodes(getattr(of, name.lstrip("_")))


def find(text: str, kind: type[tree.Node]) -> tree.Node:
    return next(node for node in nodes(lower(text)) if type(node) is kind)


# Expressions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1_0", 10),
        ("0xf", 15),
        ("1.5", 1.5),
        ("2j", 2j),
        ("'a'", "a"),
        ("b'a'", b"a"),
        ("r'\\d'", "\\d"),
        ("True", True),
        ("None", None),
        ("...", ...),
        ("'a' \"b\" r'\\c'", "ab\\c"),
        ("b'a' rb'b'", b"ab"),
    ],
)
def test_a_literal_is_its_value(text: str, value: object) -> None:
    node = expression(text)
    assert isinstance(node, tree.Const)
    assert (type(node.value), node.value) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a", A),
        ("(a)", A),
        ("a.b", tree.Attribute(AT, A, "b")),
        ("a.__b", tree.Attribute(AT, A, "__b")),
        ("a[b]", tree.Subscript(AT, A, B)),
        ("a[b, c]", tree.Subscript(AT, A, sequence("tuple", B, C))),
        ("a[b,]", tree.Subscript(AT, A, sequence("tuple", B))),
        ("a[b:c:d]", tree.Subscript(AT, A, tree.Slice(AT, B, C, D))),
        ("a[:]", tree.Subscript(AT, A, tree.Slice(AT, None, None, None))),
        (
            "a[:b, 1]",
            tree.Subscript(AT, A, sequence("tuple", tree.Slice(AT, None, B, None), ONE)),
        ),
        ("a()", tree.Call(AT, A, ())),
        ("-a", tree.Unary(AT, "-", A)),
        ("+a", tree.Unary(AT, "+", A)),
        ("~a", tree.Unary(AT, "~", A)),
        ("not a", tree.Unary(AT, "not", A)),
        ("a + b * c", tree.Binary(AT, "+", A, tree.Binary(AT, "*", B, C))),
        ("a - b - c", tree.Binary(AT, "-", tree.Binary(AT, "-", A, B), C)),
        ("a - (b - c)", tree.Binary(AT, "-", A, tree.Binary(AT, "-", B, C))),
        ("a == b", tree.Compare(AT, A, ("==",), (B,))),
        ("a < b is not c not in d", tree.Compare(AT, A, ("<", "is not", "not in"), (B, C, D))),
        ("a and b and c", tree.BoolOp(AT, "and", (A, B, C))),
        ("(a and b) and c", tree.BoolOp(AT, "and", (tree.BoolOp(AT, "and", (A, B)), C))),
        ("a or b and c", tree.BoolOp(AT, "or", (A, tree.BoolOp(AT, "and", (B, C))))),
        ("a if b else c", tree.Ternary(AT, B, A, C)),
        ("()", sequence("tuple")),
        ("a, b", sequence("tuple", A, B)),
        ("(a,)", sequence("tuple", A)),
        ("[a, *b]", sequence("list", A, tree.Starred(AT, B))),
        ("{a}", sequence("set", A)),
        ("{}", tree.Mapping(AT, (), ())),
        ("{a: b, **c}", tree.Mapping(AT, (A, None), (B, C))),
        ("(a := b)", tree.Walrus(AT, A, B)),
        ("await a", tree.Await(AT, A)),
        ("yield", tree.Yield(AT, None)),
        ("yield a", tree.Yield(AT, A)),
        ("yield from a", tree.YieldFrom(AT, A)),
    ],
)
def test_an_expression_is_lowered_to_what_it_does(text: str, node: tree.Expr) -> None:
    assert expression(text) == node


@pytest.mark.parametrize(
    "op", ["+", "-", "*", "@", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"]
)
def test_binary_operators_are_called_as_they_are_written(op: str) -> None:
    assert expression(f"a {op} b") == tree.Binary(AT, op, A, B)
    assert statement(f"a {op}= b") == tree.AugAssign(AT, A, op, B)


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"])
def test_comparisons_are_called_as_they_are_written(op: str) -> None:
    assert expression(f"a {op} b") == tree.Compare(AT, A, (op,), (B,))


def test_arguments_keep_the_order_of_the_source() -> None:
    call = expression("a(b, *c, k=1, *d, **a, j=b)")
    assert isinstance(call, tree.Call)
    assert call.args == (
        argument(B),
        argument(C, stars=1),
        argument(ONE, "k"),
        argument(D, stars=1),
        argument(A, stars=2),
        argument(B, "j"),
    )


def test_arguments_keep_the_order_of_the_source_in_an_f_string() -> None:
    formatted = expression("f'{a(k=1, *b)}'")
    assert isinstance(formatted, tree.Format)
    assert formatted.values == (tree.Call(AT, A, (argument(ONE, "k"), argument(B, stars=1))),)


@pytest.mark.parametrize(
    ("text", "kind", "element", "value"),
    [
        ("[a for b in c]", "list", A, None),
        ("{a for b in c}", "set", A, None),
        ("(a for b in c)", "generator", A, None),
        ("{a: d for b in c}", "dict", A, D),
    ],
)
def test_a_comprehension_says_what_it_makes(
    text: str, kind: str, element: tree.Expr, value: tree.Expr | None
) -> None:
    clause = tree.Clause(AT, B, C, (), is_async=False)
    assert expression(text) == tree.Comprehension(AT, kind, element, value, (clause,))


def test_a_comprehension_has_its_clauses_in_order() -> None:
    made = expression("[a async for a in b if c if d for c in d]")
    assert isinstance(made, tree.Comprehension)
    assert made.clauses == (
        tree.Clause(AT, A, B, (C, D), is_async=True),
        tree.Clause(AT, C, D, (), is_async=False),
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("f''", ()),
        ("f'a'", (text_at("a"),)),
        ("'a' f'{a}' 'b\\n' rf'\\n{b}'", (text_at("a"), A, text_at("b\n\\n"), B)),
        ("f'{{a}}{b}'", (text_at("{a}"), B)),
    ],
)
def test_an_f_string_is_its_text_and_its_expressions(
    text: str, values: tuple[tree.Expr, ...]
) -> None:
    assert expression(text) == tree.Format(AT, values, plain=True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("f'{a!r} {b=}'", (A, B)),
        ("f'{a:{b}.{c}} {d}'", (A, B, C, D)),
    ],
)
def test_an_f_string_that_formats_is_its_expressions_alone(
    text: str, values: tuple[tree.Expr, ...]
) -> None:
    assert expression(text) == tree.Format(AT, values, plain=False)


def test_an_f_string_may_hold_another() -> None:
    inner = tree.Format(AT, (A,), plain=True)
    outer = tree.Format(AT, (inner, text_at(" "), B), plain=True)
    assert expression("""f'{f"{a}"} {b}'""") == outer


def test_a_lambda_is_a_function_that_returns() -> None:
    made = expression("lambda a, *, b=c: d")
    assert isinstance(made, tree.Function)
    assert (made.name, made.is_async, made.returns, made.decorators) == (
        "<lambda>",
        False,
        None,
        (),
    )
    assert made.params == (
        tree.Parameter(AT, "a", "plain", None, None),
        tree.Parameter(AT, "b", "keyword", None, C),
    )
    assert made.body == (tree.Return(AT, D),)


# Statements


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a", tree.ExprStmt(AT, A)),
        ("a = b", tree.Assign(AT, (A,), B)),
        ("a = b = c", tree.Assign(AT, (A, B), C)),
        ("a, *b = c", tree.Assign(AT, (sequence("tuple", A, tree.Starred(AT, B)),), C)),
        ("a: b", tree.Annotated(AT, A, B, None)),
        ("a.b: c = d", tree.Annotated(AT, tree.Attribute(AT, A, "b"), C, D)),
        ("a[b] += c", tree.AugAssign(AT, tree.Subscript(AT, A, B), "+", C)),
        ("del a, b", tree.Delete(AT, (A, B))),
        ("del (a, [b, c]), d", tree.Delete(AT, (A, B, C, D))),
        ("return", tree.Return(AT, None)),
        ("return a", tree.Return(AT, A)),
        ("raise", tree.Raise(AT, None, None)),
        ("raise a from b", tree.Raise(AT, A, B)),
        ("assert a", tree.Assert(AT, A, None)),
        ("assert a, b", tree.Assert(AT, A, B)),
        ("if a: pass", tree.If(AT, A, (PASS,), ())),
        (
            "if a: pass\nelif b: c\nelse: d",
            tree.If(
                AT,
                A,
                (PASS,),
                (tree.If(AT, B, (tree.ExprStmt(AT, C),), (tree.ExprStmt(AT, D),)),),
            ),
        ),
        ("while a: break\nelse: pass", tree.While(AT, A, (tree.Break(AT),), (PASS,))),
        ("for a in b: continue", tree.For(AT, A, B, (tree.Continue(AT),), (), is_async=False)),
        (
            "async for a in b: pass\nelse: c",
            tree.For(AT, A, B, (PASS,), (tree.ExprStmt(AT, C),), is_async=True),
        ),
        (
            "with a, b as c: pass",
            tree.With(
                AT,
                (tree.WithItem(AT, A, None), tree.WithItem(AT, B, C)),
                (PASS,),
                is_async=False,
            ),
        ),
        (
            "async with (a as b): pass",
            tree.With(AT, (tree.WithItem(AT, A, B),), (PASS,), is_async=True),
        ),
        (
            "try: a\nexcept b as e: pass\nexcept: c\nelse: d\nfinally: pass",
            tree.Try(
                AT,
                (tree.ExprStmt(AT, A),),
                (
                    tree.Handler(AT, B, "e", (PASS,)),
                    tree.Handler(AT, None, None, (tree.ExprStmt(AT, C),)),
                ),
                (tree.ExprStmt(AT, D),),
                (PASS,),
                is_star=False,
            ),
        ),
        ("import a.b as c", tree.Import(AT, "a.b", "c")),
        ("import a.b", tree.Import(AT, "a.b", None)),
        ("from a.b import c as d, e", tree.ImportFrom(AT, "a.b", 0, (("c", "d"), ("e", None)))),
        ("from .. import a", tree.ImportFrom(AT, "", 2, (("a", None),))),
        ("from a import *", tree.ImportFrom(AT, "a", 0, (("*", None),))),
        ("global a, b", tree.Global(AT, ("a", "b"))),
        ("nonlocal a, b", tree.Nonlocal(AT, ("a", "b"))),
    ],
)
def test_a_statement_is_lowered_to_what_it_does(text: str, node: tree.Stmt) -> None:
    assert statement(text) == node


def test_an_import_of_several_modules_is_several_imports() -> None:
    assert lower("import a, b as c\n") == (
        tree.Import(AT, "a", None),
        tree.Import(AT, "b", "c"),
    )


def test_a_class_has_its_bases_and_keywords_in_the_order_of_the_source() -> None:
    made = statement("@a\n@b\nclass X(c, k=1, *d): pass")
    args = (argument(C), argument(ONE, "k"), argument(D, stars=1))
    assert made == tree.Class(AT, "X", args, (A, B), (PASS,))


def test_a_function_has_what_its_head_says() -> None:
    made = function("@a\n@b\nasync def f(p, /, q: c, r=d, *s, t: a = b, u, **v) -> c: pass")
    assert (made.name, made.is_async, made.decorators, made.returns) == ("f", True, (A, B), C)
    assert made.params == (
        tree.Parameter(AT, "p", "positional", None, None),
        tree.Parameter(AT, "q", "plain", C, None),
        tree.Parameter(AT, "r", "plain", None, D),
        tree.Parameter(AT, "s", "star", None, None),
        tree.Parameter(AT, "t", "keyword", A, B),
        tree.Parameter(AT, "u", "keyword", None, None),
        tree.Parameter(AT, "v", "double", None, None),
    )


def test_defaults_belong_to_the_last_of_positional_and_plain_parameters() -> None:
    made = function("def f(a, b=1, /, c=2): pass")
    assert [parameter.default for parameter in made.params] == [None, ONE, tree.Const(AT, 2)]


def test_a_body_is_lowered_when_it_is_first_asked_for_and_then_kept() -> None:
    made = function("def f():\n    return a")
    assert callable(made._body)
    body = made.body
    assert body == (tree.Return(AT, A),)
    assert made.body is body


def test_bodies_of_methods_wait_too() -> None:
    made = statement("class X:\n    def f(self): return a")
    assert isinstance(made, tree.Class)
    method = made.body[0]
    assert isinstance(method, tree.Function)
    assert callable(method._body)


@pytest.mark.parametrize(
    ("body", "is_generator"),
    [
        ("return 1", False),
        ("yield 1", True),
        ("x = yield from a", True),
        ("if 0:\n        yield", True),
        ("f'{(yield)}'", True),
        ("def g(): yield", False),
        ("def g(x=(yield)): pass", True),
        ("return lambda: (yield)", False),
        ("x = (yield), lambda: 0", True),
    ],
)
def test_a_generator_is_what_yields_itself(body: str, is_generator: bool) -> None:
    made = function(f"def f():\n    {body}")
    assert made.body
    assert made.is_generator is is_generator


def test_a_body_that_is_lowered_late_does_not_count_the_yields_of_others() -> None:
    yields, returns = lower("def f(): yield\ndef g(): return\n")
    assert isinstance(yields, tree.Function)
    assert isinstance(returns, tree.Function)
    assert yields.body
    assert returns.body
    assert (yields.is_generator, returns.is_generator) == (True, False)


# Patterns


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("1", tree.ValuePattern(AT, ONE)),
        ("-1", tree.ValuePattern(AT, tree.Unary(AT, "-", ONE))),
        ("a.b", tree.ValuePattern(AT, tree.Attribute(AT, A, "b"))),
        ("None", tree.ValuePattern(AT, tree.Const(AT, None))),
        ("_", tree.AsPattern(AT, None, None)),
        ("a", tree.AsPattern(AT, None, "a")),
        ("1 as a", tree.AsPattern(AT, tree.ValuePattern(AT, ONE), "a")),
        ("1 | a", tree.OrPattern(AT, (tree.ValuePattern(AT, ONE), tree.AsPattern(AT, None, "a")))),
        (
            "[a, *b]",
            tree.SequencePattern(AT, (tree.AsPattern(AT, None, "a"), tree.StarPattern(AT, "b"))),
        ),
        ("*_, ", tree.SequencePattern(AT, (tree.StarPattern(AT, None),))),
        ("{1: a}", tree.MappingPattern(AT, (ONE,), (tree.AsPattern(AT, None, "a"),), None)),
        ("{**a}", tree.MappingPattern(AT, (), (), "a")),
        (
            "a(_, k=b)",
            tree.ClassPattern(
                AT, A, (tree.AsPattern(AT, None, None),), (("k", tree.AsPattern(AT, None, "b")),)
            ),
        ),
    ],
)
def test_a_pattern_is_lowered_to_what_it_matches(text: str, pattern: tree.Pattern) -> None:
    case = tree.Case(AT, pattern, B, (PASS,))
    assert statement(f"match a:\n    case {text} if b: pass") == tree.Match(AT, A, (case,))


# Positions


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("x = a.b.c", tree.Attribute, "a.b.c"),
        ("x = (a + b)", tree.Binary, "a + b"),
        ("x = (a, b)", tree.Sequence, "(a, b)"),
        ("x = [a, b]", tree.Sequence, "[a, b]"),
        ("x[1:2] = 3", tree.Slice, "1:2"),
        ("x += (1)", tree.AugAssign, "x += (1)"),
        ("f(1, k=(2))", tree.Argument, "1"),
        ("f(k=(2), j=3)", tree.Argument, "k=(2)"),
        ("f(*a)", tree.Argument, "*a"),
        ("f(a for a in b)", tree.Comprehension, "(a for a in b)"),
        ("[a for a in b if c]", tree.Clause, "a in b if c"),
        ("with a as b, c: pass", tree.WithItem, "a as b"),
        ("import a, b.c as d", tree.Import, "a"),
        ("def f(a: int = 1): pass", tree.Parameter, "a: int"),
        ("@a\nasync def f():\n    pass\n", tree.Function, "async def f():\n    pass"),
        ("@a\nclass A:\n    pass\n", tree.Class, "class A:\n    pass"),
        ("x = lambda: 1", tree.Function, "lambda: 1"),
        ("x = lambda: 1", tree.Return, "1"),
        ("match a:\n  case 1 if b:\n    c\n", tree.Case, "1 if b:\n    c"),
        ("if a:\n  b\nelse:\n  c\n", tree.If, "if a:\n  b\nelse:\n  c"),
        ("try: a\nexcept b: c\n", tree.Handler, "except b: c"),
        ("x = 'ä' + é.ö(ß)", tree.Call, "é.ö(ß)"),
        ("é = 1; f()", tree.Call, "f()"),
        ("f('日本', k='🙂')", tree.Call, "f('日本', k='🙂')"),
        ('x = """é\n🙂""" + ß(1)', tree.Call, "ß(1)"),
        ("f('é',\n  a, ü.b)", tree.Attribute, "ü.b"),
        ("x = a  # é\ny = b.c", tree.Attribute, "b.c"),
    ],
)
def test_a_node_stands_where_its_text_does(text: str, kind: type[tree.Node], part: str) -> None:
    assert excerpt(text, find(text, kind)) == part


def test_an_elif_stands_from_its_keyword() -> None:
    text = "if a: pass\nelif b: pass\n"
    first = statement(text)
    assert isinstance(first, tree.If)
    assert excerpt(text, first.orelse[0]) == "elif b: pass"


def test_what_is_in_an_f_string_stands_where_the_string_does() -> None:
    text = "é(f'''\n{a} {(lambda: b)():{c}}''')\n"
    inside = [node for node in nodes(lower(text)) if type(node) is tree.Name and node.id in "abc"]
    assert [node.id for node in inside if isinstance(node, tree.Name)] == ["a", "b", "c"]
    assert {node.pos for node in inside} == {find(text, tree.Format).pos}


@pytest.mark.parametrize("text", ["x = 1\ny = f(2)\n", "é = 1\ny = é(2)\n", "def f():\n    é()\n"])
def test_lines_are_counted_from_the_first_line_of_a_block(text: str) -> None:
    shifted = lower(text, 11)
    assert [node.pos for node in nodes(shifted)] == [
        (line + 10, column, end_line + 10, end_column)
        for line, column, end_line, end_column in (node.pos for node in nodes(lower(text)))
    ]


def test_only_newlines_end_lines() -> None:
    text = "x = 'a\x0cb\x1c\u2028é' + f()\n\x0cy\n"
    assert excerpt(text, find(text, tree.Call)) == "f()"
    assert lower(text)[1].pos == (2, 1, 2, 2)


# What cannot be parsed


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = 1\ny = = 2\n", 2, 4),
        ("é = 'ü'; y = = 2\n", 1, 13),
        ("x = (1,\n", 1, 4),
        ("def f():\n", 1, None),
        ("x = '''\n\n\n", 1, 4),
        ("if a:\n        b\n    c\n", 3, None),
        ("x = 'a\n", 1, 4),
        ("class A:\n    x = 1\n    def", 3, None),
    ],
)
def test_a_mistake_is_reported_where_it_is(text: str, line: int, column: int | None) -> None:
    with pytest.raises(Unparsable) as raised:
        lower(text, 101)
    assert raised.value.line == line + 100
    assert column is None or raised.value.column == column
    assert raised.value.message
    assert str(raised.value) == raised.value.message


@pytest.mark.parametrize("text", ["def f():", "def f():\n", "def f():\n\n\n", "try:\n    a\n\n"])
def test_a_text_that_ends_too_early_is_reported_within_it(text: str) -> None:
    with pytest.raises(Unparsable) as raised:
        lower(text)
    assert 1 <= raised.value.line <= len(text.rstrip("\n").split("\n"))


@pytest.mark.parametrize(
    "line",
    [
        'print "a"',
        "print a, b",
        "exec 'a'",
        "raise A, 'b'",
        "try: a\nexcept A, e: pass",
        "try: a\nexcept (A, B), e: pass",
    ],
)
def test_python_2_is_called_by_its_name(line: str) -> None:
    with pytest.raises(Unparsable, match="this looks like Python 2"):
        lower(f"x = 1\n{line}\n")


@pytest.mark.parametrize("text", ["print(a b)\n", "print = = 1\n", "'''\nprint a\n'''\nx = = 1\n"])
def test_other_mistakes_are_not_blamed_on_python_2(text: str) -> None:
    with pytest.raises(Unparsable) as raised:
        lower(text)
    assert "Python 2" not in raised.value.message


def test_a_null_byte_is_reported_where_it_is() -> None:
    with pytest.raises(Unparsable, match="null byte") as raised:
        lower("x = 1\ny = 'é\0'\n", 5)
    assert (raised.value.line, raised.value.column) == (6, 6)


def test_half_of_a_character_is_reported() -> None:
    with pytest.raises(Unparsable):
        lower("x = '\ud800'\n")


@pytest.mark.parametrize("deep", ["(" * 5_000, "(" * 5_000 + "1" + ")" * 5_000, "-" * 20_000 + "1"])
def test_deep_nesting_is_refused(deep: str) -> None:
    with pytest.raises(Unparsable, match="nest"):
        lower(f"x = {deep}\n", 3)


def test_a_number_of_too_many_digits_is_refused() -> None:
    try:
        made = lower(f"x = {'9' * 5_000}\n")
    except Unparsable:
        return
    assert isinstance(made[0], tree.Assign)  # before Python 3.11 there is no limit


def test_long_sums_are_not_deep() -> None:
    made = expression(" + ".join(["a"] * 2_500))
    depth = 0
    while isinstance(made, tree.Binary):
        made, depth = made.left, depth + 1
    assert (made, depth) == (A, 2_499)


def test_long_chains_of_elif_are_not_deep() -> None:
    made = statement("if a: pass" + "\nelif b: pass" * 900)
    depth = 0
    while isinstance(made, tree.If) and made.orelse:
        made, depth = made.orelse[0], depth + 1
    assert depth == 900


def test_what_is_too_deep_for_the_lowering_is_unparsable() -> None:
    limit = sys.getrecursionlimit()
    with pytest.raises(Unparsable, match="nested too deeply"):
        lower("x = a" + ".b" * limit + "\n")


def test_invalid_escapes_are_read_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert expression("'\\d'") == tree.Const(AT, "\\d")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "   \n"])
def test_a_text_without_statements_has_none(text: str) -> None:
    assert lower(text) == ()


# The outline


@pytest.mark.parametrize(
    "text",
    [
        "import torch\n",
        "from torch.nn import Module\n",
        "import pytorch_lightning as pl\n",
        "def train(model, loss):\n    loss.backward()\n",
        "def train(model):\n    model.zero_grad(set_to_none=True)\n",
    ],
)
def test_a_text_that_speaks_of_torch_or_trains_may_matter(text: str) -> None:
    assert mentions_torch(text)


@pytest.mark.parametrize("text", ["", "import numpy as np\n", "def backward(x): return x\n"])
def test_other_texts_do_not_matter(text: str) -> None:
    assert not mentions_torch(text)
