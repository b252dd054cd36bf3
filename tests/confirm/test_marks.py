"""What counts as a mark, and which statement a line belongs to."""

from __future__ import annotations

import pytest

from autograd_lint.confirm.marks import Expect, MarkError, Marks, Raises, parse, statement


def test_one_comment_may_hold_both_marks() -> None:
    text = "x = 1\ny[0] = 1  # expect: AGL101  # raises: a leaf Variable\n"

    assert parse(text) == Marks((Expect(2, "AGL101"),), (Raises(2, "a leaf Variable"),))


def test_a_line_may_expect_several_rules() -> None:
    marks = parse("step()  # expect: AGL101, AGL301\n")

    assert marks.expects == (Expect(1, "AGL101"), Expect(1, "AGL301"))


def test_a_message_may_hold_a_number_sign_and_commas() -> None:
    assert parse("f()  # raises: saw #3, expected 2\n").raises == (Raises(1, "saw #3, expected 2"),)


def test_other_comments_may_come_first() -> None:
    assert parse("f()  # noqa # expect: AGL203\n").expects == (Expect(1, "AGL203"),)


def test_marks_within_strings_are_none() -> None:
    text = '"""\nf()  # expect: AGL101\n"""\ns = "# raises: nothing"\n'

    assert not parse(text)


def test_a_program_without_comments_has_no_marks() -> None:
    assert not parse("x = 1  # a comment\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f()  # expect:\n", "line 1: `# expect:` says nothing"),
        ("\nf()  # raises:  \n", "line 2: `# raises:` says nothing"),
        ("f()  # expect: AGL1\n", "line 1: `AGL1` is no rule's code"),
        ("f()  # expect: AGL101 AGL102\n", "is no rule's code"),
        ("f(\n", "it is not Python"),
        ("    x = 1\n  y = 2\n", "it is not Python"),
    ],
)
def test_marks_that_cannot_be_read_are_errors(text: str, message: str) -> None:
    with pytest.raises(MarkError, match=message.replace("(", r"\(")):
        parse(text)


PROGRAM = """\
total = f(
    1,
    2,
)
for x in (
    total
):
    loss = x

    loss.backward()
match total:
    case 1:
        pass
"""


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (2, range(1, 5)),
        (4, range(1, 5)),
        (6, range(5, 8)),
        (8, range(8, 9)),
        (10, range(10, 11)),
        (11, range(11, 12)),
        (13, range(13, 14)),
        (40, range(40, 41)),
    ],
)
def test_a_line_belongs_to_its_innermost_statement(line: int, lines: range) -> None:
    assert statement(PROGRAM, line) == lines
