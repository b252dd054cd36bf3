"""Tensors: their attributes, methods, operators and items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_lint.autograd import operators
from autograd_lint.autograd.engine import Spread
from autograd_lint.autograd.events import Hooked
from autograd_lint.autograd.provenance import Cut, Provenance
from autograd_lint.autograd.tensor import Node, Shape, Tensor, ViewKind
from autograd_lint.interpreter import calls
from autograd_lint.interpreter.library import dispatch, factories, grad_mode
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.relevance import names_in
from autograd_lint.interpreter.values import (
    Bound,
    Function,
    GradMode,
    Instance,
    ListValue,
    Native,
    Partial,
    Series,
    Torch,
    Unknown,
    Value,
)

_BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_divide", "%": "remainder",
    "**": "pow", "@": "matmul", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor",
    "<<": "bitwise_left_shift", ">>": "bitwise_right_shift",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
"""The method that an operator stands for."""


def binary(machine: Machine, op: str, left: Value, right: Value) -> Value:
    """Apply an operator to a tensor and something else."""
    name = _BINARY[op]
    if isinstance(left, Tensor):
        return call_method(machine, left, name, [right], {})
    if op == "/" and isinstance(left, int | float) and isinstance(right, Tensor):
        return binary(machine, "*", call_method(machine, right, "reciprocal", [], {}), left)
    operator = operators.method(name)
    if operator is None or left is None or isinstance(left, str):
        return machine.unknown(deps=calls.tensors_in([left, right]))
    return dispatch.apply(machine, operator, _BINARY[op], [left, right], {})


def augment(machine: Machine, op: str, target: Tensor, operand: Value) -> Value:
    """Execute an augmented assignment: a write in place."""
    name = _BINARY[op]
    operator = operators.method(f"{name}_")
    if operator is None:
        return binary(machine, op, target, operand)
    return dispatch.apply(machine, operator, f"{op}=", [target, operand], {})


# Items


def index(machine: Machine, tensor: Tensor, key: Value) -> Value:
    """Read `tensor[key]`: a view for numbers and slices, a copy for masks and index tensors."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(_is_advanced(part) for part in parts):
        indices = [("indices", t) for t in calls.tensors_in(parts)]
        shape = _picked_shape(tensor.shape, parts)
        made = machine.autograd.record(
            "index", [tensor], indices, dtype=tensor.dtype, shape=shape, spread=Spread.WITHIN
        )
        made.opaque = tensor.opaque
        return made
    if not _counts_dimensions(parts):
        return _either(machine, tensor, parts)
    shape = _indexed_shape(tensor.shape, parts)
    viewed = machine.autograd.view("select", tensor, shape=shape, contiguous=_is_run(parts))
    if tensor.overlapping:
        viewed.repeated = _still_repeated(tensor, parts, shape)
        viewed.overlapping = dispatch.overlaps(viewed.repeated)  # not known is no overlap
    return viewed


def _still_repeated(
    tensor: Tensor, parts: tuple[Value, ...], shape: Shape
) -> tuple[bool | None, ...] | None:
    """Return which dimensions of what an index picks lie on the same memory."""
    if tensor.repeated is None or shape is None or Ellipsis in parts:
        return None
    rest = list(tensor.repeated)
    kept: list[bool | None] = []
    for part in parts:
        if part is None:
            kept.append(False)
        elif isinstance(part, slice):
            kept.append(rest.pop(0))
        else:
            rest.pop(0)
    return tuple(
        flag and (None if size is None else size != 1)
        for flag, size in zip([*kept, *rest], shape, strict=True)
    )


def _is_run(parts: tuple[Value, ...]) -> bool:
    """Whether an index picks a run of contiguous memory: numbers, then at most one range."""
    rest = list(parts)
    while rest and (isinstance(rest[0], int) or not isinstance(rest[0], slice)):
        if rest[0] is None or rest[0] is Ellipsis:
            return False
        rest.pop(0)
    if rest and isinstance(rest[0], slice) and rest[0].step in (None, 1):
        rest.pop(0)
    return all(part == slice(None) for part in rest)


def _picked_shape(shape: Shape, parts: tuple[Value, ...]) -> Shape:
    """Return the shape of what one tensor of indices, or one mask, picks."""
    index = parts[0].tensor if isinstance(parts[0], Unknown) else parts[0]
    if shape is None or not isinstance(index, Tensor) or index.shape is None:
        return None
    if not all(part == slice(None) for part in parts[1:]):
        return None
    if index.dtype == "bool":
        return (None, *shape[len(index.shape) :])
    return (*index.shape, *shape[1:]) if index.dtype == "int" else None


def _either(machine: Machine, tensor: Tensor, parts: tuple[Value, ...]) -> Tensor:
    """Read by an index of which it is not known whether it gives a view: not written through."""
    made = machine.autograd.record("index", [tensor], [], dtype=tensor.dtype, spread=Spread.WITHIN)
    made.opaque = made.opaque or tensor.opaque
    return made


def _counts_dimensions(parts: tuple[Value, ...]) -> bool:
    return all(not isinstance(part, Unknown) or part.hint == "number" for part in parts)


def _is_advanced(part: Value) -> bool:
    if isinstance(part, Tensor):
        return not (part.dtype == "int" and part.shape == ())
    if isinstance(part, Unknown) and part.tensor is not None:
        return True
    return isinstance(part, ListValue)


def _indexed_shape(shape: Shape, parts: tuple[Value, ...]) -> Shape:
    if shape is None:
        return None
    taken = sum(1 for part in parts if part is not None and part is not Ellipsis)
    rest = list(shape)
    if Ellipsis in parts:
        position = parts.index(Ellipsis)
        fill = len(shape) - taken
        parts = (*parts[:position], *([slice(None)] * fill), *parts[position + 1 :])
    result: list[int | None] = []
    for part in parts:
        if part is None:
            result.append(1)
        elif not rest:
            return None
        elif isinstance(part, slice):
            size = rest.pop(0)
            bounds = (part.start, part.stop, part.step)
            known = all(b is None or isinstance(b, int) for b in bounds) and part.step != 0
            if size is not None and known:
                result.append(len(range(*slice(*bounds).indices(size))))
            else:
                result.append(size if bounds == (None, None, None) else None)
        else:
            rest.pop(0)
    return (*result, *rest)


def set_index(machine: Machine, tensor: Tensor, key: Value, new: Value) -> None:
    """Write `tensor[key] = new`."""
    parts = key if isinstance(key, tuple) else (key,)
    source = machine.tensor(new) if isinstance(new, Tensor | Unknown) else None
    if isinstance(new, Unknown) and new.tensor is None and new.hint == "number":
        source = None
    sources = [source] if source is not None else []
    if any(_is_advanced(part) for part in parts):
        saves = [("indices", t) for t in calls.tensors_in(parts)]
        masks = all(t.dtype == "bool" for t in calls.tensors_in(parts))
        machine.autograd.write(
            tensor, "index_put_", sources, saves, twice=True, keeps_layout=masks and not sources
        )
        return
    if all(part is Ellipsis or part == slice(None) for part in parts):  # copies, and makes no view
        machine.autograd.write(tensor, "copy_", sources, keeps_layout=False, overwrites=True)
        return
    # A write through the view that the index gives: of a leaf's view, torch says so.
    view = machine.autograd.view("select", tensor, shape=_indexed_shape(tensor.shape, parts))
    whole = all(not isinstance(p, slice) or p == slice(None) for p in parts)
    machine.autograd.write(
        view, "item assignment", sources, keeps_layout=_single_place(tensor, parts) or not whole,
        overwrites=True,
    )  # fmt: skip


def _single_place(tensor: Tensor, parts: tuple[Value, ...]) -> bool:
    return not any(isinstance(part, slice) for part in parts)


def rows(machine: Machine, tensor: Tensor) -> Series:
    """Iterate over a tensor: `unbind`, whose outputs are several views of it."""
    shape = tensor.shape
    length = shape[0] if shape else None
    row = shape[1:] if shape else None
    views: list[Tensor] = []

    def item(position: int) -> Tensor:
        if not views:
            views.append(machine.autograd.view("unbind", tensor, kind=ViewKind.MULTI, shape=row))
        return machine.autograd.sibling_view(views[0])

    return Series(item, length)


# Attributes


def is_attribute(name: str) -> bool:
    """Whether a tensor has an attribute of this name."""
    return name in _READ or operators.method(name) is not None or name in _METHODS


def get_attribute(machine: Machine, tensor: Tensor, name: str) -> Value:
    """Read an attribute of a tensor."""
    read = _READ.get(name)
    if read is not None:
        return read(machine, tensor)
    return Native(
        name, lambda machine, args, kwargs: call_method(machine, tensor, name, args, kwargs)
    )


def set_attribute(machine: Machine, tensor: Tensor, name: str, new: Value) -> None:
    """Write an attribute of a tensor."""
    autograd = machine.autograd
    if name == "requires_grad":
        wanted = new if isinstance(new, bool) else None
        _set_requires_grad(machine, tensor, wanted, by_method=False)
    elif name == "grad":
        if new is None:
            autograd.zero([tensor])
        else:
            if isinstance(new, Tensor) and not new.provenance.gradients:
                autograd.zero([tensor])
            autograd.set_gradient(tensor, new if isinstance(new, Tensor) else None)
    elif name == "data":
        _set_data(machine, tensor, new)
    elif is_misspelt(name):
        autograd.remark("misspelt", name=name)


def _set_data(machine: Machine, tensor: Tensor, new: Value) -> None:
    """Give a tensor other memory; with its own gradient in it, that is a step by hand."""
    machine.journal.touch(tensor)
    if isinstance(new, Tensor):
        tensor.shape = new.shape
        tensor.lie_like(new)
        if tensor in new.provenance.gradients:
            machine.autograd.manual_step(tensor)
    machine.autograd.write_unseen(tensor, "data =")


def _set_requires_grad(
    machine: Machine, tensor: Tensor, wanted: bool | None, *, by_method: bool
) -> None:
    autograd = machine.autograd
    if not autograd.is_leaf(tensor):
        if not (by_method and wanted) and wanted is not None and autograd.requires_grad(tensor):
            sure = autograd.is_known(tensor)
            autograd.remark("nonleaf flag", since=tensor.moment, tensor=tensor, sure=sure)
        return
    if wanted and tensor.dtype in ("int", "bool"):
        sure = autograd.is_known(tensor)
        autograd.remark("nonfloat", since=tensor.moment, tensor=tensor, sure=sure)
    if wanted:
        autograd.ask_for_gradients(tensor)
    machine.journal.touch(tensor)
    tensor.requires_grad_flag = wanted


def is_misspelt(name: str) -> bool:
    """Whether an attribute is `requires_grad` in a spelling that torch does not know.

    One that begins with an underscore is a program's own.
    """
    plain = name.lower().replace("_", "")
    return name != "requires_grad" and not name.startswith("_") and plain in _MISSPELT


_MISSPELT = frozenset(
    {"requiresgrad", "requiregrad", "requiregrads", "requiresgrads", "requiredgrad", "requiresgradient",
     "requiregradient", "requiresgradients", "requiregradients", "reqiresgrad", "requresgrad",
     "requiresgard", "requiregard"}
)  # fmt: skip


def _grad(machine: Machine, tensor: Tensor) -> Value:
    """Read `.grad`: a tensor that remembers whose gradient it is."""
    if _is_lost(machine, tensor):
        sure = _is_surely_lost(tensor)
        what = "leaf lost" if dispatch.is_lost_leaf(tensor) else "nonleaf grad"
        machine.autograd.remark(what, since=tensor.moment, tensor=tensor, sure=sure)
    return gradient_of(machine, tensor)


def _is_lost(machine: Machine, tensor: Tensor) -> bool:
    """Whether it is a result whose gradient nobody keeps."""
    is_result = tensor.grad_fn is not None and not machine.autograd.is_leaf(tensor)
    return is_result and not tensor.retains_grad


def _is_surely_lost(tensor: Tensor) -> bool:
    node = tensor.grad_fn
    return node is not None and node.sure and not tensor.opaque and bool(node.walked_by)


def is_lost_leaf(tensor: Tensor) -> bool:
    """Whether a backward has gone by a leaf that was made on the way to this tensor."""
    return _is_surely_lost(tensor) and dispatch.is_lost_leaf(tensor)


def gradient_of(machine: Machine, tensor: Tensor) -> Value:
    """Return what `.grad` is, or may be."""
    if _is_lost(machine, tensor) and _is_surely_lost(tensor):
        return None
    gradient = tensor.gradient
    if gradient is None or gradient.none:
        if tensor.opaque or machine.autograd.requires_grad(tensor) is None:
            return _gradient_tensor(machine, tensor)
        if gradient is None or not gradient.tainted_by:
            return None if gradient is not None or not _may_have(machine, tensor) else (
                _gradient_tensor(machine, tensor)
            )  # fmt: skip
    return _gradient_tensor(machine, tensor)


def _may_have(machine: Machine, tensor: Tensor) -> bool:
    """Whether `.grad` may have been filled unseen."""
    return not machine.autograd.is_leaf(tensor) or tensor.opaque


def _gradient_tensor(machine: Machine, tensor: Tensor) -> Tensor:
    gradient = machine.autograd.gradient(tensor)
    if gradient.value is None:
        machine.journal.touch(gradient)
        value = machine.autograd.leaf(dtype=tensor.dtype, shape=tensor.shape)
        last = gradient.backwards[-1] if gradient.backwards else None
        if last is None:
            value.requires_grad_flag = None  # who has computed it may have asked for a graph
            value.opaque = True
        elif last.create_graph:
            value = machine.autograd.differentiate(last, tensor)
        passes = frozenset(gradient.backwards) if last is None or not last.create_graph else ()
        passes = frozenset(p for p in passes if not p.create_graph and not p.deliberate)
        value.provenance = Provenance((tensor,), passes)
        value.boxed = True
        gradient.value = value
    return gradient.value


def _dtype(machine: Machine, tensor: Tensor) -> Value:
    return Torch(f"torch.{tensor.dtype}") if tensor.dtype else machine.unknown("dtype")


def _shape(machine: Machine, tensor: Tensor) -> Value:
    if tensor.shape is None:
        return machine.unknown("shape")
    return tuple(machine.unknown("number") if s is None else s for s in tensor.shape)


def _ndim(machine: Machine, tensor: Tensor) -> Value:
    return machine.unknown("number") if tensor.shape is None else len(tensor.shape)


def _requires_grad(machine: Machine, tensor: Tensor) -> Value:
    answer = machine.autograd.requires_grad(tensor)
    return machine.unknown("condition") if answer is None else answer


def _is_leaf(machine: Machine, tensor: Tensor) -> Value:
    return machine.unknown("condition") if tensor.opaque else machine.autograd.is_leaf(tensor)


def _grad_fn(machine: Machine, tensor: Tensor) -> Value:
    machine.autograd.requires_grad(tensor)
    return None if tensor.grad_fn is None and not tensor.opaque else machine.unknown()


def _transposed(machine: Machine, tensor: Tensor) -> Value:
    shape = tensor.shape[::-1] if tensor.shape is not None else None
    return machine.autograd.view("t", tensor, shape=shape)


def _matrix_transposed(machine: Machine, tensor: Tensor) -> Value:
    shape = tensor.shape
    if shape is not None and len(shape) >= 2:
        shape = (*shape[:-2], shape[-1], shape[-2])
    return machine.autograd.view("mT", tensor, shape=shape)


def _part(machine: Machine, tensor: Tensor) -> Value:
    return machine.autograd.view("view_as_real", tensor, shape=tensor.shape)


def _data(machine: Machine, tensor: Tensor) -> Value:
    return machine.autograd.data(tensor)


def _unknown(machine: Machine, tensor: Tensor) -> Value:
    return machine.unknown()


_READ: dict[str, Callable[[Machine, Tensor], Value]] = {
    "grad": _grad,
    "data": _data,
    "dtype": _dtype,
    "shape": _shape,
    "ndim": _ndim,
    "requires_grad": _requires_grad,
    "is_leaf": _is_leaf,
    "grad_fn": _grad_fn,
    "T": _transposed,
    "H": _transposed,
    "mT": _matrix_transposed,
    "mH": _matrix_transposed,
    "real": _part,
    "imag": _part,
    "device": _unknown,
    "layout": _unknown,
    "is_cuda": _unknown,
    "is_sparse": _unknown,
    "itemsize": _unknown,
    "nbytes": _unknown,
    "names": _unknown,
    "_version": _unknown,
    "_base": _unknown,
}


# Methods


def call_method(
    machine: Machine, tensor: Tensor, name: str, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Call a method of a tensor."""
    name = _SPELT.get(name, name)
    special = _METHODS.get(name)
    if special is not None:
        return special(machine, tensor, args, kwargs)
    operator = operators.method(name)
    if operator is not None:
        return dispatch.apply(machine, operator, name, [tensor, *args], kwargs)
    return machine.unknown(deps=calls.tensors_in([tensor, *args, *kwargs.values()]))


_SPELT = {
    "__neg__": "neg", "__pos__": "positive", "__invert__": "bitwise_not", "__abs__": "abs",
    "__add__": "add", "__radd__": "add", "__sub__": "sub", "__mul__": "mul", "__rmul__": "mul",
    "__truediv__": "div", "__matmul__": "matmul", "__pow__": "pow", "__iadd__": "add_",
    "__isub__": "sub_", "__imul__": "mul_", "__itruediv__": "div_",
}  # fmt: skip


def _backward(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    names = ("gradient", "retain_graph", "create_graph", "inputs")
    given = dict(zip(names, args, strict=False)) | kwargs
    retain = given.get("retain_graph", given.get("retain_variables"))  # as it was called once
    dispatch.backward(
        machine, [tensor], given.get("gradient"), retain,
        given.get("create_graph", False), given.get("inputs"),
    )  # fmt: skip
    return None


def _detach(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.autograd.detach(tensor)


def _detach_in_place(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    machine.journal.touch(tensor)
    tensor.grad_fn = None
    tensor.requires_grad_flag = False
    tensor.view = None
    return tensor


def _requires_grad_in_place(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    given = args[0] if args else kwargs.get("requires_grad", True)
    wanted = given if isinstance(given, bool) else None
    _set_requires_grad(machine, tensor, wanted, by_method=True)
    return tensor


def _retain_grad(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    machine.journal.touch(tensor)
    tensor.retains_grad = True
    return None


def _item(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.number(machine.autograd.cut(tensor, "item"))


def _is_of_kind(*kinds: str) -> Callable[..., Value]:
    def run(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if tensor.dtype is None:
            return machine.unknown("condition")
        return tensor.dtype in kinds

    return run


def _count(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return machine.unknown("number")


def _numpy(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Hand out the memory as an array: not of what requires grad, unless it is forced."""
    autograd = machine.autograd
    if autograd.requires_grad(tensor) and autograd.grad_enabled and kwargs.get("force") is not True:
        sure = autograd.is_known(tensor)
        autograd.remark("numpy", since=tensor.moment, tensor=tensor, sure=sure)
    edges = {edge: None for cut in autograd.cut(tensor, "numpy") for edge in cut.edges}
    return machine.number(frozenset({Cut("numpy", machine.now(), edges)}) if edges else frozenset())


def _register_hook(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Register a hook, and look at what it does with the gradient that it is given."""
    autograd = machine.autograd
    if autograd.requires_grad(tensor) is False:
        sure = autograd.is_known(tensor)
        autograd.remark("hook", since=tensor.moment, tensor=tensor, sure=sure)
    hook = args[0] if args else kwargs.get("hook")
    if isinstance(hook, Function | Bound | Instance | Partial):
        gradient = autograd.leaf(dtype=tensor.dtype, shape=tensor.shape)
        with grad_mode.entered(machine, GradMode("no_grad")):
            machine.call(hook, [gradient], {})
        if gradient.storage.writes:
            write = gradient.storage.writes[0]
            autograd.remark("hook writes", name=write.how, since=write.moment)
    return _handle(machine, tensor.grad_fn, hook)


def _handle(machine: Machine, node: Node | None, hook: Value) -> Value:
    """Tell of a hook on a node of the graph; return what it can be removed with."""
    if node is None or not isinstance(hook, Function | Partial):
        return machine.unknown()
    event = Hooked(machine.now(), node, lambda: calls.tensors_in(_referred_to(hook)))
    machine.autograd.tell(event)

    def remove(machine: Machine, *_: Any) -> Value:
        event.is_removed = True
        return None

    handle = machine.native(Torch("torch.utils.hooks.RemovableHandle"))
    handle.attrs["remove"] = Native("remove", remove)
    return handle


def _referred_to(function: Value) -> list[Value]:
    """Return what a function refers to: what it was made with, and what it takes from around it."""
    if isinstance(function, Partial):
        return [*function.args, *function.kwargs.values(), *_referred_to(function.function)]
    if not isinstance(function, Function):
        return []
    own = {parameter.name for parameter in function.node.params}
    found = list(function.defaults.values())
    for name in set(names_in(function.node.body)) - own:
        scope = function.scope.find(name)
        if scope is not None and scope.kind in ("function", "comprehension"):
            found.append(scope.names[name])
    return found


def _register_after_accumulation(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """Register what is called with the leaf itself, each time its `.grad` has been filled."""
    autograd = machine.autograd
    if autograd.requires_grad(tensor) is False or tensor.grad_fn is not None:
        autograd.remark("hook", since=tensor.moment, tensor=tensor, sure=autograd.is_known(tensor))
    hook = args[0] if args else kwargs.get("hook")
    machine.journal.touch(tensor)
    tensor.after_accumulation += (hook,)

    def remove(machine: Machine, *_: Any) -> Value:
        machine.journal.touch(tensor)
        tensor.after_accumulation = tuple(h for h in tensor.after_accumulation if h is not hook)
        return None

    handle = machine.native(Torch("torch.utils.hooks.RemovableHandle"))
    handle.attrs["remove"] = Native("remove", remove)
    return handle


def _size(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
    dim = args[0] if args else kwargs.get("dim")
    shape = tensor.shape
    if dim is None:
        return _shape(machine, tensor)
    if shape is not None and isinstance(dim, int) and -len(shape) <= dim < len(shape):
        size = shape[int(dim)]
        if size is not None:
            return size
    return machine.unknown("number")


def _convert(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    """`.to`, `.float` and the like: the same tensor where nothing changes, else a copy."""
    return dispatch.convert(machine, tensor, args, kwargs)


def _type_as(kind: str | None) -> Callable[..., Value]:
    def run(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return dispatch.cast(machine, tensor, kind)

    return run


def _data_ptr(
    machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    return machine.unknown("number")


def _new(name: str) -> Callable[..., Value]:
    def run(machine: Machine, tensor: Tensor, args: list[Value], kwargs: dict[str, Value]) -> Value:
        made = factories.make(machine, name, args, kwargs)
        if isinstance(made, Tensor) and "dtype" not in kwargs:
            made.dtype = tensor.dtype
        return made

    return run


_METHODS: dict[str, Callable[[Machine, Tensor, list[Value], dict[str, Value]], Value]] = {
    "backward": _backward,
    "detach": _detach,
    "detach_": _detach_in_place,
    "requires_grad_": _requires_grad_in_place,
    "retain_grad": _retain_grad,
    "register_hook": _register_hook,
    "register_post_accumulate_grad_hook": _register_after_accumulation,
    "item": _item,
    "tolist": _item,
    "is_floating_point": _is_of_kind("float"),
    "is_complex": _is_of_kind("complex"),
    "numel": _count,
    "nelement": _count,
    "__len__": _count,
    "numpy": _numpy,
    "__array__": _numpy,
    "size": _size,
    "dim": lambda machine, tensor, args, kwargs: _ndim(machine, tensor),
    "data_ptr": _data_ptr,
    "new_zeros": _new("torch.zeros"),
    "new_ones": _new("torch.ones"),
    "new_empty": _new("torch.empty"),
    "new_full": _new("torch.full"),
    "new_tensor": _new("torch.tensor"),
    "new": _new("torch.Tensor"),
    "to": _convert,
    "cuda": _convert,
    "cpu": _convert,
    "type": _convert,
    "type_as": _convert,
    "float": _type_as("float"),
    "double": _type_as("float64"),
    "half": _type_as("float16"),
    "bfloat16": _type_as("bfloat16"),
    "long": _type_as("int"),
    "int": _type_as("int32"),
    "short": _type_as("int16"),
    "bool": _type_as("bool"),
    "byte": _type_as("uint8"),
}
