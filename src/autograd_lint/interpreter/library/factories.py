"""Factories: functions of torch's that make a leaf on memory of its own."""

from __future__ import annotations

from autograd_lint.autograd import operators
from autograd_lint.autograd.provenance import Cut, united
from autograd_lint.autograd.tensor import Shape, Tensor
from autograd_lint.interpreter import calls
from autograd_lint.interpreter.library import dispatch
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Counted,
    DictValue,
    ListValue,
    Series,
    Torch,
    Unknown,
    Value,
)

_TYPED = {
    "torch.Tensor": "float", "torch.FloatTensor": "float", "torch.DoubleTensor": "float",
    "torch.HalfTensor": "float", "torch.BFloat16Tensor": "float", "torch.LongTensor": "int",
    "torch.IntTensor": "int", "torch.ShortTensor": "int", "torch.ByteTensor": "int",
    "torch.CharTensor": "int", "torch.BoolTensor": "bool",
}  # fmt: skip
"""Classes whose call makes a tensor, of sizes or of data."""
_OF_DATA = frozenset({"torch.tensor", "torch.as_tensor", "torch.asarray", "torch.from_numpy",
                      "torch.scalar_tensor", "torch.frombuffer"})  # fmt: skip
_SIZED = frozenset({"torch.rand", "torch.randn", "torch.zeros", "torch.ones", "torch.empty"})
_INTEGERS = {"torch.randint": "int", "torch.randperm": "int", "torch.randint_like": "int",
             "torch.tril_indices": "int", "torch.triu_indices": "int"}  # fmt: skip
_OTHERS = frozenset({"torch.arange", "torch.normal", "torch.poisson", "torch.bernoulli",
                     "torch.multinomial", "torch.from_file", "torch.full_like",
                     "torch.empty_strided", "torch.nested.nested_tensor"})  # fmt: skip


def is_factory(name: str) -> bool:
    """Whether a function of torch's makes tensors out of no tensor's graph."""
    return (
        name in _TYPED
        or name in _OF_DATA
        or name in _INTEGERS
        or name in _OTHERS
        or (name.count(".") == 1 and operators.is_factory(name.removeprefix("torch.")))
    )


def make(machine: Machine, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Make a tensor."""
    if name in ("torch.as_tensor", "torch.asarray", "torch.Tensor") and args:
        same = _same(machine, name, args[0], kwargs)
        if same is not None:
            return same
    out = kwargs.get("out")
    if isinstance(out, Tensor):
        return out
    dtype, shape = _described(name, args, kwargs)
    given = kwargs.get("dtype")
    if given is not None:
        dtype = dispatch.kind_given(given)
    wanted = kwargs.get("requires_grad", False)
    made = machine.autograd.leaf(
        requires_grad=wanted if isinstance(wanted, bool) else None, dtype=dtype, shape=shape
    )
    made.guarded = name in _NOT_ZERO
    sources = calls.tensors_in([*args, *kwargs.values()]) if name in _OF_DATA else []
    made.provenance = united(sources)
    if name in _OF_DATA:
        cuts = calls.cuts_in([*args, *kwargs.values()])
        made.provenance = made.provenance.cut_by(cuts.union(*(_cut(machine, t) for t in sources)))
    if wanted is True and dtype in ("int", "bool"):
        machine.autograd.remark("nonfloat", since=machine.now(), tensor=made)
    return made


_NOT_ZERO = frozenset({"torch.ones", "torch.ones_like", "torch.full", "torch.full_like"})
"""Factories of constants, which nobody divides by where they are zero."""


def _cut(machine: Machine, tensor: Tensor) -> frozenset[Cut]:
    return machine.autograd.cut(tensor, "tensor")


def _same(
    machine: Machine, name: str, given: Value, kwargs: dict[str, Value]
) -> Tensor | Unknown | None:
    """Return what a factory that does not copy gives for a tensor, `None` for anything else."""
    if isinstance(given, Unknown) and given.tensor is None:
        promising = name != "torch.Tensor" and given.hint not in ("number", "text")
        return given if promising else None
    tensor = given.tensor if isinstance(given, Unknown) else given
    if not isinstance(tensor, Tensor):
        return None
    if name == "torch.Tensor":
        return machine.autograd.view("alias", tensor, shape=tensor.shape)
    dtype = kwargs.get("dtype")
    if isinstance(dtype, Torch):
        tensor = dispatch.cast(machine, tensor, dtype.name.rpartition(".")[2])
    return tensor


def _described(name: str, args: list[Value], kwargs: dict[str, Value]) -> tuple[str | None, Shape]:
    """Return the kind of dtype and the shape of what a factory makes."""
    first = args[0] if args else kwargs.get("size", kwargs.get("data", kwargs.get("input")))
    if name in _TYPED:
        sized = bool(args) and all(isinstance(arg, int) for arg in args)
        return _TYPED[name], _sizes(args) if sized else _of_data(first)[1]
    if name in _OF_DATA:
        return _of_data(first)
    if name.endswith("_like"):
        like = first.tensor if isinstance(first, Unknown) else first
        shape = like.shape if isinstance(like, Tensor) else None
        kind = like.dtype if isinstance(like, Tensor) else None
        return _INTEGERS.get(name, kind), shape
    if name in _SIZED:
        return "float", _sizes(args or [kwargs.get("size")])
    if name == "torch.full":
        value = args[1] if len(args) > 1 else kwargs.get("fill_value")
        return _kind_of(value), _sizes([first])
    if name == "torch.eye":
        sizes = args[:2] if len(args) > 1 else [first, first]
        return "float", _sizes(sizes)
    if name == "torch.arange":
        kinds = {_kind_of(arg) for arg in args}
        length = int(first) if len(args) == 1 and isinstance(first, int) else None
        return None if None in kinds else "float" if "float" in kinds else "int", (length,)
    if name in ("torch.linspace", "torch.logspace"):
        steps = args[2] if len(args) > 2 else kwargs.get("steps")
        return "float", (int(steps),) if isinstance(steps, int) else (None,)
    if name == "torch.randint":
        size = next((a for a in args if isinstance(a, tuple | ListValue)), kwargs.get("size"))
        return "int", _sizes([size])
    if name == "torch.randperm":
        return "int", (int(first),) if isinstance(first, int) else (None,)
    return _INTEGERS.get(name, "float"), None


def _sizes(args: list[Value]) -> Shape:
    """Return the shape that sizes stand for, given one by one or as one sequence."""
    if len(args) == 1 and isinstance(args[0], tuple | ListValue):
        args = list(args[0]) if isinstance(args[0], tuple) else list(args[0].items)
    elif len(args) == 1 and not isinstance(args[0], int):
        return None
    return tuple(
        int(size) if isinstance(size, int) and not isinstance(size, bool) else None for size in args
    )


def _of_data(value: Value) -> tuple[str | None, Shape]:
    """Return kind and shape of what is made of Python data."""
    if isinstance(value, Tensor):
        return value.dtype, value.shape
    if isinstance(value, Unknown):
        return (None, ()) if value.hint == "number" else (None, None)
    if isinstance(value, tuple | ListValue):
        items = list(value) if isinstance(value, tuple) else value.items
        if isinstance(value, ListValue) and value.open:
            return (_of_data(items[0])[0] if items else None), None
        if not items:
            return "float", (0,)
        parts = [_of_data(item) for item in items]
        kinds = {kind for kind, _ in parts}
        kind = kinds.pop() if len(kinds) == 1 else "float" if kinds == {"int", "float"} else None
        inner = parts[0][1]
        return kind, None if inner is None else (len(items), *inner)
    if isinstance(value, Series | DictValue) or value is None:
        return None, None
    return _kind_of(value), ()


def _kind_of(value: Value) -> str | None:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | Counted):
        return "int"
    if isinstance(value, float):
        return "float"
    return "complex" if isinstance(value, complex) else None
