"""What IPython adds to Python, taken out so that lines and columns stay where they are."""

from __future__ import annotations

import ast
import re

CELL_MAGICS_OF_PYTHON = frozenset({"time", "capture", "prun", "memit", "python", "python3"})
"""Cell magics whose cell is run as Python once, in the notebook's own names."""

_LINE = re.compile(
    r"""[ \t]*(?:
        [%!]                                # %magic, !shell
      | \?{1,2}[ \t]*[\w.*]                 # ?help
      | [A-Za-z_][\w.]*\?{1,2}[ \t]*$       # help?
      | (?:pip|conda|mamba)[ \t]+install\b  # automagic
    )""",
    re.VERBOSE,
)
_ASSIGNED = re.compile(r"([ \t]*[A-Za-z_][\w., \t]*=[ \t]*)[%!](?!=)")
_TIME = re.compile(r"%time[ \t]+(?=\S)")
_TOKEN = re.compile(
    r"""
      (?P<triple>\"\"\"|''')(?:[^\\]|\\.)*?(?:(?P=triple)|\Z)
    | "(?:[^"\\\n]|\\.)*"?
    | '(?:[^'\\\n]|\\.)*'?
    | \#[^\n]*
    | \\\n
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<newline>\n)
    | [^"'\#\\(\[{)\]}\n]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def without_magics(text: str) -> str:
    """The Python of a cell: magics, shell and help lines made blank, line by line.

    A cell magic that runs its cell as Python keeps the rest; any other blanks the whole cell.
    """
    if not any(mark in text for mark in ("%", "!", "?", "install")):
        return text
    first = text.lstrip()
    if first.startswith("%%"):
        name = re.match(r"%%(\w*)", first)
        if name is None or name[1] not in CELL_MAGICS_OF_PYTHON:
            return "\n" * text.count("\n")
        start = len(text) - len(first)
        end = text.find("\n", start)
        text = text[:start] if end < 0 else text[:start] + text[end:]
    return _blank(text)


def _blank(text: str) -> str:
    """Only a line that starts a statement can be a magic: `%` inside brackets is an operator."""
    out: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        line = text[at:] if end < 0 else text[at:end]
        python = _statement_instead(line)
        if python is None:
            stop = _end_of_statement(text, at)
            out.append(text[at:stop])
        else:
            stop = at + len(line)
            while text[stop - 1] == "\\" and stop < len(text):
                following = text.find("\n", stop + 1)
                stop = len(text) if following < 0 else following
            out.append(python + "\n" * text.count("\n", at, stop) + text[stop : stop + 1])
            stop += 1
        at = stop
    return "".join(out)


def _statement_instead(line: str) -> str | None:
    """What stands in for a line of IPython; `None` for a line of Python."""
    if timed := _TIME.match(line):
        statement = line[timed.end() :]
        if _is_simple(statement):
            return "None;".ljust(timed.end()) + statement
    if _LINE.match(line):
        indent = line[: len(line) - len(line.lstrip())]
        return f"{indent}pass" if indent else ""
    if assigned := _ASSIGNED.match(line):
        return f"{assigned[1]}get_ipython()"
    return None


def _is_simple(statement: str) -> bool:
    try:
        parsed = ast.parse(statement).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(parsed) and not hasattr(parsed[0], "body")


def _end_of_statement(text: str, at: int) -> int:
    """The offset after the newline that ends the logical line at `at`."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth = max(0, depth - 1)
        elif token["newline"] and depth == 0:
            return token.end()
    return len(text)
