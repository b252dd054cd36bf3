"""What can be told about a text without parsing it."""

from __future__ import annotations

_SIGNS = ("torch", ".backward(", ".zero_grad(")
"""`torch` also stands in what builds on it (`pytorch_lightning`, `torchvision`), and a training
loop may be handed its model and its optimizer without naming either."""


def mentions_torch(text: str) -> bool:
    """Whether a text may have to do with torch; one that has not need not be parsed."""
    return any(sign in text for sign in _SIGNS)
