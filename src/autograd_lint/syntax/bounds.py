"""What libcst may be given to parse.

Its parser recurses on the machine's stack and dies of a segmentation fault where that is too
short; and it takes long for long sums and chains of calls (time grows with their square), and very
long for nested patterns (each bracket in a `case` makes it five times as long).
"""

from __future__ import annotations

import re

STACK = 64 * 2**20
"""Bytes of stack that libcst needs for what is within bounds, with much to spare.

Measured with libcst 1.9 on x86-64: 60 brackets within each other take less than 512 KiB, 90 take
more, and 1,000 brackets or 3,000 operators less than 8 MiB.
"""
_MOST_CHARACTERS = 200_000
_DEEPEST = 100
_DEEPEST_PATTERN = 5
_LONGEST_CHAIN = 1_000

_TOKEN = re.compile(
    r"""
    \#[^\n]*
  | (?P<format>\b(?:[ft]r?|r[ft]))?                 # the inside of an f-string is looked at, too
    (?: \"{3} (?:[^\\]|\\.)*? \"{3} | '{3} (?:[^\\]|\\.)*? '{3}
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | \d[\w.]*
  | (?P<case>^[ \t]*case\b)
  | (?P<open>[([{])
  | (?P<close>[)\]}])
  | (?P<end>[,;\n])
  | (?P<link>[-+*/%@&|^~.]|\b(?:not|lambda|if|await)\b)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def within_bounds(text: str) -> bool:
    """Whether libcst can parse a text without harm, in a thread whose stack has `STACK` bytes.

    This is told by the look of the text, which need not be Python.
    """
    return len(text) <= _MOST_CHARACTERS and _is_shallow(text)


def _is_shallow(text: str) -> bool:
    chains = [0]  # the operators so far: outside of brackets, in the first bracket, and so on
    deepest = _DEEPEST
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            chains.append(0)
            if len(chains) > deepest:
                return False
        elif kind == "close" or kind == "link":
            if kind == "close" and len(chains) > 1:
                chains.pop()
            chains[-1] += 1
            if chains[-1] > _LONGEST_CHAIN:
                return False
        elif kind == "case":
            deepest = _DEEPEST_PATTERN
        elif kind == "end":
            if token[0] != "\n":
                chains[-1] = 0
            elif len(chains) == 1:
                chains[-1] = 0
                deepest = _DEEPEST
        elif kind == "format" and not _is_shallow(token[0].lstrip("fFtTrR").strip("\"'")):
            return False
    return True
