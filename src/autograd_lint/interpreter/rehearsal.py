"""The rehearsal: a model that nothing in sight trains is trained here for two rounds.

What a library offers is trained by its users. Some mistakes show only then: what a model keeps from one
call to the next, and what it hides from its optimizer. Two calls with a backward and a step in between
bring them to light; nothing else is told of, since how users train is not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Failure, Moment, Rehearsed
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import arguments, attributes, calls
from autograd_lint.interpreter.library import modules
from autograd_lint.interpreter.machine import Frame, Machine
from autograd_lint.interpreter.relevance import hides, keeps
from autograd_lint.interpreter.scope import Scope
from autograd_lint.interpreter.values import Class, Function, Instance, Torch, Unknown, Value


def is_model(cls: Class | None) -> bool:
    """Whether a class of the program's derives from torch's modules."""
    return any(modules.is_module_class(base) for base in attributes.torch_bases(cls))


def is_worthwhile(machine: Machine, cls: Class) -> bool:
    """Whether a class is a model that nothing has called, and could keep or hide something."""
    return (
        cls not in machine.played
        and isinstance(attributes.class_attribute(cls, "forward"), Function)
        and is_model(cls)
        and any(
            hides(method.node) or (method.node.name != "__init__" and keeps(method.node))
            for method in _methods(cls)
        )
    )


def rehearse(machine: Machine, cls: Class) -> None:
    """Make a model, call it twice, go backward and step in between, and tell what came of it."""
    forward = attributes.class_attribute(cls, "forward")
    assert isinstance(forward, Function)
    machine.source, machine.pos = forward.scope.source, forward.node.pos
    stage = Scope(machine.epoch, "function", machine.source, forward.scope)
    machine.frames.append(Frame(stage, machine.paths.position))
    entered, machine.called = machine.called, set()
    machine.stores = []
    seen: Rehearsed | None = None
    try:
        with machine.unobserved():
            seen = _rehearse(machine, cls, forward, stage)
    finally:
        machine.called, machine.stores = entered, None
        machine.frames.pop()
    if seen is not None:
        machine.autograd.tell(seen)


def _rehearse(machine: Machine, cls: Class, forward: Function, stage: Scope) -> Rehearsed | None:
    """What the rehearsal needs is kept in the scope `stage`, where paths that meet are compared."""
    autograd, here = machine.autograd, machine.now()
    model = stage.names["model"] = arguments.instance(machine, cls)
    if not isinstance(model, Instance):
        return None

    def play(which: str) -> list[Tensor]:
        given = arguments.unknown_arguments(machine, forward, [model], None)
        for name, value in given.items():  # which lie behind another layer, as a rule
            layer = autograd.leaf(requires_grad=True)
            if isinstance(value, Tensor):
                given[name] = machine.opaque_tensor([layer])
            elif isinstance(value, Unknown) and value.hint == "input":
                value.deps = (layer,)
        result = stage.names[which] = modules.call(machine, model, [], given)
        machine.pos = forward.node.pos
        return [t for t in calls.tensors_in([result]) if autograd.requires_grad(t) is not False]

    results = play("first")
    if not results:
        return None
    optimizer = stage.names["optimizer"] = _optimizer(machine, model)
    failure = autograd.backward(results, gradient_given=True).failure
    if optimizer is not None:
        machine.method(optimizer, "step")
        machine.method(optimizer, "zero_grad")
    is_doubtful = _let_go(machine, model) or _is_handled(machine, cls)
    kept: Moment | None = None
    if failure is None:
        failure = autograd.failure(play("second"))
        kept = None if failure is None else _kept(machine, failure)
        is_doubtful = is_doubtful or kept is None
    return Rehearsed(here, tuple(autograd.log), failure, kept, is_doubtful)


def _optimizer(machine: Machine, model: Instance) -> Value:
    """Return an optimizer over what a model tells of its parameters; `None` if it has none."""
    named = modules.named_parameters(machine, model)
    if not named:
        return None
    parameters = machine.method(model, "parameters")
    return machine.call(Torch("torch.optim.SGD"), [parameters], {"lr": 0.1})


def _let_go(machine: Machine, model: Instance) -> bool:
    """Call what detaches a model from the past, if it has such; whether it has."""
    found = False
    for method in _methods(model.cls):
        if "detach" in method.node.name and len(method.node.params) == 1:
            machine.call(method, [model], {})
            found = True
    return found


def _is_handled(machine: Machine, cls: Class) -> bool:
    """Whether a model has methods, not called by now, by which its users may let go of the past."""
    return attributes.has_unseen_base(cls) or any(
        id(method.node) not in machine.called and keeps(method.node) for method in _methods(cls)
    )


def _kept(machine: Machine, failure: Failure) -> Moment | None:
    """Return where an object was last given what leads to the failing node, by nothing but seen code."""
    node = failure.node
    is_input = all(isinstance(edge, Tensor) and not edge.is_parameter for edge in node.inputs)
    for value, moment in reversed(machine.stores or ()):
        tensors = calls.tensors_in([value])
        if node in machine.autograd.known_behind(tensors) and (is_input or not node.opaque):
            return moment
    return None


def _methods(cls: Value) -> Iterator[Function]:
    for base in cls.mro if isinstance(cls, Class) else ():
        for value in base.attrs.values() if isinstance(base, Class) else ():
            if isinstance(value, Function):
                yield value
