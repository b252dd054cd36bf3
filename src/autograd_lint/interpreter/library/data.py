"""`torch.utils.data`: what a loader makes of a dataset, batch after batch."""

from __future__ import annotations

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, iteration
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    DictValue,
    Function,
    Instance,
    ListValue,
    Series,
    Torch,
    Unknown,
    Value,
)

_SPACE = "torch.utils.data."
_WRAPPERS = frozenset({"Subset", "ConcatDataset", "ChainDataset"})


def is_data_class(cls: Torch) -> bool:
    """Whether a class of torch's is a dataset, a loader or a sampler."""
    return cls.name.startswith(_SPACE)


def make(machine: Machine, cls: Torch, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Make a dataset or loader; `random_split` makes several."""
    name = cls.name.rpartition(".")[2]
    given = args[0] if args else kwargs.get("dataset", kwargs.get("datasets"))
    if name == "random_split":
        count = 2
        lengths = args[1] if len(args) > 1 else kwargs.get("lengths")
        if isinstance(lengths, tuple | ListValue):
            count = len(lengths if isinstance(lengths, tuple) else lengths.items)
        return tuple(_wrapper(machine, given) for _ in range(count))
    if name in _WRAPPERS:
        first = given.items[0] if isinstance(given, ListValue) and given.items else given
        return _wrapper(machine, first)
    made = machine.native(cls)
    made.attrs.update(kwargs)
    if name == "TensorDataset":
        made.payload = tuple(args)
        made.attrs["tensors"] = made.payload
    elif name == "DataLoader":
        made.attrs["dataset"] = given
        if len(args) > 1:
            made.attrs["batch_size"] = args[1]
    return made


def _wrapper(machine: Machine, dataset: Value) -> Instance:
    made = machine.native(Torch(f"{_SPACE}Subset"))
    made.attrs["dataset"] = dataset
    return made


def items(machine: Machine, value: Instance) -> Series | None:
    """Return what iterating over a loader or dataset gives, `None` for any other object."""
    bases = {base.name.rpartition(".")[2] for base in attributes.torch_bases(value.cls)}
    if not any(base.name.startswith(_SPACE) for base in attributes.torch_bases(value.cls)):
        return None
    if "DataLoader" in bases:
        return Series(lambda _: _batch(machine, value), None)
    if isinstance(attributes.class_attribute(value.cls, "__iter__"), Function):
        return None
    return Series(lambda _: sample(machine, value), None)


def _batch(machine: Machine, loader: Instance) -> Value:
    one = sample(machine, loader.attrs.get("dataset"))
    size = loader.attrs.get("batch_size", 1)
    collate = loader.attrs.get("collate_fn")
    if collate is not None:
        return machine.call(collate, [machine.list([one], is_open=True)], {})
    if size is None:
        return one
    return _collated(machine, one, int(size) if isinstance(size, int) else None)


def sample(machine: Machine, dataset: Value, index: Value = None) -> Value:
    """Return an item of a dataset."""
    if isinstance(dataset, ListValue | tuple):
        kept = dataset.items if isinstance(dataset, ListValue) else dataset
        return kept[0] if kept else machine.unknown("item")
    if not isinstance(dataset, Instance):
        return machine.unknown("item")
    method = attributes.class_attribute(dataset.cls, "__getitem__")
    if isinstance(method, Function):
        at = machine.unknown("number") if index is None else index
        return machine.call(method, [dataset, at], {})
    if "dataset" in dataset.attrs:
        return sample(machine, dataset.attrs["dataset"], index)
    if isinstance(dataset.payload, tuple):
        return tuple(_row(machine, tensor) for tensor in dataset.payload)
    if isinstance(attributes.class_attribute(dataset.cls, "__iter__"), Function):
        found, _ = iteration.collect(machine, dataset)
        if found:
            return found[0]
    return machine.unknown("item")


def _row(machine: Machine, value: Value) -> Value:
    if not isinstance(value, Tensor):
        return machine.unknown("item")
    shape = value.shape[1:] if value.shape else None
    return machine.autograd.view("select", value, shape=shape)


def _collated(machine: Machine, value: Value, size: int | None) -> Value:
    """Return a batch of samples that are all like this one."""
    if isinstance(value, Unknown) and value.tensor is not None:
        value = value.tensor
    if isinstance(value, Tensor):
        shape = (size, *value.shape) if value.shape is not None else None
        made = machine.autograd.record(
            "stack", [value], twice=False, shape=shape, dtype=value.dtype
        )
        made.opaque = value.opaque
        return made
    if isinstance(value, tuple):
        return machine.list([_collated(machine, part, size) for part in value])
    if isinstance(value, ListValue):
        batched = [_collated(machine, part, size) for part in value.items]
        return machine.list(batched, is_open=value.open)
    if isinstance(value, DictValue):
        named = {key: _collated(machine, part, size) for key, part in value.items.items()}
        return machine.dict(named, is_open=value.open)
    if isinstance(value, bool | int | float) or (
        isinstance(value, Unknown) and value.hint == "number"
    ):
        kind = "float" if isinstance(value, float) else "int" if isinstance(value, int) else None
        return machine.autograd.leaf(dtype=kind, shape=(size,))
    return machine.unknown("item")
