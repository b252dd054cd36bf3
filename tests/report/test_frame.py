"""Code frames: carets stand under what is meant, whatever the line holds."""

from __future__ import annotations

import pytest

from autograd_lint import Place
from autograd_lint.report.frame import frame
from autograd_lint.report.paint import plain, wants_colour
from autograd_lint.report.places import printable


def framed(lines: list[str], *span: int) -> list[str]:
    line, column, end_line, end_column = span
    place = Place("a.py", None, line, column, end_line, end_column)
    return list(frame(lines, place, plain, "error", context=0))[1:-1]


def test_a_tab_is_four_columns_wide() -> None:
    assert framed(["\tx += 1"], 1, 2, 1, 8) == ["1 |     x += 1", "  |     ^^^^^^"]


def test_wide_and_combining_characters_are_measured_as_shown() -> None:
    assert framed(["名 = e\u0301; x"], 1, 9, 1, 10)[1] == "  |         ^"


def test_an_empty_span_is_one_caret() -> None:
    assert framed(["x"], 1, 2, 1, 2)[1] == "  |  ^"


def test_a_long_line_shows_what_is_around_the_carets() -> None:
    text, carets = framed(["a" * 500 + "BAD" + "a" * 500], 1, 501, 1, 504)
    assert len(text) < 130
    start = carets.index("^")
    assert text[start : start + 3] == "BAD"
    assert carets.count("^") == 3


def test_the_middle_of_a_long_span_is_left_out() -> None:
    shown = framed([f"line{n}" for n in range(1, 21)], 1, 1, 20, 4)
    assert any("…" in line for line in shown)
    assert shown[0].endswith("line1")
    assert shown[-2].endswith("line20")
    assert len(shown) < 20


def test_a_line_that_is_not_there_has_no_frame() -> None:
    assert framed(["x"], 5, 1, 5, 2) == []


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in "".join(framed(["x = '\x1b[31m'"], 1, 1, 1, 2))
    assert printable("a\x1b[31m\n") == r"a\x1b[31m\n"


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_there_is_colour(environment: dict[str, str], terminal: bool, colour: bool) -> None:
    assert wants_colour(environment, terminal) is colour
