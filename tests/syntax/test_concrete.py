"""What libcst is asked for: newer Python, one function, and never more than it can take."""

from __future__ import annotations

import sys
import threading

import pytest

from autograd_lint.syntax import Unparsable, concrete, lower, tree
from autograd_lint.syntax.bounds import within_bounds

AT = (0, 0, 0, 0)
A, B, C, D = (tree.Name(AT, name) for name in "abcd")
PASS = tree.Pass(AT)


# Python that is newer than the one that runs


@pytest.mark.parametrize(
    ("text", "node"),
    [
        (
            "try: a\nexcept* b: pass",
            tree.Try(
                AT,
                (tree.ExprStmt(AT, A),),
                (tree.Handler(AT, B, None, (PASS,)),),
                (),
                (),
                is_star=True,
            ),
        ),
        ("type a[T] = b", tree.TypeAliasStmt(AT, "a")),
        ("class a[T: b]: pass", tree.Class(AT, "a", (), (), (PASS,))),
        ('f"{a["b"]} {\nc\n}"', tree.ExprStmt(AT, tree.Format(AT, (
            tree.Subscript(AT, A, tree.Const(AT, "b")), tree.Const(AT, " "), C,
        ), plain=True))),
        ('t"{a:{b}}"', tree.ExprStmt(AT, tree.Format(AT, (A, B), plain=False))),
        (
            "try: a\nexcept A, B: pass",
            tree.Try(
                AT,
                (tree.ExprStmt(AT, A),),
                (
                    tree.Handler(
                        AT,
                        tree.Sequence(AT, "tuple", (tree.Name(AT, "A"), tree.Name(AT, "B"))),
                        None,
                        (PASS,),
                    ),
                ),
                (),
                (),
                is_star=False,
            ),
        ),
    ],
)  # fmt: skip
def test_newer_python_is_parsed_by_an_older_one(text: str, node: tree.Stmt) -> None:
    assert lower(text + "\n") == (node,)
    assert concrete.lower(text + "\n", 1) == (node,)


def test_type_parameters_are_left_out() -> None:
    (made,) = lower("def f[T, *U, **V](a: T = b) -> c: yield\n")
    assert isinstance(made, tree.Function)
    assert made.params == (tree.Parameter(AT, "a", "plain", tree.Name(AT, "T"), B),)
    assert (made.returns, made.body) == (C, (tree.ExprStmt(AT, tree.Yield(AT, None)),))
    assert made.is_generator


def test_newer_python_has_its_positions() -> None:
    (alias, call) = lower("type é = a\nf(é, *b)\n", 5)
    assert alias.pos == (5, 0, 5, 10)
    assert isinstance(call, tree.ExprStmt)
    assert isinstance(call.value, tree.Call)
    assert [argument.pos for argument in call.value.args] == [(6, 2, 6, 3), (6, 5, 6, 7)]


def test_what_neither_parses_is_unparsable() -> None:
    with pytest.raises(Unparsable):
        lower("type a = b\nx = = 1\n")


def test_names_are_known_as_python_knows_them() -> None:
    assert concrete.lower("ﬁ.ﬁ\n", 1) == (
        tree.ExprStmt(AT, tree.Attribute(AT, tree.Name(AT, "fi"), "fi")),
    )


@pytest.mark.parametrize(
    "text", ["'a' b'b'", "b'a' f'b'", "'a' t'b'", "b'é'", r"'\xz'", "f(x=1, y)"]
)
def test_what_python_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(SyntaxError):
        concrete.lower(f"x = {text}\n", 1)
    with pytest.raises(Unparsable):
        lower(f"x = {text}\n")


# One function

PROGRAM = '''\
class A:
    @a
    def f(self):
        """Text
that is not indented."""
        return é(1)

    x = 1
    async def g(self, b): yield b; c

def h():
\treturn d
this is no Python
'''


def function(place: tree.Position) -> tree.Function:
    return concrete.lower_function(PROGRAM, place, 1)


@pytest.mark.parametrize(
    ("place", "name"),
    [((3, 4, 6, 19), "f"), ((9, 4, 9, 36), "g"), ((11, 0, 12, 9), "h")],
)
def test_a_function_is_parsed_alone(place: tree.Position, name: str) -> None:
    made = function(place)
    assert (made.name, made.pos) == (name, place)


def test_a_function_alone_keeps_its_positions_and_its_strings() -> None:
    text, returned = function((3, 4, 6, 19)).body
    assert text == tree.ExprStmt(AT, tree.Const(AT, "Text\nthat is not indented."))
    assert text.pos == (4, 8, 5, 24)
    assert returned.pos == (6, 8, 6, 19)


def test_a_function_alone_is_found_in_a_block_that_starts_further_down() -> None:
    made = concrete.lower_function(PROGRAM, (111, 0, 112, 9), 101)
    assert (made.name, made.body[0].pos) == ("h", (112, 1, 112, 9))


@pytest.mark.parametrize(
    "place", [(8, 4, 8, 9), (3, 4, 6, 18), (1, 0, 9, 36), (50, 0, 51, 1), (50, 4, 51, 1)]
)
def test_where_no_function_stands_there_is_none(place: tree.Position) -> None:
    with pytest.raises(SyntaxError):
        function(place)


# What it can take


@pytest.mark.parametrize(
    "text",
    [
        "(" * 98 + "a" + ")" * 98,
        "a" + "[0]" * 500,
        "a" + ".b()" * 240,
        " + ".join(["a"] * 500),
        "not " * 500 + "a",
        "lambda: " * 500 + "a",
        "a if b else " * 500 + "a",
        "[" + "-1.5, " * 20_000 + "]",
        "if a: pass" + "\nelif b: pass" * 600,
        "x = a.b(c) + d\n" * 2_000,
        "x = ':('\n# :( :(\n" * 2_000,
        "match a:\n    case [{'k': [b]}]:\n        f((((((((a))))))))",
    ],
)  # fmt: skip
def test_what_is_within_bounds_is_parsed(text: str) -> None:
    assert within_bounds(text)
    assert concrete.lower(text + "\n", 1)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "a" + ")" * 5_000,
        "f(\n" * 200,
        "x = [" * 200,
        "f'{" + "(" * 200 + "a" + ")" * 200 + "}'",
        "'(' + " + "(" * 200,
        "# )\n" + "(  # )\n" * 200,
        " + ".join(["a"] * 600),
        "(" + "\n+ ".join(["a"] * 600) + ")",
        "a" + ".b(1, 2)" * 300,
        "not " * 600 + "a",
        "lambda: " * 600 + "a",
        "a if b else " * 600 + "a",
        "'a' " * 600,
        "match a:\n    case [[[[[[[b]]]]]]]: pass",
        "x = 1\n" * 40_000,
    ],
)
def test_what_could_hurt_libcst_is_refused(text: str) -> None:
    assert not within_bounds(text)
    with pytest.raises(SyntaxError):
        concrete.lower(text, 1)


def test_what_is_nested_too_deeply_without_looking_so_is_refused() -> None:
    with pytest.raises(SyntaxError, match="too deeply"):
        concrete.lower("if a: pass" + "\nelif b: pass" * 5_000 + "\n", 1)


def test_a_thread_with_a_small_stack_can_parse() -> None:
    made: list[tree.Stmt] = []
    before = threading.stack_size(256 * 1024)
    try:
        text = "(" * 90 + "a" + ")" * 90 + "\n"
        thread = threading.Thread(target=lambda: made.extend(concrete.lower(text, 1)))
        thread.start()
        thread.join()
        assert threading.stack_size() == 256 * 1024
    finally:
        threading.stack_size(before)
    assert made == [tree.ExprStmt(AT, A)]


def test_the_recursion_limit_is_left_as_it_was() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(2_000)
    try:
        concrete.lower("a\n", 1)
        assert sys.getrecursionlimit() == 2_000
    finally:
        sys.setrecursionlimit(before)
