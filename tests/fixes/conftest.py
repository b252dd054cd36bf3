from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograd_lint import fixing
from autograd_lint.source import from_bytes
from autograd_lint.worker import analyse_source


def fix_bytes(content: bytes, name: str = "program.py", *, unsafe: bool = True) -> bytes:
    """The content of a file after the fixes of what is found in it."""
    path = Path.cwd() / name
    outcome = analyse_source(from_bytes(content, path, name))
    made = fixing.fix(
        outcome.findings, {path}, unsafe={path} if unsafe else (), contents={path: content}
    )
    return made.changes[0].after if made.changes else content


def fix_text(text: str, name: str = "program.py", *, unsafe: bool = True) -> str:
    return fix_bytes(text.encode(), name, unsafe=unsafe).decode()


@pytest.fixture
def fixed() -> Callable[..., str]:
    return fix_text


@pytest.fixture
def fixed_bytes() -> Callable[..., bytes]:
    return fix_bytes
