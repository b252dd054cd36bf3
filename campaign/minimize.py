"""Make a program smaller while something about it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Holds = Callable[[str], bool]


def minimize(text: str, holds: Holds, attempts: int = 400) -> str:
    """Delete lines, and take bodies out of their blocks, as long as `holds` of what is left.

    `holds` is asked about valid Python only, at most `attempts` times.
    """
    lines = text.splitlines()
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(lines):
            joined = "\n".join(candidate) + "\n"
            if not _is_python(joined):
                continue
            if attempts == 0:
                return "\n".join(lines) + "\n"
            attempts -= 1
            if holds(joined):
                lines, smaller = candidate, True
                break
    return "\n".join(lines) + "\n"


def _candidates(lines: list[str]) -> Iterator[list[str]]:
    size = len(lines) // 2
    while size:
        # From the end: later lines are needed least.
        for start in range(len(lines) - size, -1, -size):
            yield lines[:start] + lines[start + size :]
        size //= 2
    for number, line in enumerate(lines):
        if line.rstrip().endswith(":"):
            end = number + 1
            while end < len(lines) and _depth(lines[end]) > _depth(line):
                end += 1
            yield lines[:number] + lines[end:]
            yield lines[:number] + [body[4:] for body in lines[number + 1 : end]] + lines[end:]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_python(text: str) -> bool:
    try:
        compile(text, "<candidate>", "exec")
    except SyntaxError:
        return False
    return True
