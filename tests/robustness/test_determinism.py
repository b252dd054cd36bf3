"""The same text says the same, whatever was analysed before and wherever objects lie in memory."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

from autograd_lint.autograd.engine import Autograd
from autograd_lint.autograd.events import Moment
from autograd_lint.autograd.provenance import NOTHING, united
from autograd_lint.interpreter.expressions import _fact_key
from autograd_lint.interpreter.machine import Site
from autograd_lint.interpreter.merging import _Reader
from autograd_lint.interpreter.values import DictValue, Unknown
from autograd_lint.source import from_text


def test_leaves_are_kept_in_the_order_in_which_they_were_met() -> None:
    site = Site(from_text("x = 1\n", Path("/a.py"), "a.py"), (1, 0, 1, 0))
    autograd = Autograd(lambda: Moment(site, ()), lambda event: None)
    leaves = [autograd.leaf(requires_grad=True) for _ in range(50)]
    parts = [autograd.leaf(requires_grad=False) for _ in leaves]
    for part, leaf in zip(parts, leaves, strict=True):
        part.provenance = replace(NOTHING, gradients=(leaf,))

    assert united(parts).gradients == tuple(leaves)


def written(*values: object) -> list[Hashable]:
    """How a state that holds these is written down, where all of them are of its own path."""
    reader = _Reader(1, False, {})
    for value in values:
        reader.read(value)
    reader.finish()
    return reader.tokens


def test_states_that_differ_in_the_place_of_an_object_alone_are_the_same() -> None:
    def compared() -> list[Hashable]:
        one, other, answer = Unknown(1), Unknown(1), Unknown(1)
        answer.truth = True
        one.facts["==", _fact_key(other)] = answer
        return written(one, other)

    def keyed() -> list[Hashable]:
        key = Unknown(1)
        return written(DictValue(1, {key: 1, (key, 2): key}, False))

    kept = [compared(), keyed()]
    assert kept == [compared(), keyed()]


def test_states_in_which_different_objects_are_compared_differ() -> None:
    def compared(index: int) -> list[Hashable]:
        first, second, third, answer = Unknown(1), Unknown(1), Unknown(1), Unknown(1)
        answer.truth = True
        first.facts["==", _fact_key((second, third)[index])] = answer
        return written(first, second, third)

    assert compared(0) != compared(1)
