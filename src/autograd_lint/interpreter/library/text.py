"""Text that a program puts together, as far as it names things: keys, attributes, classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from autograd_lint.interpreter.values import Value

if TYPE_CHECKING:
    from autograd_lint.interpreter.machine import Machine

_PERCENT = re.compile(r"%(?:%|[-#0 +]?\d{0,2}[diouxXrs])|%")
_FIELD = re.compile(r"\{\w*(?:![rs])?(?::[<>=^+-]?\d{0,2}[bdoxXs]?)?\}|\{\{|\}\}|[{}]")


_LONGEST = 1 << 16


def bounded(machine: Machine, made: str | None) -> Value:
    """Return a text, unless it is not known or longer than what names anything."""
    if made is None or len(made) > _LONGEST:
        return machine.unknown("text")
    return made


def is_plain(value: Value) -> bool:
    """Whether a value is known and has one way of being written."""
    return value is None or isinstance(value, str | int)


def interpolate(template: str, values: Sequence[Value]) -> str | None:
    """Return ``template % values``; `None` where a value or the way to write it is not known."""
    if not all(map(is_plain, values)) or "%" in _PERCENT.findall(template):
        return None
    try:
        return template % tuple(values)
    except (TypeError, ValueError):
        return None


def fill(template: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> str | None:
    """Return ``template.format(*args, **kwargs)``; `None` as in `interpolate`."""
    simple = all(match.group(0) not in ("{", "}") for match in _FIELD.finditer(template))
    if not simple or not all(map(is_plain, (*args, *kwargs.values()))):
        return None
    try:
        return template.format(*args, **kwargs)
    except (IndexError, KeyError, ValueError):
        return None
