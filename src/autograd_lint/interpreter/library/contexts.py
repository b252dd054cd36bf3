"""`with`: what a context manager does around its block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from autograd_lint.autograd.engine import Stop
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes
from autograd_lint.interpreter.library import grad_mode
from autograd_lint.interpreter.machine import Machine, Raised, Signal
from autograd_lint.interpreter.values import (
    Foreign,
    Function,
    Generator,
    GradMode,
    Instance,
    Method,
    Torch,
    Unknown,
    Value,
)

Body = Callable[[Value], "Signal | None"]

_CATCHES = frozenset({"raises", "suppress", "assertRaises", "assertRaisesRegex", "warns"})
"""Context managers, of pytest, unittest and contextlib, that expect what is raised in them."""


def within(machine: Machine, manager: Value, body: Body) -> Signal | None:
    """Execute a block within a context manager."""
    if isinstance(manager, GradMode):
        with grad_mode.entered(machine, manager, as_context=True):
            return body(manager)
    if isinstance(manager, Instance):
        if isinstance(manager.payload, Generator) and manager.cls == Torch(
            "contextlib.contextmanager"
        ):
            return _within_generator(machine, manager.payload, body)
        enter = attributes.class_attribute(manager.cls, "__enter__")
        leave = attributes.class_attribute(manager.cls, "__exit__")
        if isinstance(enter, Function) or isinstance(leave, Function):
            entered: Value = manager
            if isinstance(enter, Function):
                entered = machine.call(enter, [manager], {})
            try:
                return body(entered)
            finally:
                if isinstance(leave, Function):
                    machine.call(leave, [manager, None, None, None], {})
        if manager.cls == Torch("raises"):
            return _expecting(machine, body)
        if manager.cls == PACKING:
            with checking_only(machine, ()):
                return body(None)
        return body(manager)
    if isinstance(manager, Torch):
        if manager.name in grad_mode.KINDS:
            machine.autograd.remark("mode not made", name=manager.name)
        return body(machine.unknown())
    return body(manager if not isinstance(manager, Unknown) else machine.unknown("context"))


def expects_raise(function: Value) -> bool:
    """Whether a call of this makes a context manager in which something is expected to raise."""
    if isinstance(function, Foreign | Method):
        return function.name.rpartition(".")[2] in _CATCHES
    return False


PACKING = Torch("torch.autograd.graph.saved_tensors_hooks")
"""What hands all that is saved to hooks, or lets it be written to."""


@contextmanager
def checking_only(machine: Machine, tensors: Iterable[Tensor]) -> Iterator[None]:
    """Within this, of what is saved only these are checked."""
    before = machine.autograd.checked
    machine.autograd.checked = frozenset(tensor.storage for tensor in tensors)
    try:
        yield
    finally:
        machine.autograd.checked = before


def _expecting(machine: Machine, body: Body) -> Signal | None:
    """Execute a block that is expected to raise; what follows in it is not reached if it does."""
    try:
        with machine.guard():
            return body(machine.unknown())
    except (Raised, Stop):
        return None


def _within_generator(machine: Machine, generator: Generator, body: Body) -> Signal | None:
    """Run a generator function's code around the block, which stands where it yields."""
    signal: Signal | None = None
    here = (
        machine.source, machine.calls, machine.yield_to, machine.rounds, machine.running,
        machine.frames,
    )  # fmt: skip
    ran = False

    def once(value: Value) -> Value:
        nonlocal signal, ran
        there = (
            machine.source, machine.calls, machine.yield_to, machine.rounds, machine.running,
            machine.frames,
        )  # fmt: skip
        (
            machine.source, machine.calls, machine.yield_to, machine.rounds, machine.running,
            machine.frames,
        ) = here  # fmt: skip
        try:
            if not ran:
                ran = True
                signal = body(value)
        finally:
            (
                machine.source, machine.calls, machine.yield_to, machine.rounds, machine.running,
                machine.frames,
            ) = there  # fmt: skip
        return None

    machine.running, machine.frames = list(machine.running), list(machine.frames)
    try:
        generator.start(once)
    finally:
        (
            machine.source, machine.calls, machine.yield_to, machine.rounds, machine.running,
            machine.frames,
        ) = here  # fmt: skip
    return signal if ran else body(machine.unknown())
