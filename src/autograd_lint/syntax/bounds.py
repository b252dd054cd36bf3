"""What libcst may be given to parse.

Its parser recurses on the machine's stack and dies of a segmentation fault where that is too
short; and it takes long for long sums and chains of calls (time grows with their square), and very
long for nested patterns (each bracket in a `case` makes it five times as long).
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")

STACK = 64 * 2**20
"""Bytes of stack that libcst needs for what is within bounds, with much to spare.

Measured with libcst 1.9 on x86-64: 60 brackets within each other take less than 512 KiB, 90 take
more, and 1,000 brackets or 3,000 operators less than 8 MiB.
"""
RECURSION = 12_000
"""Calls of Python functions within each other that libcst needs then: ten to a bracket or link.

Python 3.12 does not allow for as many whatever it is told, but for 700 links.
"""
_MOST_CHARACTERS = 200_000
_DEEPEST = 100
_DEEPEST_PATTERN = 5
_LONGEST_CHAIN = 500

_TOKEN = re.compile(
    r"""
    \#[^\n]*
  | (?P<string> (?P<format>\b (?: [ft]r? | r[ft] ))?
      (?: \"{3} (?:[^\\]|\\.)*? \"{3} | '{3} (?:[^\\]|\\.)*? '{3}
        | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' ))
  | \d[\w.]*
  | (?P<case>^[ \t]*case\b)
  | (?P<open>[([{])
  | (?P<close>[)\]}])
  | (?P<end>[,;\n])
  | (?P<link>[-+*/%@&|^~.] | \b(?:and|await|if|lambda|not|or)\b)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def within_bounds(text: str) -> bool:
    """Whether libcst can parse a text without harm, in a thread whose stack has `STACK` bytes.

    This is told by the look of the text, which need not be Python.
    """
    return len(text) <= _MOST_CHARACTERS and _is_shallow(text)


def _is_shallow(text: str) -> bool:
    deepest = _DEEPEST
    chains = [0]  # the links so far of what is being read, and before it of what is around it
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            chains.append(0)
            if len(chains) > deepest:
                return False
        elif kind == "case":
            deepest = _DEEPEST_PATTERN
        elif kind == "end":
            if token[0] != "\n" or len(chains) == 1:
                chains[-1] = 0
            if token[0] == "\n" and len(chains) == 1:
                deepest = _DEEPEST
        elif kind is not None:
            if kind == "close" and len(chains) > 1:
                chains.pop()
            elif token["format"] and not _is_shallow(token[0].lstrip("fFtTrR").strip("\"'")):
                return False
            chains[-1] += 1
            if chains[-1] > _LONGEST_CHAIN:
                return False
    return True


def with_room(work: Callable[[], _Result]) -> _Result:
    """Do what libcst needs its stack for, which not every thread has."""
    size, depth = threading.stack_size(STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, RECURSION))
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(work).result()
    finally:
        sys.setrecursionlimit(depth)
        threading.stack_size(size)
