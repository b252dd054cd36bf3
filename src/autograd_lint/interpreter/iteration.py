"""Iteration: what loops, comprehensions and unpacking go through, round after round.

A loop over something whose length is not known, or is large, is run for its first two rounds, so
that what one round leaves meets the next. Where the program asks the counter a question
(``(i + 1) % 4 == 0``), the loop goes on with the next round in which the answer is one that it has
not seen yet, and the one after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograd_lint.autograd.events import Round
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, subscripts
from autograd_lint.interpreter.machine import Loop, Machine
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import (
    Counted,
    DictValue,
    Function,
    Generator,
    Instance,
    ListValue,
    Series,
    SetValue,
    Unknown,
    Value,
)
from autograd_lint.interpreter.values import Iterator as IteratorValue
from autograd_lint.syntax import tree

ALL_ROUNDS = 4
"""Up to so many rounds of a counter all are run."""
ALL_OF_A_COMPREHENSION = 8
"""Up to so many items of a series a comprehension takes all."""
ALL_ITEMS = 24
"""Up to so many known items all are taken."""
ALL_PARAMETERS = 256
"""Of parameters more are: one that a loop leaves out would be taken for one that it has not zeroed."""
MOST_ROUNDS = 10
"""More are never run, whatever the counter is asked."""
_TIMES = 2
"""So often each answer is to be met, so that what the first time leaves meets the second."""
_FARTHEST = 1024
"""How far ahead an answer is looked for that has not been seen."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be iterated over: known items, or a series."""

    items: list[Value] | None
    series: Series | None = None
    is_open: bool = False


class _Left(Exception):  # noqa: N818 - a way out, not an error
    """The consumer of a generator has left its loop."""


def _plan(machine: Machine, value: Value) -> _Plan:
    if isinstance(value, tuple):
        return _Plan(list(value))
    if isinstance(value, ListValue | SetValue):
        if value.open and not value.items:
            return _Plan(None, Series(lambda _: machine.unknown(), None))
        if value.open:
            return _Plan(None, _going_on(machine, value), is_open=True)
        return _Plan(list(value.items))
    if isinstance(value, DictValue):
        if value.open and not value.items:
            return _Plan(None, Series(lambda _: machine.unknown(), None))
        return _Plan(list(value.items), is_open=value.open)
    if isinstance(value, Series):
        return _Plan(None, value)
    if isinstance(value, str):
        return _Plan(list(value[:ALL_ITEMS]), is_open=len(value) > ALL_ITEMS)
    if isinstance(value, IteratorValue):
        return _Plan([]) if value.exhausted else _plan(machine, value.source)
    if isinstance(value, Generator):
        items, is_open = collect(machine, value)
        return _Plan(items, is_open=is_open)
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        return _Plan(None, tensors.rows(machine, value))
    if isinstance(value, Instance):
        return _plan_of_instance(machine, value)
    if isinstance(value, Unknown):
        deps = value.deps
        limit = machine.size_of(value)
        return _Plan(None, Series(lambda _: machine.unknown("item", deps), None, limit=limit))
    return _Plan(None, Series(lambda _: machine.unknown(), None))


def _going_on(machine: Machine, value: ListValue | SetValue) -> Series:
    """Return the items of a collection that holds others like them, but for graphs of their own."""
    from autograd_lint.interpreter import calls

    items = list(value.items)
    limit = machine.size_of(value) if isinstance(value, ListValue) else None
    have_graphs = any(tensor.grad_fn is not None for tensor in calls.tensors_in(items))
    length = len(items) if have_graphs else None
    return Series(lambda i: items[min(int(i), len(items) - 1)], length, limit=limit)


def _plan_of_instance(machine: Machine, value: Instance) -> _Plan:
    from autograd_lint.interpreter.library import data, modules

    children = modules.iterated(value)
    if children is not None:
        return _Plan(children)
    loaded = data.items(machine, value)
    if loaded is not None:
        return _Plan(None, loaded)
    method = attributes.class_attribute(value.cls, "__iter__")
    if isinstance(method, Function):
        source = machine.call(method, [value], {})
        if source is not value:
            return _plan(machine, source)
    item = attributes.class_attribute(value.cls, "__getitem__")
    if isinstance(item, Function):
        return _Plan(None, Series(lambda i: machine.call(item, [value, i], {}), None))
    following = attributes.class_attribute(value.cls, "__next__")
    if isinstance(following, Function):
        return _Plan(None, Series(lambda _: machine.call(following, [value], {}), None))
    if isinstance(value.payload, ListValue | DictValue):
        return _plan(machine, value.payload)
    if isinstance(value.payload, tuple):
        return _Plan(list(value.payload))
    return _Plan(None, Series(lambda _: machine.unknown("item"), None))


def rounds(loop: Loop, length: int | None, everything: int) -> Iterator[int]:
    """Yield the rounds that are to be run of a loop with so many, as it goes along."""
    if length is not None and length <= everything:
        yield from range(length)
        return
    seen: dict[object, list[bool]] = {}
    run = [0, 1]
    done: list[int] = []
    while len(done) < MOST_ROUNDS:
        for index in run:
            if length is None or index < length:
                yield index
                done.append(index)
        for key, predicate in loop.predicates.items():
            seen[key] = [predicate(index) for index in done]
        following = _unseen(loop, done[-1], length, seen)
        if following is None:
            break
        run = [following, following + 1]
    if length is not None and loop.predicates and done[-1] < length - 1:
        yield length - 1  # what comes after the loop meets what its last round leaves


def _unseen(
    loop: Loop, last: int, length: int | None, seen: dict[object, list[bool]]
) -> int | None:
    """Return the next round in which some answer is given that was given less than twice."""
    open_questions = [
        (predicate, answer)
        for key, predicate in loop.predicates.items()
        for answer in (False, True)
        if seen[key].count(answer) < _TIMES
    ]
    end = last + _FARTHEST if length is None else min(length, last + _FARTHEST)
    for index in range(last + 1, end if open_questions else 0):
        if any(predicate(index) is answer for predicate, answer in open_questions):
            return index
    return None


def for_each(
    machine: Machine,
    value: Value,
    once: Callable[[Value], object],
    everything: int = ALL_ROUNDS,
) -> bool:
    """Do something for each item, until it answers something true.

    Of a series with up to `everything` items, all are taken. Returns whether exactly these are the
    items.
    """
    if isinstance(value, Generator) and value.items is None:
        return _for_each_yielded(machine, value, once)
    if isinstance(value, IteratorValue):
        return _for_each_left(machine, value, once)
    plan = _plan(machine, value)
    loop = machine.new_loop(whole=_is_whole(plan, everything))
    outside = machine.rounds
    sure = not plan.is_open
    try:
        if plan.items is not None:
            items = plan.items
            most = ALL_PARAMETERS if all(map(_is_parameter, items)) else ALL_ITEMS
            taken = range(min(len(items), most))
            sure = sure and len(taken) == len(items)
            # What comes after the loop meets what its last round leaves.
            last = [] if len(taken) == len(items) else [len(items) - 1]
            parts = _are_parts(items[:ALL_ITEMS])
            for index in (*taken, *last):
                is_part = parts or _is_part(machine, items[index])
                machine.rounds = (*outside, Round(loop.number, index, is_part))
                if once(items[index]):
                    break
        else:
            assert plan.series is not None
            series = plan.series
            count = 0
            for index in rounds(loop, series.length, everything):
                if series.limit is not None and index >= (series.limit.number or index + 1):
                    break  # on this path it is a number that was told from the counter
                machine.rounds = (*outside, Round(loop.number, index))
                count += 1
                item = series.item(Counted(index, loop.number, _identity, index))
                if _is_part(machine, item):
                    machine.rounds = (*outside, Round(loop.number, index, over_parts=True))
                if once(item):
                    break
            sure = sure and count == series.length
    finally:
        machine.rounds = outside
        machine.loops.pop(loop.number, None)
    return sure


def _for_each_left(
    machine: Machine, iterator: IteratorValue, once: Callable[[Value], object]
) -> bool:
    """Do something for each item that an iterator has not given yet."""
    if iterator.exhausted:
        return True
    plan = _plan(machine, iterator.source)
    left: object = False

    def take(item: Value) -> object:
        nonlocal left
        machine.journal.touch(iterator)
        iterator.position += 1
        left = once(item)
        return left

    if plan.items is None:
        sure = for_each(machine, iterator.source, take)
        if not left:
            machine.journal.touch(iterator)
            iterator.exhausted = True
        return sure

    rest = plan.items[iterator.position :]
    return for_each(machine, tuple(rest), take) and not plan.is_open


def _is_whole(plan: _Plan, everything: int) -> bool:
    if plan.items is not None:
        return not plan.is_open and len(plan.items) <= ALL_ITEMS
    assert plan.series is not None
    return plan.series.length is not None and plan.series.length <= everything


def _are_parts(items: list[Value]) -> bool:
    """Whether items are parts of the program: objects of several classes, as callbacks are."""
    classes = {id(item.cls) for item in items if isinstance(item, Instance)}
    return len(classes) > 1


def _is_part(machine: Machine, item: Value) -> bool:
    """Whether what a loop goes through is a part of the program, not data."""
    if isinstance(item, Tensor):
        return item.grad_fn is not None and machine.autograd.requires_grad(item) is True
    if isinstance(item, tuple):
        return any(_is_part(machine, part) for part in item)
    if isinstance(item, Instance):
        return item.optimizer is not None or bool(attributes.torch_bases(item.cls))
    return isinstance(item, Function | str)


def _is_parameter(item: Value) -> bool:
    if isinstance(item, tuple):
        return any(map(_is_parameter, item))
    return isinstance(item, Tensor) and item.is_parameter


def _identity(count: int) -> int:
    return count


def _for_each_yielded(
    machine: Machine, generator: Generator, once: Callable[[Value], object]
) -> bool:
    """Run a generator, with the consumer's body at each yield."""
    loop = machine.new_loop()
    here = (machine.source, machine.calls, machine.yield_to, machine.rounds)
    running = machine.running
    index = 0

    def consume(item: Value) -> Value:
        nonlocal index
        there = (machine.source, machine.calls, machine.yield_to, machine.rounds)
        inner = machine.running
        machine.source, machine.calls, machine.yield_to, outside = here
        machine.running = running
        # Its loops are the consumer's: what that asks of its rounds is asked of theirs.
        own = there[-1][len(outside) :]
        machine.rounds = (*outside, *(own or (Round(loop.number, index),)))
        index += 1
        try:
            if once(item):
                raise _Left
        finally:
            machine.source, machine.calls, machine.yield_to, machine.rounds = there
            machine.running = inner
        return None

    machine.journal.touch(generator)
    generator.items = []
    machine.running = list(running)
    try:
        generator.start(consume)
    except _Left:
        pass
    finally:
        machine.source, machine.calls, machine.yield_to, machine.rounds = here
        machine.running = running
        machine.loops.pop(loop.number, None)
    return False


def collect(machine: Machine, value: Value) -> tuple[list[Value], bool]:
    """Return all items, as far as they are known, and whether there may be others."""
    if isinstance(value, Generator) and value.items is not None:
        return list(value.items[value.position :]), False
    if isinstance(value, tuple):
        machine.copy(len(value))
        return list(value), False
    if isinstance(value, ListValue | SetValue) and not value.open:
        machine.copy(len(value.items))
        return list(value.items), False
    if isinstance(value, IteratorValue):
        plan = _plan(machine, value.source)
        if plan.items is not None:
            rest = plan.items[value.position :]
            machine.journal.touch(value)
            value.position = len(plan.items)
            return rest, plan.is_open
    items: list[Value] = []
    sure = for_each(machine, value, items.append)
    if isinstance(value, Generator):
        value.items = list(items)
        value.position = len(items)
    return items, not sure


def following(machine: Machine, value: Value) -> Value:
    """Return what `next(value)` gives."""
    if isinstance(value, Generator):
        if value.items is None:
            items, _ = collect(machine, value)
            value.items, value.position = items, 0
        machine.journal.touch(value)
        value.position += 1
        if value.position <= len(value.items):
            return value.items[value.position - 1]
        return value.items[-1] if value.items else machine.unknown()
    if isinstance(value, IteratorValue):
        machine.journal.touch(value)
        position = value.position
        value.position += 1
        plan = _plan(machine, value.source)
        if plan.items is not None:
            return plan.items[position] if position < len(plan.items) else machine.unknown()
        assert plan.series is not None
        return plan.series.item(position)
    if isinstance(value, Instance):
        method = attributes.class_attribute(value.cls, "__next__")
        if isinstance(method, Function):
            return machine.call(method, [value], {})
    plan = _plan(machine, value)
    if plan.items:
        return plan.items[0]
    return machine.unknown("item", value.deps if isinstance(value, Unknown) else ())


def assign(machine: Machine, target: tree.Node, value: Value, scope: Scope) -> None:
    """Assign a value to a target: a name, attribute, item, or several of them."""
    if isinstance(target, tree.Name):
        machine.journal.touch(scope)
        home = scope.elsewhere.get(target.id, scope)
        machine.journal.touch(home)
        home.names[target.id] = value
    elif isinstance(target, tree.Attribute):
        receiver = machine.evaluate(target.value, scope)
        machine.pos = target.pos
        attributes.set_attribute(machine, receiver, attributes.mangle(target.attr, scope), value)
    elif isinstance(target, tree.Subscript):
        receiver = machine.evaluate(target.value, scope)
        index = machine.evaluate(target.index, scope)
        machine.pos = target.pos
        subscripts.set_item(machine, receiver, index, value)
    elif isinstance(target, tree.Starred):
        assign(machine, target.value, value, scope)
    elif isinstance(target, tree.Sequence):
        _unpack(machine, target.elements, value, scope)


def _unpack(machine: Machine, targets: tuple[tree.Expr, ...], value: Value, scope: Scope) -> None:
    items = unpacked(machine, value, len(targets))
    star = next((i for i, t in enumerate(targets) if isinstance(t, tree.Starred)), None)
    if items is None:
        deps = value.deps if isinstance(value, Unknown) else ()
        for target in targets:
            part: Value = machine.unknown("item", deps)
            if isinstance(target, tree.Starred):
                part = machine.list([part], is_open=True)
            assign(machine, target, part, scope)
        return
    if star is not None:
        behind = len(targets) - star - 1
        end = len(items) - behind
        if end < star:
            items += [machine.unknown() for _ in range(star - end)]
            end = star
        items = [*items[:star], machine.list(items[star:end]), *items[end:]]
    for target, item in zip(targets, items, strict=False):
        assign(machine, target, item, scope)


def unpacked(machine: Machine, value: Value, count: int) -> list[Value] | None:
    """Return the items of what is unpacked into so many targets, `None` if they are not known."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, ListValue) and (not value.open or len(value.items) >= count):
        return list(value.items)
    if isinstance(value, Series):
        return [value.item(index) for index in range(count)]
    if isinstance(value, Tensor):
        from autograd_lint.interpreter.library import tensors

        series = tensors.rows(machine, value)
        return [series.item(index) for index in range(count)]
    if isinstance(value, Generator | DictValue | Instance | SetValue | IteratorValue):
        items, _ = collect(machine, value)
        if len(items) >= count:
            return items
    if isinstance(value, Unknown):
        return [subscripts.get_item(machine, value, index) for index in range(count)]
    return None
