"""AGL406, AGL416, AGL507: modules flagged in vain, copied to themselves, or called past their hooks."""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

import torch

from autograd_lint.interpreter.library.tensors import is_misspelt
from autograd_lint.sanitizer import source
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def flagged(owner: Any, name: str, value: Any, site: Site, sites: Sites) -> Claim | None:
    """AGL406: an attribute is set that looks like `requires_grad`, and that nothing reads."""
    is_flag = name == "requires_grad" and isinstance(owner, torch.nn.Module)
    if not (is_flag or is_misspelt(name)) or _reads_its_own(owner, name):
        return None
    if isinstance(owner, torch.nn.Module) and not isinstance(value, bool):
        return None
    why = "a module has no such flag" if is_flag else f"torch knows no `{name}`"
    return Claim(
        "AGL406",
        f"`{sites.text(site)}` has no effect: {why}",
        site,
        (("the attribute is set here, and nothing reads it", site),),
        help="use `requires_grad_(...)`" if is_flag else "write `requires_grad`",
    )


def _reads_its_own(owner: Any, name: str) -> bool:
    """Whether a class of the program reads this attribute of itself: then it is its own affair."""
    for cls in type(owner).__mro__:
        if cls.__module__.partition(".")[0] == "torch":
            continue
        for member in vars(cls).values():
            if isinstance(member, property) and vars(cls).get(name) is member:
                return True
            code = getattr(getattr(member, "__func__", member), "__code__", None)
            if isinstance(code, CodeType) and name in _attributes_read(code):
                return True
    return False


def _attributes_read(code: CodeType) -> set[str]:
    names = {i.argval for i in dis.get_instructions(code) if i.opname.startswith("LOAD_ATTR")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _attributes_read(constant)
    return names


def copied_to_itself(
    module: torch.nn.Module, state: Mapping[str, Any], site: Site, sites: Sites
) -> Claim | None:
    """AGL416: a module that is taken for another one loads its own state."""
    with torch._C.DisableTorchFunction():
        own = dict(module.named_parameters())
        pairs = [(own[name], given) for name, given in state.items() if name in own]
        if not pairs or not all(_is_same_memory(mine, given) for mine, given in pairs):
            return None
    filename, line = sites.path(site), sites.row(site)
    loading = source.receiver("load_state_dict", filename, line)
    giving = source.receiver("state_dict", filename, line)
    if loading is None or giving is None or loading == giving:
        return None  # a state of its own that it was to go back to
    span = source.assignment(*loading, filename, line) or source.assignment(*giving, filename, line)
    named = sites.of_line(filename, *span) if span is not None else site
    return Claim(
        "AGL416",
        f"`{sites.text(named)}` makes no copy: it is one network, and not two",
        named,
        (("a module is taken for two here", named), ("it is copied to itself here", site)),
        help="use `copy.deepcopy`",
    )


def _is_same_memory(mine: torch.Tensor, given: Any) -> bool:
    return (
        isinstance(given, torch.Tensor)
        and given.shape == mine.shape
        and given.data_ptr() == mine.data_ptr() != 0
    )


def past_hooks(frame: FrameType | None, sites: Sites) -> Iterator[Claim]:
    """AGL507: of the calls that are running, those of a `forward` whose module has hooks."""
    while frame is not None:
        caller = frame.f_back
        if frame.f_code.co_name == "forward" and caller is not None and sites.is_own(caller):
            module = _self(frame)
            if isinstance(module, torch.nn.Module) and _self(caller) is not module:
                site = sites.at(caller)
                if site != NOWHERE and any(getattr(module, hooks) for hooks in _HOOKS):
                    yield Claim(
                        "AGL507",
                        f"`{sites.text(site)}` skips the module's hooks",
                        site,
                        (("the hooks do not run here", site),),
                        help="call the module itself",
                    )
        frame = caller


def _self(frame: FrameType) -> Any:
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return frame.f_locals.get(names[0]) if names else None
