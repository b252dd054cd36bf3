"""What is put around parts of torch while a program is watched, and taken away afterwards.

Operations are seen by `Watch`. What is here is what they do not show: the engine, custom Functions, and the
objects of a training loop.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import torch
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

if TYPE_CHECKING:
    from autograd_lint.sanitizer.session import Session

Around = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""Is given what was there and its arguments, and has to call it."""
_KNOWN = frozenset({"grad", "data", "training"})
"""Attributes that are set often, and say nothing."""


@contextmanager
def applied(session: Session) -> Iterator[None]:
    """Has `session` told of what the program does, in the thread that it watches."""
    with ExitStack() as stack:

        def around(owner: Any, name: str, do: Around) -> None:
            stack.enter_context(_around(owner, name, do, session))

        # Both `backward` and `grad` run the engine by this function, which torch/autograd/__init__.py has
        # imported by its name.
        around(torch.autograd, "_engine_run_backward", _engine(session))
        around(torch.autograd.Function, "apply", _apply(session))
        around(torch.autograd.function.FunctionCtx, "mark_dirty", _dirty(session))
        around(torch.autograd.function.BackwardCFunction, "__setattr__", _attribute(session))
        around(torch.autograd.function.BackwardCFunction, "apply", _custom(session))
        around(torch.Tensor, "__setattr__", _attribute(session))
        around(torch.nn.Module, "__setattr__", _attribute(session))
        around(torch.nn.Module, "load_state_dict", _load(session))
        for name in ("register_forward_hook", "register_forward_pre_hook"):
            around(torch.nn.Module, name, _hook(session))
        for name in ("register_full_backward_hook", "register_full_backward_pre_hook"):
            around(torch.nn.Module, name, _hook(session))
        around(type(torch.autograd.Variable), "__call__", _variable(session))
        around(torch.nn.Parameter, "__new__", _parameter(session))
        around(torch.optim.Optimizer, "__init__", _optimizer(session))
        around(torch.optim.Optimizer, "zero_grad", _zeroing(session, _held))
        around(torch.nn.Module, "zero_grad", _zeroing(session, _parameters))
        around(torch.nn.Module, "train", _train(session))
        around(torch.optim.lr_scheduler.LRScheduler, "step", _schedule(session))
        for name in ("scale", "unscale_", "step"):
            around(torch.amp.GradScaler, name, _scaler(session, name))
        for module in (torch.nn.utils, torch.nn.utils.clip_grad):
            for name in ("clip_grad_norm_", "clip_grad_value_"):
                around(module, name, _clip(session))
        around(torch, "compile", _compile(session))
        if (dynamo := sys.modules.get("torch._dynamo.eval_frame")) is not None:
            around(dynamo.OptimizedModule, "__call__", _compiled(session))
        for hook in (
            register_optimizer_step_pre_hook(session.stepping),
            register_optimizer_step_post_hook(session.stepped),
        ):
            stack.callback(hook.remove)
        yield


@contextmanager
def _around(owner: Any, name: str, do: Around, session: Session) -> Iterator[None]:
    kept = vars(owner).get(name)
    inherited = getattr(owner, name)
    kind = type(kept) if isinstance(kept, (classmethod, staticmethod)) else None
    original = kept.__func__ if kind is not None else kept or inherited

    @wraps(original)
    def patched(*args: Any, **kwargs: Any) -> Any:
        if not session.is_watched:
            return original(*args, **kwargs)
        return do(original, args, kwargs)

    setattr(owner, name, patched if kind is None else kind(patched))
    try:
        yield
    finally:
        if kept is None:
            delattr(owner, name)
        else:
            setattr(owner, name, kept)


def _engine(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return session.backward(run, args, kwargs)

    return do


def _apply(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return session.apply(run, args, kwargs)

    return do


def _custom(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return session.custom_backward(args[0], lambda: run(*args, **kwargs))

    return do


def _dirty(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        session.guarded(lambda: session.marked_dirty(args[1:]))
        return run(*args, **kwargs)

    return do


def _attribute(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        run(*args, **kwargs)
        if args[1] not in _KNOWN:
            session.guarded(lambda: session.set_attribute(*args))

    return do


def _load(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        state = args[1] if len(args) > 1 else kwargs.get("state_dict")
        if isinstance(state, Mapping):
            session.guarded(lambda: session.loading(args[0], state))
        return run(*args, **kwargs)

    return do


def _hook(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        session.has_hooks = True
        return run(*args, **kwargs)

    return do


def _variable(session: Session) -> Around:
    """`Variable(tensor)`, which is made by its class, out of sight of `Watch`."""

    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = run(*args, **kwargs)
        data = args[1] if len(args) > 1 else kwargs.get("data")
        if isinstance(data, torch.Tensor) and isinstance(made, torch.Tensor):
            session.guarded(lambda: session.rewrapped(data, made))
        return made

    return do


def _parameter(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = run(*args, **kwargs)
        data = args[1] if len(args) > 1 else kwargs.get("data")
        if isinstance(data, torch.Tensor) and isinstance(made, torch.Tensor):
            session.guarded(lambda: session.wrapped(data, made))
        return made

    return do


def _optimizer(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        run(*args, **kwargs)
        session.guarded(lambda: session.made_optimizer(args[0]))

    return do


def _zeroing(session: Session, tensors: Callable[[Any], list[torch.Tensor]]) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        named, stack = tensors(args[0]), session.stack()
        return session.training.zeroing(named, stack, lambda: run(*args, **kwargs))

    return do


def _held(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [param for group in optimizer.param_groups for param in group["params"]]


def _parameters(module: torch.nn.Module) -> list[torch.Tensor]:
    return list(module.parameters())


def _compile(session: Session) -> Around:
    """What torch.compile returns is called without `Watch`, which it would trace into."""

    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        made = run(*args, **kwargs)
        if isinstance(made, torch.nn.Module):
            made.forward = _outside(made.forward, session)
            return made
        if args[:1] == (None,) or (not args and kwargs.get("model") is None):  # a decorator
            return lambda function: _outside(made(function), session)
        return _outside(made, session)

    return do


def _outside(function: Any, session: Session) -> Any:
    @wraps(function)
    def outside(*args: Any, **kwargs: Any) -> Any:
        with session.unwatched():
            return function(*args, **kwargs)

    return outside


def _compiled(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with session.unwatched():
            return run(*args, **kwargs)

    return do


def _train(session: Session) -> Around:
    depth = 0

    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        nonlocal depth
        module: torch.nn.Module = args[0]
        mode = args[1] if len(args) > 1 else kwargs.get("mode", True)
        if not depth and not mode and module.training:
            site = session.here()
            session.guarded(lambda: session.training.evaluated(module, site))
        depth += 1
        try:
            return run(*args, **kwargs)
        finally:
            depth -= 1

    return do


def _schedule(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        scheduler = args[0]
        if not scheduler._is_initial:  # torch makes the first step itself, in the constructor
            site = session.here()
            session.guarded(lambda: session.training.scheduled(scheduler.optimizer, site))
        return run(*args, **kwargs)

    return do


def _scaler(session: Session, name: str) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        scaler = args[0]
        if not scaler.is_enabled():
            return run(*args, **kwargs)
        if name == "step":
            with session.scaling(args[1] if len(args) > 1 else kwargs["optimizer"]):
                return run(*args, **kwargs)
        result = run(*args, **kwargs)
        if name == "scale":
            session.scaled(result, scaler.get_scale())
        else:
            session.training.unscaled(args[1] if len(args) > 1 else kwargs["optimizer"])
        return result

    return do


def _clip(session: Session) -> Around:
    def do(run: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = args[0] if args else kwargs["parameters"]
        limit = args[1] if len(args) > 1 else kwargs.get("max_norm", kwargs.get("clip_value"))
        tensors = [given] if isinstance(given, torch.Tensor) else list(given)
        if "parameters" in kwargs:
            kwargs = {**kwargs, "parameters": tensors}
        else:
            args = (tensors, *args[1:])
        if isinstance(limit, (int, float)) and math.isfinite(limit):
            session.guarded(lambda: session.clipping(tensors, limit))
        return run(*args, **kwargs)

    return do
