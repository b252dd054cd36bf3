"""The sources of a notebook's cells within its JSON text, so that nothing else changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]

_SPACE = re.compile(r"[ \t\r\n]*")
_SKIP = json.JSONDecoder().raw_decode


def replaced(text: str, changes: Mapping[int, Callable[[str], str]]) -> str:
    """The notebook `text` with the sources of the cells numbered in `changes` changed by them."""
    parts: list[str] = []
    at = 0
    for number, (start, end) in enumerate(_cells(text), start=1):
        if number in changes:
            members = dict(_members(text, start)) if text[start] == "{" else {}
            start, end = members.get("source") or members["input"]
            parts += [text[at:start], _replaced_source(text[start:end], changes[number])]
            at = end
    return "".join([*parts, text[at:]])


def _replaced_source(written: str, change: Callable[[str], str]) -> str:
    """A source as it is written in JSON, a string or a list of lines, after a change."""
    source = json.loads(written)
    ascii_only = written.isascii()
    if isinstance(source, str):
        return json.dumps(change(source), ensure_ascii=ascii_only)
    spans = list(_items(written, 0))
    first, last = spans[0], spans[-1]
    before, after = written[: first[0]], written[last[1] :]
    between = written[first[1] : spans[1][0]] if len(spans) > 1 else "," + before[1:]
    as_written = {
        line: written[start:end] for line, (start, end) in zip(source, spans, strict=True)
    }
    lines = [
        as_written.get(line) or json.dumps(line, ensure_ascii=ascii_only)
        for line in re.findall(r"[^\n]*\n|[^\n]+", change("".join(source)))
    ]
    return before + between.join(lines) + after


def _cells(text: str) -> Iterator[Span]:
    """Where the cells are, in the order in which they are counted."""
    notebook = dict(_members(text, _past_space(text, 0)))
    if "cells" in notebook:
        yield from _items(text, notebook["cells"][0])
        return
    for start, _ in _items(text, notebook["worksheets"][0]):
        yield from _items(text, dict(_members(text, start))["cells"][0])


def _members(text: str, at: int) -> Iterator[tuple[str, Span]]:
    """The members of the object that starts at `at`: their names, and where their values are."""
    at = _past_space(text, at + 1)
    while text[at] != "}":
        name, at = _SKIP(text, at)
        at = _past_space(text, _past_space(text, at) + 1)
        _, end = _SKIP(text, at)
        yield name, (at, end)
        at = _past_comma(text, end)


def _items(text: str, at: int) -> Iterator[Span]:
    """Where the items of the list that starts at `at` are."""
    at = _past_space(text, at + 1)
    while text[at] != "]":
        _, end = _SKIP(text, at)
        yield at, end
        at = _past_comma(text, end)


def _past_comma(text: str, at: int) -> int:
    at = _past_space(text, at)
    return _past_space(text, at + 1) if text[at] == "," else at


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
