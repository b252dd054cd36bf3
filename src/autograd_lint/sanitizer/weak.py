"""What is remembered of tensors by identity, and forgotten when they die."""

from __future__ import annotations

import weakref
from typing import Generic, TypeVar

import torch

T = TypeVar("T")


class WeakTensors(Generic[T]):
    """A value for each of some tensors, which are kept alive by nobody here.

    `WeakKeyDictionary` compares keys, and tensors compare element by element.
    """

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[torch.Tensor], T]] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def get(self, tensor: torch.Tensor) -> T | None:
        """The value for a tensor, if there is one."""
        entry = self._entries.get(id(tensor))
        return entry[1] if entry is not None and entry[0]() is tensor else None

    def put(self, tensor: torch.Tensor, value: T) -> None:
        """Remember a value for a tensor."""
        key, entries = id(tensor), self._entries

        def forget(gone: weakref.ref[torch.Tensor]) -> None:
            if (entry := entries.get(key)) is not None and entry[0] is gone:
                del entries[key]

        entries[key] = (weakref.ref(tensor, forget), value)
