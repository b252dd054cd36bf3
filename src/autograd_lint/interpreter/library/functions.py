"""Custom `torch.autograd.Function`s: applying one makes a node whose backward is the program's."""

from __future__ import annotations

from autograd_lint.autograd.events import Moment
from autograd_lint.autograd.tensor import Defect, Storage, Tensor
from autograd_lint.interpreter import attributes, calls
from autograd_lint.interpreter.library import grad_mode
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.relevance import names_in
from autograd_lint.interpreter.values import (
    Class,
    Function,
    GradMode,
    Instance,
    Native,
    StaticMethod,
    Torch,
    Unknown,
    Value,
)


def applying(cls: Class) -> Native:
    """Return the `apply` of a custom function."""

    def apply(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        forward = attributes.class_attribute(cls, "forward")
        if isinstance(forward, StaticMethod):
            forward = forward.function
        inputs = calls.tensors_in(args, depth=0)
        context = machine.native(Torch("torch.autograd.function.FunctionCtx"))
        result: Value = machine.unknown(deps=inputs)
        if isinstance(forward, Function):
            context.payload = ()
            context.attrs["needs_input_grad"] = tuple(
                isinstance(arg, Tensor) and bool(machine.autograd.requires_grad(arg))
                for arg in args
            )
            setup = attributes.class_attribute(cls, "setup_context")
            before = {tensor.storage: len(tensor.storage.writes) for tensor in inputs}
            with grad_mode.entered(machine, GradMode("no_grad")):
                given = [context, *args] if setup is None else args
                result = machine.call(forward, given, kwargs)
                returned_at = machine.returned_at
                if isinstance(setup, StaticMethod | Function):
                    machine.call(attributes.bind(setup, cls), [context, tuple(args), result], {})
            _note_dirty(machine, context, before)
            for tensor in context.attrs.get(_DIRTY, ()):
                if isinstance(tensor, Tensor) and machine.autograd.is_of_leaf(tensor):
                    machine.autograd.write_by_function(tensor, cls.name)
            _examine_backward(machine, cls, forward, context, args, result, returned_at)
        flags = context.attrs.get("needs_input_grad", ())
        defect = machine.examined.get((id(cls), flags))
        return _outputs(machine, cls, result, inputs, context, defect)

    return Native("apply", apply)


def attribute(machine: Machine, value: Instance, base: Torch, name: str) -> Value:
    """Return a method of a context, `None` if it has none of that name."""
    if name == "save_for_backward":
        return Native(name, lambda machine, args, kwargs: _save(machine, value, args))
    if name == "mark_dirty":
        return Native(name, lambda machine, args, kwargs: _mark_dirty(machine, value, args))
    if name == "mark_non_differentiable":
        return Native(name, lambda machine, args, kwargs: _mark_plain(machine, value, args))
    if name == "saved_tensors":
        return value.payload if isinstance(value.payload, tuple) else machine.unknown()
    return None


_DIRTY = "[dirty]"


def _mark_dirty(machine: Machine, context: Instance, args: list[Value]) -> Value:
    machine.journal.touch(context)
    context.attrs[_DIRTY] = tuple(args)
    return None


_PLAIN = "[non-differentiable]"


def _mark_plain(machine: Machine, context: Instance, args: list[Value]) -> Value:
    machine.journal.touch(context)
    context.attrs[_PLAIN] = tuple(args)
    return None


def _is_plain(context: Instance, output: Value) -> bool:
    return any(output is marked for marked in context.attrs.get(_PLAIN, ()))


def _note_dirty(machine: Machine, context: Instance, before: dict[Storage, int]) -> None:
    """Note inputs that a forward has written to without saying so; through `.data` is on purpose."""
    marked = {t.storage for t in context.attrs.get(_DIRTY, ()) if isinstance(t, Tensor)}
    for storage, count in before.items():
        write = next((write for write in storage.writes[count:] if write.versioned), None)
        if write is not None and storage not in marked:
            machine.autograd.remark("not marked dirty", since=write.moment)


def _examine_backward(
    machine: Machine,
    cls: Class,
    forward: Function,
    context: Instance,
    args: list[Value],
    result: Value,
    returned_at: Moment,
) -> None:
    """Execute a custom backward, unobserved, to see how many gradients it returns, and which."""
    backward = attributes.class_attribute(cls, "backward")
    if isinstance(backward, StaticMethod):
        backward = backward.function
    flags = context.attrs["needs_input_grad"]
    if not isinstance(backward, Function) or not any(flags):
        return
    key = (id(cls), flags)
    if key in machine.examined or not machine.may_enter(backward):
        return
    machine.examined[key] = None
    outputs = result if isinstance(result, tuple) else (result,)
    _note_ignored(machine, backward, context, outputs, returned_at)
    gradients = [
        machine.autograd.leaf(dtype="float", shape=getattr(o, "shape", None)) for o in outputs
    ]
    returned: Value = machine.unknown()
    machine.returned_at = machine.start_of(backward)
    with machine.unobserved(), grad_mode.entered(machine, GradMode("no_grad")):
        returned = machine.call(backward, [context, *gradients], {})
    place = machine.returned_at
    if isinstance(returned, Tensor) or returned is None:
        returned = (returned,)
    if not isinstance(returned, tuple):
        return
    extra = [part for part in returned[len(args) :] if part is not None]
    if len(returned) < len(args) or extra:
        name = f"{len(args)} and not {len(returned)}"
        machine.autograd.remark("gradient count", name=name, since=place, sure=False)
        machine.examined[key] = Defect(name, place)
    elif not all(_is_plain(context, output) for output in outputs):
        lost = _lost_leaves(machine, forward, args, returned)
        if lost:
            # Of a model that nothing here trains, weights may be frozen by its users; and what it is
            # given is seldom differentiated in all of it.
            sure = any(leaf.epoch != 0 and not leaf.opaque for leaf in lost)
            machine.autograd.remark("gradient missing", since=place, sure=sure)


def _note_ignored(
    machine: Machine,
    backward: Function,
    context: Instance,
    outputs: tuple[Value, ...],
    returned_at: Moment,
) -> None:
    """Note outputs whose gradients a backward does not look at, though they are not marked."""
    parameters = backward.node.params[1:]
    if len(parameters) != len(outputs) or any(p.kind == "star" for p in parameters):
        return
    used = frozenset(names_in(backward.node.body))
    ignored = [
        output
        for output, parameter in zip(outputs, parameters, strict=True)
        if parameter.name not in used
        and isinstance(output, Tensor)
        and output.dtype not in ("int", "bool")
        and not _is_plain(context, output)
    ]
    if ignored and len(ignored) < len(outputs):
        sure = all(output.dtype == "float" for output in ignored)
        machine.autograd.remark("gradient ignored", since=returned_at, sure=sure)


def _lost_leaves(
    machine: Machine, forward: Function, args: list[Value], returned: tuple[Value, ...]
) -> set[Tensor]:
    """Return what gets no gradient because a backward returns `None` for its input."""
    autograd = machine.autograd
    lost: set[Tensor] = set()
    reached: set[Tensor] = set()
    for arg, matters, part in zip(args, _used_inputs(forward, len(args)), returned, strict=False):
        if part is not None:
            reached.update(autograd.leaves_behind(calls.tensors_in([arg])))
        elif isinstance(arg, Tensor) and matters and autograd.requires_grad(arg):
            lost.update(autograd.leaves_behind([arg]))
    return lost - reached


def _used_inputs(forward: Function, count: int) -> list[bool]:
    """Return which inputs a forward makes use of: another one has no gradient to be returned."""
    names = [parameter.name for parameter in forward.node.params if parameter.kind != "star"][1:]
    used = frozenset(names_in(forward.node.body))
    is_used = [name in used for name in names[:count]]
    return is_used + [True] * (count - len(is_used))


def _save(machine: Machine, context: Instance, args: list[Value]) -> Value:
    machine.journal.touch(context)
    context.payload = tuple(args)
    return None


def _outputs(
    machine: Machine,
    cls: Class,
    result: Value,
    inputs: list[Tensor],
    context: Instance,
    defect: Defect | None,
) -> Value:
    """Return the outputs as autograd hands them out: of one node, with what the context saved."""
    if isinstance(result, tuple):
        return tuple(_outputs(machine, cls, part, inputs, context, defect) for part in result)
    if not isinstance(result, Tensor | Unknown) or _is_plain(context, result):
        return result
    seen = isinstance(context.payload, tuple)
    shape = result.shape if isinstance(result, Tensor) else None
    saved = calls.tensors_in(context.payload) if seen else []
    saves = [("result" if t is result else "saved", None if t is result else t) for t in saved]
    made = machine.autograd.record(
        cls.name, inputs, saves, twice=bool(saved) or not seen, shape=shape
    )
    if made.grad_fn is not None:
        made.grad_fn.defect = defect
    if made.grad_fn is not None and not seen:
        made.grad_fn.opaque = True
        made.requires_grad_flag = None
    return made
