"""Operators: from a call's arguments to what autograd does, by the operator table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_lint.autograd import operators, shapes
from autograd_lint.autograd.engine import RESULT, Spread
from autograd_lint.autograd.events import Moment
from autograd_lint.autograd.operators import Operator
from autograd_lint.autograd.tensor import Shape, Tensor, ViewKind
from autograd_lint.interpreter import calls, iteration
from autograd_lint.interpreter.library import grad_mode, risks
from autograd_lint.interpreter.machine import Machine, Site
from autograd_lint.interpreter.values import (
    DictValue,
    GradMode,
    ListValue,
    Native,
    Torch,
    Unknown,
    Value,
)

_SYNONYMS = {"self": "input", "input": "self", "dim": "axis", "other": "value"}
"""Names by which torch takes the same argument in functions and methods."""


def bind(operator: Operator, args: Sequence[Value], kwargs: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments by name, in the overload that takes them."""
    form = next(
        (form for form in operator.forms if _fits(operator, form, args, kwargs)),
        operator.forms[0] if operator.forms else ("self",),
    )
    bound = dict(zip(form, args, strict=False))
    if len(args) > len(form):
        bound[form[-1]] = tuple(args[len(form) - 1 :])
    for name, value in kwargs.items():
        synonym = _SYNONYMS.get(name)
        bound[synonym if synonym in form and name not in form else name] = value
    return bound


def _fits(
    operator: Operator, form: Sequence[str], args: Sequence[Value], kwargs: dict[str, Value]
) -> bool:
    """Whether an overload takes these arguments."""
    if len(args) > len(form):
        return False
    for name, value in zip(form[1:], args[1:], strict=False):
        if isinstance(value, Tensor) and (name in _NUMBERS or _is_for_a_number(operator, name)):
            return False
        if name in operator.tensors and isinstance(value, int | float | str | tuple):
            return False
    return all(name in form or _SYNONYMS.get(name) in form for name in kwargs)


def _is_for_a_number(operator: Operator, name: str) -> bool:
    """Whether a parameter takes a number where another overload takes a tensor: `scatter`."""
    return name == "value" and "src" in operator.tensors


_NUMBERS = frozenset({"dim", "keepdim", "dtype", "p", "size", "sections", "split_size"})
"""Parameters that never take tensors."""


def apply(
    machine: Machine, operator: Operator, label: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Apply an operator; `label` is how the program spells it."""
    out = kwargs.pop("out", None) if "out" in kwargs else None
    bound = bind(operator, args, kwargs)
    operator = operator.given({name: plain(value) for name, value in bound.items()})
    operands = _operands(machine, operator, bound)
    first = next(iter(bound), "self")
    if isinstance(out, Tensor):
        return _write_out(machine, operator, label, operands, out)
    if label.endswith(("_", "=", "(inplace=True)")) and operands.get(first):
        return _write(machine, operator, label, operands, bound, first)
    if operator.view not in ("no", None) and operands.get(first):
        viewed = _view(machine, operator, label, operands[first][0], bound)
        if viewed is not None:
            return viewed
    if not operands:
        return machine.unknown()
    return _record(machine, operator, label, operands, bound)


def _operands(
    machine: Machine, operator: Operator, bound: dict[str, Value]
) -> dict[str, list[Tensor]]:
    """Return the tensors among the arguments, by parameter."""
    found: dict[str, list[Tensor]] = {}
    measured = {name for key in operator.saves for name in key.partition("|")[0].split(",")}
    for position, (name, value) in enumerate(bound.items()):
        tensors: list[Tensor] = []
        if isinstance(value, Tensor):
            tensors = [value]
        elif isinstance(value, Unknown):
            perhaps = position == 0 and value.hint not in Unknown.PLAIN
            promising = value.tensor is not None or bool(value.deps) or perhaps
            if promising and (name in measured or value.tensor is not None):
                tensor = machine.tensor(value)
                tensors = [tensor] if tensor is not None else []
        elif isinstance(value, ListValue | tuple | DictValue) and name in measured:
            tensors = _tensors_listed(machine, value)
        if tensors:
            found[name] = tensors
    return found


def _tensors_listed(
    machine: Machine, value: ListValue | DictValue | tuple[Value, ...]
) -> list[Tensor]:
    """Return the tensors of a list of them: what is not known among them is one as well."""
    inner = value if isinstance(value, tuple) else value.items
    for item in inner.values() if isinstance(inner, dict) else inner:
        if isinstance(item, Unknown) and item.hint not in Unknown.PLAIN:
            machine.tensor(item)
    return calls.tensors_in([value])


def _saves(
    machine: Machine, operator: Operator, operands: dict[str, list[Tensor]]
) -> tuple[list[tuple[str, Tensor | None]], bool, tuple[str, ...]]:
    """Return what is saved, with `None` for the result, whether walking twice raises, and the labels
    of all that is saved, further results included.

    Where some operands are known to require grad, those of which it is not known do not count.
    """
    answers = {
        name: [machine.autograd.receives_gradient(tensor) for tensor in tensors]
        for name, tensors in operands.items()
    }
    needing = [name for name, flags in answers.items() if True in flags]
    if not needing:
        needing = [name for name, flags in answers.items() if None in flags]
    labels, twice = operator.saved(list(operands), needing)
    saved: list[tuple[str, Tensor | None]] = []
    for label in labels:
        if label == "result":
            saved.append((label, None))
        else:
            saved.extend(
                (label, tensor)
                for tensor in _needed(machine, operands.get(label, []))
                if operators.saves_itself(
                    operator, label, contiguous=tensor.contiguous, rank=tensor.rank
                )
            )
    return saved, twice, labels


def _needed(machine: Machine, tensors: list[Tensor]) -> list[Tensor]:
    """Return those of an argument's tensors that are saved: of several, for one another's sake."""
    if len(tensors) < 2:
        return tensors
    needing = [t for t in tensors if machine.autograd.requires_grad(t) is not False]
    return [t for t in tensors if any(other is not t for other in needing)]


def _differentiable_inputs(operator: Operator, operands: dict[str, list[Tensor]]) -> list[Tensor]:
    """Return the operands that a gradient flows to."""
    flowing = {name for key in operator.saves for name in key.partition("|")[2].split(",")}
    return [t for name, tensors in operands.items() if name in flowing for t in tensors]


def _record(
    machine: Machine,
    operator: Operator,
    label: str,
    operands: dict[str, list[Tensor]],
    bound: dict[str, Value],
) -> Value:
    saves, twice, kept = _saves(machine, operator, operands)
    differentiable = operator.differentiable or (True,)
    inputs = _differentiable_inputs(operator, operands) if any(differentiable) else []
    everything = [tensor for tensors in operands.values() for tensor in tensors]
    kind = _result_kind(operator, everything, bound)
    if kind in ("int", "bool") and any(differentiable):
        inputs = []
    result = machine.autograd.record(
        label, inputs, saves, operands=everything, spread=_spread(operator), twice=twice,
        shape=_shape(operator, everything, bound), dtype=kind,
    )  # fmt: skip
    if operator.name == "clone":
        result.origin = everything[0].origin
    result.opaque = any(tensor.opaque for tensor in everything)
    result.provenance = result.provenance.cut_by(calls.cuts_in(bound.values()))
    if operator.gradient == "zero":
        machine.autograd.vanish(result, label, inputs)
    recording = machine.autograd.grad_enabled is not False
    if recording and result.grad_fn is None and _may_need_grad(bound) and any(differentiable):
        result.opaque = True
        result.requires_grad_flag = None
    risks.note(machine, operator, operands, bound, result)
    if operator.outputs == 0 or (operator.outputs is None and not _gives_tuple(operator, bound)):
        return result
    flags = differentiable[1:] if operator.outputs != 1 else ()
    outputs = (
        result,
        *(machine.autograd.sibling(result, differentiable=flag) for flag in flags),
    )
    for position, output in enumerate(outputs[1:], start=1):
        if result.grad_fn is not None and f"{RESULT}{position}" in kept:
            machine.autograd.save_output(result.grad_fn, output, f"{RESULT}{position}")
    return outputs


_SUMS = frozenset({"add", "sub", "rsub", "subtract", "stack", "cat", "concat", "concatenate"})


def _spread(operator: Operator) -> Spread:
    """Return how an operator combines its operands."""
    if operator.name.rpartition(".")[2].removesuffix("_") in _SUMS:
        return Spread.SUM
    return Spread.MIXED if operator.shape is None else Spread.WITHIN


def _may_need_grad(bound: dict[str, Value]) -> bool:
    """Whether an unknown operand might be a tensor that requires grad."""
    return any(
        isinstance(value, Unknown) and value.tensor is None and value.hint not in Unknown.PLAIN
        for value in bound.values()
    )


def _gives_tuple(operator: Operator, bound: dict[str, Value]) -> bool:
    return "dim" in bound or "axis" in bound


def _result_kind(operator: Operator, operands: list[Tensor], bound: dict[str, Value]) -> str | None:
    given = bound.get("dtype")
    if isinstance(given, Torch):
        return kind_of_dtype(given.name)
    if operator.kind != "float":
        return operator.kind
    kinds = {tensor.dtype for tensor in operands}
    if kinds <= {"int", "bool"} and None not in kinds:
        # A number on the left stands for the first operand.
        scalars = (*operator.promoting, *(operator.forms[0][:1] if operator.promoting else ()))
        fraction = any(isinstance(bound.get(name), float) for name in scalars)
        return "float" if fraction else operator.whole
    return "float" if kinds == {"float"} else None if None in kinds else "float"


def _shape(operator: Operator, operands: list[Tensor], bound: dict[str, Value]) -> Shape:
    short = operator.name.rpartition(".")[2]
    given = _shapes_of(bound)
    if shapes.has_rule(short):
        return shapes.infer(short, given, _arguments(bound))
    if operator.shape == "same":
        return operands[0].shape
    if operator.shape == "broadcast":
        return operands[0].shape if len(operands) == 1 else shapes.broadcast(given)
    if operator.shape == "scalar":
        return ()
    if operator.shape == "reduce":
        return shapes.infer("sum", given, _arguments(bound))
    if operator.shape == "loss":
        return shapes.infer("ctc_loss", given, _arguments(bound))
    return None


def _shapes_of(bound: dict[str, Value]) -> list[Shape]:
    """Return the shapes of the tensors among the arguments, also of those in sequences."""
    found: list[Shape] = []
    for value in bound.values():
        items = value.items if isinstance(value, ListValue) else value
        for item in items if isinstance(items, tuple | list) else (value,):
            if isinstance(item, Unknown) and item.tensor is not None:
                item = item.tensor
            if isinstance(item, Tensor):
                found.append(item.shape)
            elif isinstance(item, Unknown) and (item.deps or item is not value):
                found.append(None)
    return found


def _arguments(bound: dict[str, Value]) -> dict[str, Any]:
    """Return the arguments as the shapes' rules take them."""
    taken = {name: plain(value) for name, value in bound.items()}
    first = next(iter(bound), None)
    if first is not None and taken[first] is shapes.UNKNOWN:
        del taken[first]
    if any(isinstance(value, ListValue) and value.open for value in bound.values()):
        taken["open"] = True
    return taken


def plain(value: Value) -> Any:
    """Return an argument as the shapes' rules take it."""
    if isinstance(value, bool | float | str) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if isinstance(value, ListValue) and not value.open:
        return tuple(map(plain, value.items))
    return shapes.UNKNOWN


def kind_given(value: Value) -> str | None:
    """Return the kind of dtype that an argument asks for: a dtype, the type of a tensor, a number's."""
    if isinstance(value, Torch | Native):
        return kind_of_dtype(value.name)
    return kind_of_dtype(value) if isinstance(value, str) else None


def kind_of_dtype(name: str) -> str | None:
    """Return the kind of a dtype, by its name in torch: `float32`, `FloatTensor`."""
    short = name.rpartition(".")[2].removesuffix("Tensor").lower()
    if short.startswith(("float", "double", "half", "bfloat")):
        return "float"
    if short.startswith(("int", "long", "short", "uint", "qint")):
        return "int"
    if short.startswith(("complex", "cfloat", "cdouble")):
        return "complex"
    return "bool" if short == "bool" else None


# Views


_KEEP_ORDER = frozenset(
    {"view", "reshape", "flatten", "unflatten", "ravel", "unsqueeze", "squeeze", "view_as",
     "reshape_as", "alias", "contiguous"}
)  # fmt: skip
"""Views of contiguous memory that are contiguous."""


def _view(
    machine: Machine, operator: Operator, label: str, base: Tensor, bound: dict[str, Value]
) -> Value:
    """Apply an operator that looks into its operand; `None` where it makes a copy."""
    short = operator.name.rpartition(".")[2]
    if short == "contiguous" and bound.get("memory_format") not in (None, _ROW_MAJOR):
        return None
    if operator.view in ("self", "maybe") or short in _COPIES_IF_NEEDED:
        if not base.contiguous and short in _COPIES_IF_NEEDED:
            return None
        if operator.view == "self":
            return base
        if short not in _COPIES_IF_NEEDED and short != "squeeze":
            return None
    shape = (
        base.shape
        if operator.shape == "same"
        else shapes.infer(short, _shapes_of(bound), _arguments(bound))
    )
    if operator.view in ("view", "maybe"):
        expands = short in ("expand", "expand_as", "broadcast_to")
        repeated = _repeated(base.shape, shape) if expands else None
        viewed = machine.autograd.view(
            label,
            base,
            shape=shape,
            contiguous=short in _KEEP_ORDER,
            overlapping=overlaps(repeated),
        )
        viewed.repeated = repeated
        return viewed
    kind = ViewKind.MULTI if operator.view == "multi" else ViewKind.SINGLE
    count = _how_many(short, base.shape, bound)
    first = machine.autograd.view(label, base, kind=kind, shape=shape)
    further = range((count or _SOME) - 1)
    if kind is ViewKind.SINGLE:
        views = [first, *(machine.autograd.view(label, base, shape=shape) for _ in further)]
    else:
        views = [first, *(machine.autograd.sibling_view(first) for _ in further)]
    return machine.list(views, is_open=True) if count is None else tuple(views)


_ROW_MAJOR = Torch("torch.contiguous_format")
_COPIES_IF_NEEDED = frozenset(
    {"reshape", "flatten", "unflatten", "ravel", "contiguous", "reshape_as"}
)
"""Those that are views of what is contiguous, and copies of what is not."""
_SOME = 4
"""How many views are made of those whose number is not known."""


def _repeated(before: Shape, after: Shape) -> tuple[bool | None, ...] | None:
    """Return along which dimensions expanding repeats the same memory; `None` for perhaps."""
    if before is None or after is None:
        return None
    old = (*[1] * (len(after) - len(before)), *before)
    return tuple(
        None if size == 1 and wanted is None else size == 1 and wanted != 1
        for size, wanted in zip(old, after, strict=False)
    )


def overlaps(repeated: tuple[bool | None, ...] | None) -> bool | None:
    """Whether several elements stand on one place, if these dimensions are repeated."""
    if not repeated or True in repeated:
        return bool(repeated)
    return None if None in repeated else False


def _how_many(short: str, shape: Shape, bound: dict[str, Value]) -> int | None:
    """Return how many views an operator makes."""
    dim = bound.get("dim", 0)
    size = None
    if shape and isinstance(dim, int) and -len(shape) <= dim < len(shape):
        size = shape[int(dim)]
    if short == "unbind":
        return size
    chunks = bound.get("chunks", bound.get("sections"))
    if isinstance(chunks, int):
        return min(int(chunks), size) if size is not None else int(chunks)
    sizes = bound.get("split_size", bound.get("split_sizes", bound.get("split_size_or_sections")))
    if isinstance(sizes, tuple):
        return len(sizes)
    if isinstance(sizes, ListValue) and not sizes.open:
        return len(sizes.items)
    if isinstance(sizes, int) and size is not None and sizes > 0:
        return -(-size // int(sizes))
    return None


# Writes


def _write(
    machine: Machine,
    operator: Operator,
    label: str,
    operands: dict[str, list[Tensor]],
    bound: dict[str, Value],
    first: str,
) -> Value:
    target = operands[first][0]
    if not operator.writes:
        return target
    sources = [t for name, tensors in operands.items() if name != first for t in tensors]
    flowing = _differentiable_inputs(operator, operands)
    saves, twice, _ = _saves(machine, operator, operands)
    leaf = _leaf_updated(target, sources)
    recorded = machine.autograd.grad_enabled is True and machine.autograd.requires_grad(target)
    if leaf is not None and not recorded:
        machine.autograd.manual_step(leaf)
    if target.origin in machine.twins and any(s.origin is target.origin for s in sources):
        machine.autograd.remark("copied to itself", since=machine.twins[target.origin])
    if target.boxed:
        _unscale(machine, target)
    if target.boxed and label in _ZEROING and leaf is None:
        _zero_gradient_of(machine, target, label, bound)
    since = target.grad_fn
    machine.autograd.write(
        target,
        label,
        [source for source in sources if any(source is t for t in flowing)],
        saves,
        twice=twice,
        keeps_layout=operator.expanded,
        versioned=True,
        overwrites=label in _OVERWRITING,
        spread=_spread(operator),
    )
    if since is not None:
        machine.keep_sum(since, target)
    return target


def _unscale(machine: Machine, target: Tensor) -> None:
    """The program does something to a gradient itself: unscale it, perhaps."""
    for leaf in target.provenance.gradients:
        gradient = machine.autograd.gradient(leaf)
        machine.journal.touch(gradient)
        gradient.scaled = None


_ZEROING = frozenset({"zero_", "fill_", "mul_", "*=", "copy_"})
_OVERWRITING = frozenset({"zero_", "fill_", "copy_", "normal_", "uniform_"})


def _leaf_updated(target: Tensor, sources: Sequence[Tensor]) -> Tensor | None:
    """Return the leaf that is updated with its own gradient, if that is what a write does."""
    for source in sources:
        for leaf in source.provenance.gradients:
            memory = target.storage.shadow_of or target.storage
            if memory is leaf.storage:
                return leaf
    return None


def _zero_gradient_of(
    machine: Machine, target: Tensor, label: str, bound: dict[str, Value]
) -> None:
    """A leaf's `.grad` is cleared by hand."""
    value = list(bound.values())[1] if len(bound) > 1 else 0
    if isinstance(value, Tensor):  # it is given another value
        for leaf in target.provenance.gradients:
            machine.autograd.zero([leaf], to_none=False)
            machine.autograd.set_gradient(leaf, None)
        return
    if label in ("fill_", "mul_", "*=") and value != 0:
        return
    machine.autograd.zero(target.provenance.gradients, to_none=False)


def _write_out(
    machine: Machine,
    operator: Operator,
    label: str,
    operands: dict[str, list[Tensor]],
    out: Tensor,
) -> Value:
    sources = [tensor for tensors in operands.values() for tensor in tensors]
    machine.autograd.write_out(out, label, sources, differentiable=any(operator.differentiable))
    return out


# Conversions


def convert(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`.to` and the like: on one device only another dtype makes a copy.

    What does not require grad is taken to be copied to another device: whoever writes to the one does not
    mean the other.
    """
    given = [*args, *kwargs.values()]
    for value in given:
        if isinstance(value, Torch) and kind_of_dtype(value.name) is not None:
            return cast(machine, tensor, value.name.rpartition(".")[2])
        if kind_given(value) not in (None, tensor.dtype):
            return cast(machine, tensor, kind_given(value))
        if isinstance(value, Tensor) and value.dtype != tensor.dtype and tensor.dtype is not None:
            return _converted(machine, tensor, value.dtype)
    stays = not given or given == ["cpu"]
    is_plain = machine.autograd.requires_grad(tensor) is False and not tensor.is_parameter
    if kwargs.get("copy") is True or (is_plain and not stays):
        open_kind = any(isinstance(v, Unknown | Tensor) and _may_be_dtype(v) for v in given)
        return _converted(machine, tensor, None if open_kind else tensor.dtype)
    _note_moved(machine, tensor, given)
    return tensor


def _may_be_dtype(value: Unknown | Tensor) -> bool:
    """Whether an argument of `.to` may bring another dtype."""
    return value.dtype is None if isinstance(value, Tensor) else value.hint != "device"


def _note_moved(machine: Machine, tensor: Tensor, to: list[Value]) -> None:
    """Note that a leaf, just made, may be moved to another device, where it is a leaf no more."""
    known = any(value == "cpu" for value in to if isinstance(value, str))
    fresh = encloses(machine.now(), tensor.moment) and tensor.grad_fn is None
    if fresh and not known and machine.autograd.requires_grad(tensor) is True:
        machine.journal.touch(tensor)
        tensor.moved = machine.now()


def is_lost_leaf(tensor: Tensor) -> bool:
    """Whether a tensor was computed from a leaf that nothing else refers to: one made on the way."""
    node = tensor.grad_fn
    if node is None or tensor.replaces is not None:
        return node is not None
    return any(
        isinstance(edge, Tensor) and not edge.is_parameter and encloses(tensor.moment, edge.moment)
        for edge in node.inputs
    )


def encloses(outer: Moment, inner: Moment) -> bool:
    """Whether the code of one moment stands around that of another."""
    if not isinstance(outer.site, Site) or not isinstance(inner.site, Site):
        return False
    if outer.calls != inner.calls or outer.site.source is not inner.site.source:
        return False
    line, column, end_line, end_column = outer.site.pos
    start, end = inner.site.pos[:2], inner.site.pos[2:]
    return outer.site.pos != inner.site.pos and (line, column) <= start and end <= (
        end_line, end_column,
    )  # fmt: skip


def cast(machine: Machine, tensor: Tensor, dtype: str | None) -> Tensor:
    """Convert to another dtype; an integer one ends the graph."""
    kind = kind_of_dtype(dtype) if dtype is not None else None
    if kind == "float" and dtype in ("float", "float32") and tensor.dtype in ("float", None):
        return tensor
    if kind in ("int", "bool"):
        return machine.autograd.record(
            kind, [], operands=[tensor], dtype=kind, shape=tensor.shape, opaque=tensor.opaque
        )
    return _converted(machine, tensor, kind or tensor.dtype)


def _converted(machine: Machine, tensor: Tensor, kind: str | None) -> Tensor:
    made = machine.autograd.record(
        "to", [tensor], twice=False, shape=tensor.shape, dtype=kind, opaque=tensor.opaque,
        spread=Spread.WITHIN,
    )  # fmt: skip
    made.origin = tensor.origin
    made.guarded, made.risk = tensor.guarded, tensor.risk
    return made


# Backward


def backward(
    machine: Machine,
    roots: list[Tensor],
    gradient: Value,
    retain_graph: Value,
    create_graph: Value,
    inputs: Value,
) -> None:
    """Go backward from these, into the leaves' `.grad`."""
    restricted = None
    if inputs is not None:
        restricted = list(calls.tensors_in([inputs])) or None
    event = machine.autograd.backward(
        roots,
        retain_graph=_flag(machine, retain_graph),
        create_graph=bool(_flag(machine, create_graph)),
        gradient_given=not _is_nothing(gradient),
        inputs=restricted,
        deliberate=isinstance(create_graph, Unknown),
        may_retain=machine.speaks_of("retain_graph"),
    )
    machine.reach_unseen(event)
    mode = GradMode("enable_grad" if event.create_graph else "no_grad")
    for leaf in event.leaves:
        for hook in leaf.after_accumulation:
            with grad_mode.entered(machine, mode):
                machine.call(hook, [leaf], {})


def _is_nothing(gradient: Value) -> bool:
    """Whether no gradient is given, for none of the roots."""
    if isinstance(gradient, ListValue) and not gradient.open:
        gradient = tuple(gradient.items)
    return (
        all(part is None for part in gradient) if isinstance(gradient, tuple) else gradient is None
    )


def _flag(machine: Machine, value: Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    return machine.truth(value)


def grad(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`torch.autograd.grad`."""
    names = (
        "outputs", "inputs", "grad_outputs", "retain_graph", "create_graph", "only_inputs",
        "allow_unused", "is_grads_batched", "materialize_grads",
    )  # fmt: skip
    given = dict(zip(names, args, strict=False)) | kwargs
    outputs = _as_tensors(machine, given.get("outputs"))
    inputs = _as_tensors(machine, given.get("inputs"))
    event = machine.autograd.backward(
        outputs,
        call="autograd.grad",
        retain_graph=_flag(machine, given.get("retain_graph")),
        create_graph=bool(_flag(machine, given.get("create_graph", False))),
        gradient_given=not _is_nothing(given.get("grad_outputs")),
        inputs=inputs,
        accumulate=False,
        allow_unused=_allows_unused(given),
        deliberate=isinstance(given.get("create_graph"), Unknown),
        may_retain=machine.speaks_of("retain_graph"),
    )
    gradients = [machine.autograd.differentiate(event, tensor) for tensor in inputs]
    for gradient, leaf in zip(gradients, inputs, strict=True):
        gradient.opaque = gradient.opaque or leaf.opaque
    if not gradients or isinstance(given.get("inputs"), Unknown):
        return machine.unknown(deps=gradients)
    return tuple(gradients)


def _allows_unused(given: dict[str, Value]) -> bool | None:
    """Return whether inputs need not be in the graph, `None` if that is not known."""
    wanted = [given.get(name, False) for name in ("allow_unused", "materialize_grads")]
    if any(isinstance(value, Unknown) for value in wanted):
        return None
    return any(value is True for value in wanted)


def _as_tensors(machine: Machine, value: Value) -> list[Tensor]:
    if isinstance(value, Tensor | Unknown):
        tensor = machine.tensor(value)
        return [tensor] if tensor is not None else []
    if value is None:
        return []
    items, _ = iteration.collect(machine, value)
    found = [machine.tensor(item) for item in items]
    return [tensor for tensor in found if tensor is not None]


def backward_of_several(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`torch.autograd.backward`."""
    names = ("tensors", "grad_tensors", "retain_graph", "create_graph", "grad_variables", "inputs")
    given = dict(zip(names, args, strict=False)) | kwargs
    roots = _as_tensors(machine, given.get("tensors"))
    backward(
        machine, roots, given.get("grad_tensors"), given.get("retain_graph"),
        given.get("create_graph", False), given.get("inputs"),
    )  # fmt: skip
    return None
