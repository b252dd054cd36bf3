"""AGL310, AGL411: parameters that are trained and that no optimizer holds, and how they were made."""

from __future__ import annotations

import ast
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import torch

from autograd_lint.sanitizer import source
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.gradients import Leaf
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites
from autograd_lint.sanitizer.weak import WeakTensors


@dataclass(frozen=True, slots=True)
class _Maker:
    """A method of a module that was running when a parameter was made."""

    module: weakref.ref[torch.nn.Module]
    site: Site
    filename: str


@dataclass(frozen=True, slots=True)
class _Birth:
    site: Site
    after: Site
    """Where the latest optimizer had been made by then."""
    makers: tuple[_Maker, ...]
    """The innermost first."""


class Births:
    """Where each parameter was made."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._births: WeakTensors[_Birth] = WeakTensors()
        self._optimizer = NOWHERE
        self._claims: dict[Site, tuple[Leaf, Claim]] = {}

    def made(self, parameter: torch.Tensor, frame: FrameType | None) -> None:
        """A parameter is made."""
        site, makers = self._sites.at(frame), []
        while frame is not None:
            module = (
                frame.f_locals.get("self") if frame.f_code.co_varnames[:1] == ("self",) else None
            )
            if isinstance(module, torch.nn.Module) and self._sites.is_own(frame):
                here = self._sites.at(frame)
                makers.append(_Maker(weakref.ref(module), here, frame.f_code.co_filename))
            frame = frame.f_back
        self._births.put(parameter, _Birth(site, self._optimizer, tuple(makers)))

    def made_optimizer(self, site: Site) -> None:
        """An optimizer was made."""
        self._optimizer = site

    def claims(self, is_held: Callable[[Leaf], bool]) -> Iterator[Claim]:
        """What was found, unless an optimizer has got hold of the parameter later."""
        for leaf, claim in self._claims.values():
            if not is_held(leaf):
                yield claim

    def stray(self, leaf: Leaf, backward: Site, *, replaces: bool) -> None:
        """A parameter gets gradients, and no optimizer holds it though one has stepped.

        It `replaces` another one if one that is held gets none.
        """
        tensor = leaf.ref()
        birth = self._births.get(tensor) if tensor is not None else None
        if tensor is None or birth is None or birth.site == NOWHERE:
            return
        hidden = _hidden_in(tensor, birth)
        if hidden is not None:
            site = self._listed(hidden, tensor)
            self._claims.setdefault(
                site,
                (
                    leaf,
                    Claim(
                        "AGL411",
                        f"`{self._sites.text(site)}` hides parameters from `.parameters()`: they "
                        "are not trained",
                        site,
                        (
                            ("the parameters are made here", birth.site),
                            ("they get gradients here", backward),
                        ),
                        help="use `nn.ModuleList`, `nn.ModuleDict` or `nn.ParameterList`",
                    ),
                ),
            )
        elif replaces and birth.after != NOWHERE:
            self._claims.setdefault(
                birth.site,
                (
                    leaf,
                    Claim(
                        "AGL310",
                        f"`{self._sites.text(birth.site)}` replaces parameters that the optimizer of line "
                        f"{self._sites.line(birth.after)} holds: the new ones are never updated",
                        birth.site,
                        (
                            ("the optimizer takes the parameters here", birth.after),
                            ("the module gets new ones here", birth.site),
                            ("the gradients go to these here", backward),
                        ),
                        help="make the optimizer after the model is complete",
                    ),
                ),
            )

    def _listed(self, maker: _Maker, tensor: torch.Tensor) -> Site:
        """Where the module makes the list or dictionary that the parameter is hidden in."""
        module = maker.module()
        for name, value in vars(module).items() if module is not None else ():
            if not name.startswith("_") and isinstance(value, (list, tuple, dict)):
                values = value.values() if isinstance(value, dict) else value
                if any(_owns(each, tensor) for each in values):
                    line = self._sites.row(maker.site)
                    span = source.assignment(name, ast.Attribute, maker.filename, line)
                    if span is not None:
                        return self._sites.of_line(maker.filename, *span)
        return maker.site


def _hidden_in(tensor: torch.Tensor, birth: _Birth) -> _Maker | None:
    """The innermost module that has made a parameter and does not own it, if one has."""
    for maker in birth.makers:
        module = maker.module()
        if module is not None and not _owns(module, tensor):
            return maker
    return None


def _owns(holder: object, tensor: torch.Tensor) -> bool:
    if isinstance(holder, torch.nn.Module):
        return any(parameter is tensor for parameter in holder.parameters())
    if isinstance(holder, (list, tuple)):
        return any(_owns(each, tensor) for each in holder)
    return holder is tensor
