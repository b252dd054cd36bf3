"""Watches each operation as the program calls it: a `TorchFunctionMode` above autograd.

Above autograd, an operation's result has its node already, so nothing needs to be worked out: the clock of
autograd says whether nodes were made, and version counters whether memory was written. Nothing is done for
operations that do neither. Below autograd (`TorchDispatchMode`) neither is to be seen; hooks on saved
tensors would see what is saved, but switch torch's own check of versions off (saved_variable.cpp: a saved
tensor with hooks is unpacked without it).
"""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from autograd_lint.sanitizer.cuts import tensors
from autograd_lint.sanitizer.history import Write
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites
from autograd_lint.sanitizer.weak import WeakTensors

if TYPE_CHECKING:
    from autograd_lint.sanitizer.session import Session

next_number: Callable[[], int] = torch._C._autograd._get_sequence_nr
"""The number that the next node of this thread will have."""
transforms: Callable[[], object] = torch._C._functorch.peek_interpreter_stack
"""The transforms of `torch.func` that are running, whose tensors only look like ones; None if none is."""

Handler = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]

_PLAIN = frozenset({
    "dim", "size", "stride", "numel", "nelement", "is_floating_point", "is_complex",
    "is_contiguous", "is_same_size", "is_signed", "is_inference", "storage", "untyped_storage",
    "storage_offset", "data_ptr", "element_size", "type", "get_device", "__len__", "__hash__",
    "__repr__", "__str__", "__format__", "__dir__", "__reduce_ex__", "__setstate__",
    "__deepcopy__", "ndimension", "is_pinned", "is_shared", "result_type", "can_cast", "finfo",
    "register_post_accumulate_grad_hook", "retain_grad",
    "_record_function_enter_new", "_record_function_exit._RecordFunction", "zeros_like",
    "ones_like", "rand_like", "randn_like", "empty_like", "full_like", "randint_like",
    "new_zeros", "new_ones", "new_empty", "new_full", "is_nonzero", "__bool__",
    "__array_wrap__",
})  # fmt: skip
"""What carries no value from a tensor to a tensor, and writes nothing."""
_VIEWS = frozenset({"T", "mT", "H", "mH", "real", "imag"})
"""Attributes that are operations."""
_NUMBERS = {
    "item": "number", "__float__": "number", "__int__": "number", "tolist": "number",
    "numpy": "numpy", "__array__": "numpy",
}  # fmt: skip
_FLAT = frozenset({"round", "round_", "floor", "floor_", "ceil", "trunc", "fix", "sign", "sgn"})
"""Operations whose derivative is zero wherever it exists (torch's derivatives.yaml)."""
_FACTORIES = frozenset({
    "tensor", "zeros", "ones", "rand", "randn", "randint", "empty", "full", "arange",
    "linspace", "eye", "normal", "logspace",
})  # fmt: skip


class Watch(TorchFunctionMode):
    """Sees what the program calls, and does nothing but look."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._sites, self._nodes = session.sites, session.nodes
        self._tainted, self._keeping = session.tainted, session.keeping
        self._penalties = session.penalties
        self._handlers: dict[Any, Handler] = {}
        self._data: WeakTensors[weakref.ref[torch.Tensor]] = WeakTensors()
        self._ungraded = NOWHERE
        self.is_resting = False
        """Whether operations are let through unseen."""
        self.last = next_number()
        """The next number at the last look."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if self.is_resting or transforms() is not None:
            return func(*args, **(kwargs or {}))
        handler = self._handlers.get(func)
        if handler is None:
            handler = self._handlers[func] = self._handler(func)
        return handler(func, args, kwargs or {})

    def catch_up(self, site: Site) -> None:
        """Ascribe to `site` the nodes that were made out of sight."""
        number = next_number()
        if number != self.last:
            self._nodes.add(number, site)
            self.last = number

    def _handler(self, func: Any) -> Handler:
        """What to do when `func` is called, which its name tells."""
        name = getattr(func, "__name__", "")
        if name in ("__get__", "__set__", "__delete__"):
            attribute = getattr(getattr(func, "__self__", None), "__name__", "")
            return {
                ("__get__", "data"): self._get_data,
                ("__set__", "data"): self._set_data,
                ("__get__", "grad"): self._get_grad,
                ("__set__", "grad"): self._set_grad,
                ("__set__", "requires_grad"): self._require_grad,
            }.get((name, attribute), self._compute if attribute in _VIEWS else self._call)
        if name == "register_hook":
            return self._register
        if name in _PLAIN:
            return self._call
        if name in _NUMBERS:
            return self._to_number
        if name in ("_set_grad_enabled", "_enter_inference_mode"):
            return self._set_mode
        if name == "requires_grad_":
            return self._require_grad
        if name in _FLAT:
            return self._flatten
        if name in _FACTORIES:
            return self._create
        if func is torch.autograd.grad:
            return self._differentiate
        if name.endswith("_") and not name.endswith("__"):
            return self._call if name in ("detach_", "share_memory_") else self._write
        if name == "__setitem__" or _has_inplace(func):
            return self._write
        return self._compute

    def _call(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return func(*args, **kwargs)

    def _register(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._session.raised(error, args)
            raise
        site = self._sites.at(sys._getframe(2))
        self._session.guarded(lambda: self._session.hooks.registered(args[0], result, site))
        return result

    def _compute(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if kwargs and kwargs.get("out") is not None:
            return self._write(func, args, kwargs)
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._session.raised(error, args)
            raise
        try:
            self._look(func, args, kwargs, result, sys._getframe(2))
        except Exception as error:
            self._session.failed(error)
        return result

    def _look(
        self, func: Any, args: tuple[Any, ...], kwargs: Any, result: Any, frame: FrameType
    ) -> None:
        number = next_number()
        if self._session.has_hooks:
            self._session.look_for_hooks(frame)
        if self._session.is_backward:
            given = {id(tensor) for tensor in tensors(args)}
            self._session.made_in_backward(t for t in tensors(result) if id(t) not in given)
        if self._session.application is not None and not torch.is_grad_enabled():
            self.last = number  # the node of the custom Function itself, which has its site
        if number != self.last:
            site = self._sites.at(frame)
            self._nodes.add(number, site)
            self.last = number
            if isinstance(result, torch.Tensor):
                self._keeping.made(result, site, frame)
            if self._tainted:
                self._tainted.carry(tensors(args, kwargs), tensors(result))
        elif result is not None and (made := tensors(result)):
            sources = tensors(args, kwargs)
            if any(source.requires_grad for source in sources):
                self._cut(func.__name__, sources, made, frame)
            elif self._tainted:
                self._tainted.carry(sources, made)
        if self._penalties:
            self._penalties.carry(func.__name__, tensors(args, kwargs), tensors(result))
        if self._data and args and isinstance(result, torch.Tensor):
            original = self._data.get(args[0])
            if original is not None and (result._base is not None or func.__name__ == "detach"):
                self._data.put(result, original)

    def _cut(
        self, name: str, sources: list[torch.Tensor], made: list[torch.Tensor], frame: FrameType
    ) -> None:
        """A result without a node of what has one."""
        made = [tensor for tensor in made if not tensor.requires_grad]
        if not made:  # written in place, or handed through
            return
        site = self._sites.at(frame)
        application = self._session.application
        inside = application.inside if application is not None else None
        if inside is not None:
            how, site, name = inside.how, inside.site, inside.name
        elif torch.is_grad_enabled():
            how = {"detach": "detach", "grad": "grad"}.get(name, "operator")
        else:
            how, site = "no_grad", self._ungraded or site
            if _samples(frame, self._sites):
                how, site = "sample", self._sites.at(frame)
        self._tainted.mark(made, self._tainted.cut(sources, site, how, name))

    def _flatten(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        frame, sources = sys._getframe(2), tensors(args[:1])
        cuts = None
        if sources and sources[0].requires_grad and torch.is_grad_enabled():
            site, name = self._sites.at(frame), func.__name__
            cuts = self._session.guarded(lambda: self._tainted.cut(sources, site, "flat", name))
        writes = func.__name__.endswith("_")
        result = (self._write if writes else self._compute)(func, args, kwargs)
        if cuts:
            self._tainted.mark(tensors(result), cuts)
        return result

    def _differentiate(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result, frame = self._compute(func, args, kwargs), sys._getframe(2)
        targets = tensors(args[1] if len(args) > 1 else kwargs.get("inputs"))
        self._session.guarded(lambda: self._session.differentiated(tensors(result), targets, frame))
        return result

    def _create(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = self._compute(func, args, kwargs)
        if kwargs.get("requires_grad") and isinstance(result, torch.Tensor):
            frame = sys._getframe(2)
            self._session.made_leaf(result, self._sites.at(frame), by_force=False)
            self._session.guarded(lambda: self._leave(tensors(args), "item", frame))
        return result

    def _write(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # Python functions of torch's (`nn.init.zeros_`) hand all arguments on by name.
        targets = tensors(args[:1] or list(kwargs.values())[:1], kwargs.get("out"))
        before = [_version(target) for target in targets]
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._session.raised(error, args)
            raise
        try:
            self._look(func, args, kwargs, result, sys._getframe(2))
            self._look_at_versions(func.__name__, targets, before, sys._getframe(2))
        except Exception as error:
            self._session.failed(error)
        return result

    def _look_at_versions(
        self, name: str, targets: list[torch.Tensor], before: list[int], frame: FrameType
    ) -> None:
        for target, version in zip(targets, before, strict=True):
            now = _version(target)
            if now != version:
                write = Write(now, self.last, self._sites.at(frame), name)
                original = self._data.get(target) if self._data else None
                if original is not None:
                    self._session.wrote_unseen(target, original(), write)
                else:
                    self._session.wrote(target, write, frame)

    def _to_number(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._session.raised(error, args)
            raise
        frame = sys._getframe(2)
        self._session.guarded(lambda: self._leave([args[0]], func.__name__, frame))
        return result

    def _leave(self, sources: list[torch.Tensor], name: str, frame: FrameType) -> None:
        """Values leave torch."""
        for source in sources:
            if source.requires_grad or (self._tainted and self._tainted.of(source)):
                site = self._sites.at(frame)
                self._session.left_torch(source, site, _NUMBERS[name], name)

    def _set_mode(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        was_on = torch.is_grad_enabled()
        result = func(*args, **kwargs)
        if was_on and args and args[0] is False:
            self._ungraded = self._sites.of_mode(sys._getframe(2))
        return result

    def _require_grad(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        tensor = args[0]
        asked = args[1] if len(args) > 1 else kwargs.get("requires_grad", True)
        had = tensor.requires_grad
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._session.raised(error, args)
            raise
        if asked and not had:
            site = self._sites.at(sys._getframe(2))
            self._session.made_leaf(tensor, site, by_force=True)
        return result

    def _get_data(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result, frame = func(*args, **kwargs), sys._getframe(2)
        if self._sites.is_own(frame):  # else torch looks, as in copying a parameter
            self._session.guarded(lambda: self._alias(args[0], result, frame))
        return result

    def _alias(self, source: torch.Tensor, data: torch.Tensor, frame: FrameType) -> None:
        """`data` lies in the memory of `source`, with a counter of its own."""
        self._data.put(data, weakref.ref(source))
        if source.requires_grad:
            site = self._sites.at(frame)
            self._tainted.mark([data], self._tainted.cut([source], site, "data", "data"))
        elif self._tainted:
            self._tainted.carry([source], [data])

    def _set_data(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result, tensor = func(*args, **kwargs), args[0]
        frame = self._sites.caller(sys._getframe(2))
        if self._sites.is_own(frame):  # else torch moves or makes a parameter
            write = Write(0, self.last, self._sites.at(frame), "data")
            self._session.guarded(lambda: self._session.wrote_unseen(tensor, tensor, write))
        return result

    def _get_grad(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result, frame = func(*args, **kwargs), sys._getframe(2)
        if self._sites.is_own(frame):
            self._session.guarded(lambda: self._session.read_grad(args[0], result, frame))
        return result

    def _set_grad(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result, frame = func(*args, **kwargs), sys._getframe(2)
        if args[1] is None:
            self._session.guarded(lambda: self._session.zeroed(args[0], frame))
        return result


def storage(tensor: torch.Tensor) -> int:
    """Which memory a tensor lies in."""
    return int(tensor.untyped_storage()._cdata)


def _version(tensor: torch.Tensor) -> int:
    try:
        return tensor._version
    except RuntimeError:  # inference tensors have none
        return -1


def _has_inplace(func: Any) -> bool:
    """Whether it may write to its first argument because it is told to (`inplace=True`)."""
    try:
        return "inplace" in inspect.signature(func).parameters
    except (TypeError, ValueError):
        return False


def _samples(frame: FrameType | None, sites: Sites) -> bool:
    """Whether `Distribution.sample` is what has switched gradients off."""
    while frame is not None and not sites.is_own(frame):
        if "distributions" in frame.f_code.co_filename and frame.f_code.co_name == "sample":
            return True
        frame = frame.f_back
    return False
