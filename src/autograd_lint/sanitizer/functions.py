"""AGL502–504: what a custom Function does behind autograd's back.

Its forward is seen while it runs: what it writes to and what it puts on its context. What its backward does
not look at is asked of its code.
"""

from __future__ import annotations

import dis
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import torch

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.cuts import Inside, tensors
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites


@dataclass(slots=True)
class Application:
    """A custom Function that is being applied."""

    cls: type
    site: Site
    inside: Inside | None
    """What it means for parameters; nothing where gradients are off anyway."""
    inputs: frozenset[int]
    """The memory of its inputs."""
    written: dict[int, Site] = field(default_factory=dict)
    """Where each was written first."""
    dirty: set[int] = field(default_factory=set)
    """Those that are marked as written."""


def inside(cls: type, site: Site, sites: Sites) -> Inside:
    """What a custom Function means for parameters that get no gradient by it."""
    if cls.__module__ == "torch.utils.checkpoint":
        return Inside("checkpoint", site, cls.__name__)
    return Inside("function", last_return(cls, "backward", sites) or site, cls.__name__)


def last_return(cls: type, method: str, sites: Sites) -> Site:
    """The last `return` of a Function's own method."""
    code = _code(cls, method)
    if code is None:
        return NOWHERE
    offsets = [i.offset for i in dis.get_instructions(code) if i.opname.startswith("RETURN_")]
    return sites.of_code(code, offsets[-1]) if offsets else NOWHERE


@contextmanager
def watched_return(cls: type, sites: Sites) -> Iterator[list[Site]]:
    """Notes by which `return` a Function's backward is left; the last one, if it cannot be followed."""
    code, returned = _code(cls, "backward"), [last_return(cls, "backward", sites)]

    def follow(frame: FrameType, event: str, argument: Any) -> None:
        if event == "return" and frame.f_code is code:
            returned[0] = sites.of_code(frame.f_code, frame.f_lasti)

    if code is None or sys.getprofile() is not None:
        yield returned
        return
    sys.setprofile(follow)
    try:
        yield returned
    finally:
        sys.setprofile(None)


def edges_without_gradient(node: graph.Node, result: Any) -> list[graph.Node]:
    """The nodes behind those inputs that need a gradient and were given None."""
    gradients = result if isinstance(result, tuple) else (result,)
    needed = [
        gradient for gradient, needs in zip(gradients, node.needs_input_grad, strict=False) if needs
    ]
    edges = [edge for edge, _ in node.next_functions if edge is not None]
    if len(needed) != len(edges):
        return []
    return [edge for edge, gradient in zip(edges, needed, strict=True) if gradient is None]


def missing(name: str, returned: Site, backward: Site, sites: Sites) -> Claim:
    """AGL505: a custom backward gives no gradient for what needs one."""
    return Claim(
        "AGL505",
        f"`{sites.text(returned)}` gives None for an input of `{name}` that needs a gradient",
        returned,
        (
            ("this backward calls it", backward),
            ("and a gradient that is needed is None here", returned),
        ),
        help="compute the gradient, or do not train it",
    )


def kept(context: Any, name: str, value: Any, site: Site, sites: Sites) -> Claim | None:
    """AGL502: a tensor is put on a context, under a name that is not torch's."""
    if hasattr(type(context), name) or not tensors(value):
        return None
    return Claim(
        "AGL502",
        f"`{sites.text(site)}` keeps a tensor past autograd's checks",
        site,
        (("the tensor is kept as an attribute here", site),),
        help="use `ctx.save_for_backward`",
    )


def applied(application: Application, result: Any, sites: Sites) -> Iterator[Claim]:
    """What is wrong with a Function that was applied."""
    for memory, write in application.written.items():
        if memory not in application.dirty and write != NOWHERE:
            yield Claim(
                "AGL503",
                f"`{sites.text(write)}` writes to an input of the function without `mark_dirty`",
                write,
                (
                    ("the input is written here", write),
                    ("the function is applied here", application.site),
                ),
                help="call `ctx.mark_dirty(input)`, or write to a clone",
            )
    returned = last_return(application.cls, "forward", sites)
    if returned != NOWHERE and _ignores(application.cls, result):
        yield Claim(
            "AGL504",
            f"`{sites.text(returned)}` returns an output whose gradient the backward ignores, and does not "
            "mark it",
            returned,
            (
                ("the outputs are returned here", returned),
                ("the function is applied here", application.site),
            ),
            help="call `ctx.mark_non_differentiable(output)`",
        )


def _ignores(cls: type, result: Any) -> bool:
    """Whether some outputs require grad whose gradients the backward never looks at, and not all do."""
    code = _code(cls, "backward")
    if code is None or not isinstance(result, tuple) or code.co_flags & inspect.CO_VARARGS:
        return False
    names = code.co_varnames[1 : code.co_argcount]
    if len(names) != len(result):
        return False
    used = set(_loaded(code))
    ignored = [
        isinstance(output, torch.Tensor) and output.requires_grad and name not in used
        for output, name in zip(result, names, strict=True)
    ]
    return any(ignored) and not all(ignored)


def _loaded(code: CodeType) -> Iterator[str]:
    """The names whose values a function reads."""
    for instruction in dis.get_instructions(code):
        if "LOAD" in instruction.opname:
            named = instruction.argval
            yield from (
                n for n in (named if isinstance(named, tuple) else (named,)) if isinstance(n, str)
            )


def _code(cls: type, method: str) -> CodeType | None:
    function = inspect.unwrap(getattr(cls, method, _code))
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None
