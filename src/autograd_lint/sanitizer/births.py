"""AGL310, AGL411: parameters that are trained and that no optimizer holds, and how they were made."""

from __future__ import annotations

import ast
import linecache
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

import torch

from autograd_lint.sanitizer.claim import Claim
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
        self._claims: dict[Site, Claim] = {}

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

    def claims(self) -> Iterator[Claim]:
        """What was found."""
        yield from self._claims.values()

    def stray(self, tensor: torch.Tensor, backward: Site) -> None:
        """A parameter gets gradients, and no optimizer holds it though one has stepped."""
        birth = self._births.get(tensor)
        if birth is None or birth.site == NOWHERE:
            return
        hidden = _hidden_in(tensor, birth)
        if hidden is not None:
            site = self._listed(hidden, tensor)
            self._claims.setdefault(
                site,
                Claim(
                    "AGL411",
                    f"`{self._sites.text(site)}` hides parameters from `.parameters()`: they are not trained",
                    site,
                    (
                        ("the parameters are made here", birth.site),
                        ("they get gradients here", backward),
                    ),
                    help="use `nn.ModuleList`, `nn.ModuleDict` or `nn.ParameterList`",
                ),
            )
        elif birth.after != NOWHERE:
            self._claims.setdefault(
                birth.site,
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
            )

    def _listed(self, maker: _Maker, tensor: torch.Tensor) -> Site:
        """Where the module makes the list or dictionary that the parameter is hidden in."""
        module = maker.module()
        for name, value in vars(module).items() if module is not None else ():
            if not name.startswith("_") and isinstance(value, (list, tuple, dict)):
                values = value.values() if isinstance(value, dict) else value
                if any(_owns(each, tensor) for each in values):
                    span = _assignment(name, maker.filename, self._sites.line(maker.site))
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


def _assignment(name: str, filename: str, line: int) -> tuple[int, int, int, int] | None:
    """The assignment to `self.name` in a file that is nearest to a line."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:
        return None
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and node.targets[0].attr == name
    ]
    node = min(found, key=lambda node: abs(node.lineno - line), default=None)
    if node is None:
        return None
    return node.lineno, node.end_lineno or node.lineno, node.col_offset, node.end_col_offset or 0
