"""Outcomes as bytes and back: JSON, since what lies on a disk must not be able to run anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from autograd_lint import finding
from autograd_lint.disk import Inputs
from autograd_lint.suppression import Suppression, Word
from autograd_lint.worker import Outcome


class Foreign(ValueError):  # noqa: N818
    """Bytes that are not what `encoded` gives."""


_CLASSES: dict[str, Callable[..., Any]] = {
    cls.__name__: cls
    for cls in (
        Inputs, Outcome, Suppression, Word, finding.Applicability, finding.Confidence, finding.Edit,
        finding.Finding, finding.Fix, finding.Graph, finding.GraphEdge, finding.GraphNode,
        finding.NodeKind, finding.NodeState, finding.Place, finding.SavedTensor, finding.Severity,
        finding.Step,
    )
}  # fmt: skip
_MADE: dict[str, Callable[..., Any]] = {
    **_CLASSES,
    "tuple": lambda *items: items,
    "set": lambda *items: frozenset(items),
    "dict": lambda *pairs: dict(pairs),
    "range": range,
    "bytes": bytes.fromhex,
}


def encoded(outcome: Outcome) -> bytes:
    """What came of a file, and what that depends on."""
    return json.dumps(_plain(outcome), separators=(",", ":")).encode("ascii")


def decoded(content: bytes) -> Outcome:
    """What was `encoded`. Raises `Foreign`."""
    try:
        outcome = _made(json.loads(content))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Foreign from error
    if not isinstance(outcome, Outcome):
        raise Foreign
    return outcome


def _plain(value: Any) -> object:
    """A value as JSON has it: what is no text, number or None is a list that begins with its kind."""
    if isinstance(value, Enum):
        return [type(value).__name__, value.value]
    if is_dataclass(value):
        parts = [_plain(getattr(value, field.name)) for field in fields(value)]
        return [type(value).__name__, *parts]
    if isinstance(value, (tuple, list)):
        return ["tuple", *map(_plain, value)]
    if isinstance(value, frozenset):
        return ["set", *map(_plain, value)]
    if isinstance(value, dict):
        return ["dict", *map(_plain, value.items())]
    if isinstance(value, range):
        return ["range", value.start, value.stop, value.step]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if value is None or isinstance(value, (str, int)):
        return value
    raise TypeError(type(value))


def _made(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, *parts = plain
    # Most parts are text: to ask here saves as many calls.
    return _MADE[kind](*[_made(part) if isinstance(part, list) else part for part in parts])
