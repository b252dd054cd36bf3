"""Lightning: its module with manual optimization, its trainer, and Fabric.

Where Lightning optimizes by itself, nothing is said of how it does; where the program is to do that, the
trainer's loop is run around its `training_step`, and what it calls is what stands behind it:
https://lightning.ai/docs/pytorch/stable/model/manual_optimization.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeGuard

from autograd_lint.autograd.tensor import Tensor
from autograd_lint.interpreter import attributes, classes, iteration
from autograd_lint.interpreter.library import grad_mode
from autograd_lint.interpreter.machine import Machine
from autograd_lint.interpreter.values import (
    Class,
    DictValue,
    Function,
    GradMode,
    Instance,
    ListValue,
    Series,
    Torch,
    Value,
)

Run = Callable[[Machine, list[Value], dict[str, Value]], Value]


def is_optimized_by_hand(value: Value) -> TypeGuard[Instance]:
    """Whether a value is a Lightning module whose program goes backward and steps by itself."""
    return (
        isinstance(value, Instance)
        and isinstance(value.cls, Class)
        and MODULE in value.cls.mro
        and value.attrs.get("automatic_optimization", True) is False
        and isinstance(attributes.class_attribute(value.cls, "training_step"), Function)
    )


def fit(machine: Machine, module: Instance) -> None:
    """Run the trainer's loop: epochs of training steps, and of validation steps after each."""

    def hook(name: str, *given: Value) -> None:
        function = attributes.class_attribute(module.cls, name)
        if isinstance(function, Function):
            # A hook that takes less than it may be given is none of this signature.
            machine.call(function, [module, *given][: len(function.node.params)], {})

    def train(index: Value) -> None:
        batch = machine.unknown("item")
        hook("on_train_batch_start", batch, index)
        hook("training_step", batch, index)
        hook("on_train_batch_end", machine.unknown(), batch, index)

    def validate(index: Value) -> None:
        hook("validation_step", machine.unknown("item"), index)

    def epoch(_: Value) -> None:
        hook("on_train_epoch_start")
        iteration.for_each(machine, _counter(), train)
        with grad_mode.entered(machine, GradMode("no_grad")):
            hook("on_validation_epoch_start")
            iteration.for_each(machine, _counter(), validate)
            hook("on_validation_epoch_end")
        hook("on_train_epoch_end")

    hook("setup", "fit")
    hook("on_fit_start")
    hook("on_train_start")
    iteration.for_each(machine, _counter(), epoch)
    hook("on_train_end")


def _counter() -> Series:
    return Series(lambda index: index, None, counter=True)


def _fit(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    module = args[1] if len(args) > 1 else kwargs.get("model")
    if is_optimized_by_hand(module):
        fit(machine, module)
    return machine.unknown()


_CONFIGURED = "[configured]"


def _configured(machine: Machine, module: Value) -> tuple[list[Value], list[Value]]:
    """Return the optimizers and schedulers that a module configures, once and for all."""
    if not isinstance(module, Instance):
        return [], []
    if _CONFIGURED not in module.attrs:
        configure = attributes.class_attribute(module.cls, "configure_optimizers")
        machine.journal.touch(module)
        module.attrs[_CONFIGURED] = (
            machine.call(configure, [module], {}) if isinstance(configure, Function) else None
        )
    return _optimizers_in(module.attrs[_CONFIGURED]), _schedulers_in(module.attrs[_CONFIGURED])


def _items(value: Value) -> list[Value] | None:
    if isinstance(value, ListValue):
        return value.items
    return list(value) if isinstance(value, tuple) else None


def _optimizers_in(value: Value) -> list[Value]:
    """`optimizer`, `[optimizers]`, `[optimizers], [schedulers]`, `{"optimizer": …}` or several of these."""
    items = _items(value)
    if items is not None:
        if len(items) == 2 and _items(items[0]) is not None:
            items = _items(items[0]) or []
        return [found for item in items for found in _optimizers_in(item)]
    if isinstance(value, DictValue):
        return _optimizers_in(value.items.get("optimizer"))
    return [] if value is None else [value]


def _schedulers_in(value: Value) -> list[Value]:
    items = _items(value)
    if items is not None:
        if len(items) == 2 and _items(items[0]) is not None:
            return [_scheduler(item) for item in _items(items[1]) or []]
        return [found for item in items for found in _schedulers_in(item)]
    if isinstance(value, DictValue) and "lr_scheduler" in value.items:
        return [_scheduler(value.items["lr_scheduler"])]
    return []


def _scheduler(value: Value) -> Value:
    return value.items.get("scheduler") if isinstance(value, DictValue) else value


def _one_or_all(machine: Machine, found: list[Value]) -> Value:
    if not found:
        return machine.unknown()
    return found[0] if len(found) == 1 else machine.list(found)


def _optimizers(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _one_or_all(machine, _configured(machine, args[0])[0])


def _lr_schedulers(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _one_or_all(machine, _configured(machine, args[0])[1])


def _backward(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    _, loss, *rest = args if len(args) > 1 else [None, kwargs.pop("loss", None)]
    kwargs.pop("model", None)
    return machine.call(attributes.get_attribute(machine, loss, "backward"), rest, kwargs)


def _clip(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    for value in (*args, *kwargs.values()):
        optimizer = machine.optimizer(value) if isinstance(value, Instance) else None
        if optimizer is not None:
            machine.autograd.clip(optimizer.params)
    return None


def _others(machine: Machine, module: Value, chosen: Value) -> Iterator[Tensor]:
    """Yield the parameters of a module's other optimizers, which the chosen one does not hold."""
    own = machine.optimizer(chosen)
    held = set(own.params) if own is not None else set()
    for value in _configured(machine, module)[0]:
        optimizer = machine.optimizer(value)
        if optimizer is not None and optimizer is not own:
            yield from (leaf for leaf in optimizer.params if leaf not in held)


def _toggling(wanted: bool) -> Run:
    """Return what freezes the parameters of the other optimizers, or lets them train again."""

    def run(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
        module, chosen = args[0], args[1] if len(args) > 1 else kwargs.get("optimizer")
        for leaf in _others(machine, module, chosen):
            machine.journal.touch(leaf)
            leaf.requires_grad_flag = wanted
        return None

    return run


def _nothing(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


def _itself(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what is set up: as far as gradients are concerned, it stays what it is."""
    given = args[1:] or [kwargs[name] for name in ("module", "optimizer") if name in kwargs]
    return given[0] if len(given) == 1 else tuple(given)


def _launch(machine: Machine, args: list[Value], kwargs: dict[str, Value]) -> Value:
    fabric, *rest = args
    if not rest or rest[0] is None:
        return None
    return machine.call(rest[0], [fabric, *rest[1:]], kwargs)


_class = partial(classes.provided, "lightning")


MODULE = _class(
    "LightningModule",
    (Torch("torch.nn.Module"),),
    {
        "clip_gradients": _clip,
        "log": _nothing,
        "log_dict": _nothing,
        "lr_schedulers": _lr_schedulers,
        "manual_backward": _backward,
        "optimizers": _optimizers,
        "print": _nothing,
        "save_hyperparameters": _nothing,
        "toggle_optimizer": _toggling(False),
        "untoggle_optimizer": _toggling(True),
    },
)
_TRAINER = _class("Trainer", (), {"fit": _fit})
_FABRIC = _class(
    "Fabric",
    (),
    {
        "backward": _backward,
        "barrier": _nothing,
        "clip_gradients": _clip,
        "launch": _launch,
        "load": _nothing,
        "load_raw": _nothing,
        "log": _nothing,
        "log_dict": _nothing,
        "print": _nothing,
        "save": _nothing,
        "seed_everything": _nothing,
        "setup": _itself,
        "setup_dataloaders": _itself,
        "setup_module": _itself,
        "setup_optimizers": _itself,
    },
)
CLASSES: dict[str, Value] = {
    f"{package}.{cls.name}": cls
    for package in (
        "lightning", "lightning.pytorch", "lightning.fabric", "lightning.pytorch.core",
        "pytorch_lightning", "pytorch_lightning.core", "lightning_fabric",
    )
    for cls in (MODULE, _TRAINER, _FABRIC)
}  # fmt: skip
"""What stands behind these full names."""
