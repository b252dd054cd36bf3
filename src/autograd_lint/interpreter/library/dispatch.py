"""Operators: from a call's arguments to what autograd does, by the operator table."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.autograd.operators import Operator
from autograd_lint.autograd.tensor import Shape, Tensor, ViewKind
from autograd_lint.interpreter import calls, iteration
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    DictValue,
    ListValue,
    Torch,
    Unknown,
    Value,
)

_SYNONYMS = {"self": "input", "input": "self", "dim": "axis", "other": "value"}
"""Names by which torch takes the same argument in functions and methods."""
_OF_OTHER_KIND = {"float64": "float", "float16": "float", "bfloat16": "float", "int32": "int",
                  "int16": "int", "uint8": "int"}  # fmt: skip


def bind(
    operator: Operator, args: Sequence[Value], kwargs: dict[str, Value]
) -> dict[str, Value]:
    """Return the arguments by name, in the overload that takes them."""
    form = next(
        (form for form in operator.forms if _fits(form, args, kwargs)),
        operator.forms[0] if operator.forms else ("self",),
    )
    bound = dict(zip(form, args, strict=False))
    if len(args) > len(form):
        bound[form[-1]] = tuple(args[len(form) - 1 :])
    for name, value in kwargs.items():
        synonym = _SYNONYMS.get(name)
        bound[synonym if synonym in form and name not in form else name] = value
    return bound


def _fits(form: Sequence[str], args: Sequence[Value], kwargs: dict[str, Value]) -> bool:
    if len(args) > len(form):
        return False
    for name, value in zip(form[1:], args[1:], strict=False):
        takes_number = name in ("dim", "keepdim", "dtype", "p", "size", "sections", "split_size")
        if isinstance(value, Tensor) and takes_number:
            return False
        if isinstance(value, int | tuple) and name in ("other", "mat2", "tensor2"):
            wants_number = any("dim" in other for other in (form,))
            if wants_number:
                return False
    return all(name in form or _SYNONYMS.get(name) in form for name in kwargs)


def apply(
    machine: Machine, operator: Operator, label: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Apply an operator; `label` is how the program spells it."""
    out = kwargs.pop("out", None) if "out" in kwargs else None
    bound = bind(operator, args, kwargs)
    operands = _operands(machine, operator, bound)
    first = next(iter(bound), "self")
    if isinstance(out, Tensor):
        return _write_out(machine, operator, label, operands, out)
    if operator.writes and first in operands:
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
            promising = value.tensor is not None or bool(value.deps) or position == 0
            if promising and (name in measured or value.tensor is not None):
                tensor = machine.tensor(value)
                tensors = [tensor] if tensor is not None else []
        elif isinstance(value, ListValue | tuple | DictValue) and name in measured:
            tensors = calls.tensors_in([value])
        if tensors:
            found[name] = tensors
    return found


def _saves(
    machine: Machine, operator: Operator, operands: dict[str, list[Tensor]], result: str
) -> tuple[list[tuple[str, Tensor | None]], bool]:
    """Return what is saved, with `None` for the result, and whether walking twice raises."""
    needing = [
        name
        for name, tensors in operands.items()
        if any(machine.autograd.requires_grad(tensor) is not False for tensor in tensors)
    ]
    labels, twice = operator.saved(list(operands), needing)
    saved: list[tuple[str, Tensor | None]] = []
    for label in labels:
        if label == result or label == "result":
            saved.append(("result", None))
        else:
            saved.extend((label, tensor) for tensor in operands.get(label, ()))
    return saved, twice


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
    saves, twice = _saves(machine, operator, operands, "result")
    differentiable = operator.differentiable or (True,)
    inputs = _differentiable_inputs(operator, operands) if any(differentiable) else []
    everything = [tensor for tensors in operands.values() for tensor in tensors]
    kind = _result_kind(operator, everything, bound)
    if kind in ("int", "bool") and any(differentiable):
        inputs = []
    result = machine.autograd.record(
        label, inputs, saves, twice=twice, shape=_shape(operator, everything, bound), dtype=kind
    )
    if not inputs:
        result.from_gradients = frozenset().union(*(t.from_gradients for t in everything))
    result.opaque = any(tensor.opaque for tensor in everything)
    if result.grad_fn is None and _may_need_grad(bound) and any(differentiable):
        result.opaque = True
        result.requires_grad_flag = None if machine.autograd.grad_enabled is not False else False
    if operator.outputs == 0 or (operator.outputs is None and not _gives_tuple(operator, bound)):
        return result
    flags = differentiable[1:] if operator.outputs != 1 else ()
    return (result, *(machine.autograd.sibling(result, differentiable=flag) for flag in flags))


def _may_need_grad(bound: dict[str, Value]) -> bool:
    """Whether an unknown operand might be a tensor that requires grad."""
    return any(
        isinstance(value, Unknown)
        and value.tensor is None
        and value.hint not in ("number", "text", "condition", "shape", "dtype", "device")
        for value in bound.values()
    )


def _gives_tuple(operator: Operator, bound: dict[str, Value]) -> bool:
    return "dim" in bound or "axis" in bound


def _result_kind(
    operator: Operator, operands: list[Tensor], bound: dict[str, Value]
) -> str | None:
    given = bound.get("dtype")
    if isinstance(given, Torch):
        return kind_of_dtype(given.name)
    if operator.kind != "float":
        return operator.kind
    kinds = {tensor.dtype for tensor in operands}
    if kinds <= {"int", "bool"} and None not in kinds:
        return "int" if operator.name in _KEEPS_INTEGERS else None
    return "float" if kinds == {"float"} else None if None in kinds else "float"


_KEEPS_INTEGERS = frozenset({"add", "sub", "mul", "sum", "neg", "abs"})


def _shape(operator: Operator, operands: list[Tensor], bound: dict[str, Value]) -> Shape:
    first = operands[0].shape
    if operator.shape == "same":
        return first
    if operator.shape == "broadcast":
        numbers = len(operands) == 1
        return first if numbers else _broadcast([tensor.shape for tensor in operands])
    if operator.shape == "scalar":
        return ()
    if operator.shape == "reduce":
        if bound.get("dim", bound.get("axis")) is None and not bound.get("keepdim"):
            return ()
        return _reduced(first, bound)
    if operator.shape == "loss":
        reduction = bound.get("reduction", "mean")
        if reduction in ("mean", "sum", "batchmean"):
            legacy = bound.get("reduce"), bound.get("size_average")
            return () if legacy == (None, None) else None
        return first if reduction == "none" and operator.name.endswith("mse_loss") else None
    return None


def _reduced(shape: Shape, bound: dict[str, Value]) -> Shape:
    dim = bound.get("dim", bound.get("axis"))
    dims = dim if isinstance(dim, tuple) else (dim,)
    if shape is None or not all(isinstance(d, int) for d in dims):
        return None
    axes = {int(d) % len(shape) for d in dims} if shape else set()
    if bound.get("keepdim"):
        return tuple(1 if i in axes else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in axes)


def _broadcast(shapes: list[Shape]) -> Shape:
    if any(shape is None for shape in shapes):
        return None
    known = [shape for shape in shapes if shape is not None]
    rank = max(len(shape) for shape in known)
    result: list[int | None] = []
    for axis in range(1, rank + 1):
        sizes = {shape[-axis] for shape in known if len(shape) >= axis} - {1}
        result.append(1 if not sizes else sizes.pop() if len(sizes) == 1 else None)
    return tuple(reversed(result))


def kind_of_dtype(name: str) -> str | None:
    """Return the kind of a dtype, by its name in torch."""
    short = name.rpartition(".")[2]
    if short.startswith(("float", "double", "half", "bfloat")):
        return "float"
    if short.startswith(("int", "long", "short", "uint", "qint")):
        return "int"
    if short.startswith(("complex", "cfloat", "cdouble")):
        return "complex"
    return "bool" if short == "bool" else None


# Views


def _view(
    machine: Machine, operator: Operator, label: str, base: Tensor, bound: dict[str, Value]
) -> Value:
    """Apply an operator that looks into its operand; `None` where it makes a copy."""
    shape = _viewed_shape(label, base.shape, bound)
    if operator.view == "self":
        return base
    if operator.view in ("view", "maybe"):
        if operator.view == "maybe" and operator.name not in _USUALLY_VIEWS:
            return None
        overlapping = label in ("expand", "expand_as", "broadcast_to") and _really_expands(
            base, shape
        )
        return machine.autograd.view(label, base, shape=shape, overlapping=overlapping)
    kind = ViewKind.MULTI if operator.view == "multi" else ViewKind.SINGLE
    count = _how_many(label, base.shape, bound)
    first = machine.autograd.view(label, base, kind=kind)
    if kind is ViewKind.SINGLE:
        views = [first] + [machine.autograd.view(label, base) for _ in range((count or 2) - 1)]
    else:
        views = [first] + [
            machine.autograd.sibling_view(first) for _ in range((count or 4) - 1)
        ]
    if count is None:
        return machine.list(views, is_open=True)
    return tuple(views)


_USUALLY_VIEWS = frozenset({"reshape", "flatten", "unflatten", "ravel"})
"""Of those that may be views or copies, those that are views of what is contiguous."""


def _how_many(label: str, shape: Shape, bound: dict[str, Value]) -> int | None:
    """Return how many views an operator makes."""
    dim = bound.get("dim", 0)
    size = None
    if shape and isinstance(dim, int) and -len(shape) <= dim < len(shape):
        size = shape[int(dim)]
    if label == "unbind":
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


def _viewed_shape(label: str, shape: Shape, bound: dict[str, Value]) -> Shape:
    if label in ("t", "T") and shape is not None:
        return shape[::-1]
    if label in ("view", "reshape", "expand", "broadcast_to"):
        return _wanted_shape(shape, list(bound.values())[1:], label)
    if label == "expand_as":
        other = bound.get("other")
        return other.shape if isinstance(other, Tensor) else None
    if label == "unsqueeze" and shape is not None:
        dim = bound.get("dim")
        if isinstance(dim, int):
            at = int(dim) % (len(shape) + 1)
            return (*shape[:at], 1, *shape[at:])
    if label == "squeeze" and shape is not None and "dim" not in bound:
        return None if None in shape else tuple(size for size in shape if size != 1)
    if label == "transpose" and shape is not None:
        one, two = bound.get("dim0"), bound.get("dim1")
        if isinstance(one, int) and isinstance(two, int) and shape:
            sizes = list(shape)
            one, two = int(one) % len(sizes), int(two) % len(sizes)
            sizes[one], sizes[two] = sizes[two], sizes[one]
            return tuple(sizes)
    if label == "view_as" or label == "reshape_as":
        other = bound.get("other")
        return other.shape if isinstance(other, Tensor) else None
    return None


def _wanted_shape(shape: Shape, given: list[Value], label: str) -> Shape:
    if len(given) == 1 and isinstance(given[0], tuple | ListValue):
        first = given[0]
        given = list(first) if isinstance(first, tuple) else list(first.items)
    sizes: list[int | None] = [
        int(size) if isinstance(size, int) and not isinstance(size, bool) else None
        for size in given
    ]
    if not sizes:
        return None
    if label == "expand":
        offset = len(sizes) - len(shape) if shape is not None else 0
        return tuple(
            (shape[i - offset] if shape is not None and i >= offset else None)
            if size == -1
            else size
            for i, size in enumerate(sizes)
        )
    if -1 in sizes:
        known = 1
        for size in sizes:
            known = known * size if size not in (-1, None) and size is not None else known
        total = _elements(shape)
        fill = total // known if total is not None and None not in sizes and known else None
        sizes = [fill if size == -1 else size for size in sizes]
    return tuple(sizes)


def _elements(shape: Shape) -> int | None:
    if shape is None:
        return None
    total = 1
    for size in shape:
        if size is None:
            return None
        total *= size
    return total


def _really_expands(base: Tensor, shape: Shape) -> bool:
    """Whether it is known that several elements stand on one place afterwards."""
    before, after = _elements(base.shape), _elements(shape)
    return before is not None and after is not None and after > before


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
    if _changes_nothing(label, bound):
        return target
    sources = [t for name, tensors in operands.items() if name != first for t in tensors]
    flowing = _differentiable_inputs(operator, operands)
    saves, twice = _saves(machine, operator, operands, first)
    leaf = _leaf_updated(target, sources)
    if leaf is not None and machine.autograd.grad_enabled is not True:
        machine.autograd.manual_step(leaf)
    if target.boxed and label in _ZEROING and leaf is None:
        _zero_gradient_of(machine, target, label, bound)
    machine.autograd.write(
        target,
        label,
        [source for source in sources if any(source is t for t in flowing)],
        saves,
        twice=twice,
        keeps_layout=operator.expanded,
        versioned=True,
        overwrites=label in _OVERWRITING,
    )
    if leaf is None:
        target.from_gradients = target.from_gradients.union(
            *(source.from_gradients for source in sources)
        )
    return target


_ZEROING = frozenset({"zero_", "fill_", "mul_", "*=", "copy_"})
_OVERWRITING = frozenset({"zero_", "fill_", "copy_", "normal_", "uniform_"})


def _changes_nothing(label: str, bound: dict[str, Value]) -> bool:
    """Whether a call writes nothing: dropout outside training, or of nothing."""
    if "dropout" not in label:
        return False
    return bound.get("p") == 0 or bound.get("training", True) is False


def _leaf_updated(target: Tensor, sources: Sequence[Tensor]) -> Tensor | None:
    """Return the leaf that is updated with its own gradient, if that is what a write does."""
    for source in sources:
        for leaf in source.from_gradients:
            memory = target.storage.shadow_of or target.storage
            if memory is leaf.storage:
                return leaf
    return None


def _zero_gradient_of(
    machine: Machine, target: Tensor, label: str, bound: dict[str, Value]
) -> None:
    """A leaf's `.grad` is cleared by hand."""
    value = list(bound.values())[1] if len(bound) > 1 else 0
    if label in ("fill_", "mul_", "*=") and value != 0:
        return
    machine.autograd.zero(list(target.from_gradients), to_none=False)


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
    """`.to` and the like: on this machine's device only another dtype makes a copy."""
    for value in [*args, *kwargs.values()]:
        if isinstance(value, Torch) and kind_of_dtype(value.name) is not None:
            return cast(machine, tensor, value.name.rpartition(".")[2])
    return tensor


def cast(machine: Machine, tensor: Tensor, dtype: str | None) -> Tensor:
    """Convert to another dtype; an integer one ends the graph."""
    kind = _OF_OTHER_KIND.get(dtype or "", dtype)
    if kind == "float" and dtype in ("float", "float32") and tensor.dtype in ("float", None):
        return tensor
    if kind in ("int", "bool"):
        result = machine.autograd.leaf(dtype=kind, shape=tensor.shape)
        result.opaque = tensor.opaque
        return result
    return machine.autograd.record(
        "to", [tensor], twice=False, shape=tensor.shape, dtype=kind or tensor.dtype,
        opaque=tensor.opaque,
    )  # fmt: skip


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
        restricted = [tensor for tensor in calls.tensors_in([inputs])] or None
    event = machine.autograd.backward(
        roots,
        retain_graph=_flag(machine, retain_graph),
        create_graph=bool(_flag(machine, create_graph)),
        gradient_given=gradient is not None,
        inputs=restricted,
    )
    machine.reach_unseen(event)


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
        gradient_given=given.get("grad_outputs") is not None,
        inputs=inputs,
        accumulate=False,
    )
    gradients = [machine.autograd.differentiate(event, tensor) for tensor in inputs]
    for gradient, leaf in zip(gradients, inputs, strict=True):
        gradient.opaque = gradient.opaque or leaf.opaque
    if not gradients or isinstance(given.get("inputs"), Unknown):
        return machine.unknown(deps=gradients)
    return tuple(gradients)


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
