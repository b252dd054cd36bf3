"""Generates the operator table by asking torch: ``python -m autograd_lint.autograd.generate``.

Every function, method and module class is run on ordinary arguments, once for each set of operands
that may require grad, and what it does to autograd's state is measured. What differs between calls
is left out, or kept by the argument that makes the difference: the table holds what always holds.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import torch

from autograd_lint.autograd.generate.functions import SPACES, function_rows
from autograd_lint.autograd.generate.modules import module_rows

TABLE = Path(__file__).parent.parent / "data" / "operators.json"


def generate() -> str:
    """Return the table as text, one row a line; the same for each run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.manual_seed(0)
            return _text(_sections())
    finally:
        torch.set_num_threads(threads)


def _sections() -> dict[str, dict[str, Any]]:
    spaces = {f"torch.{prefix}".rstrip("."): space for prefix, space in SPACES.items()}
    spaces |= {"torch.nn": torch.nn, "torch.optim": torch.optim, "torch.Tensor": torch.Tensor}
    return {
        "functions": function_rows(),
        "modules": module_rows(),
        "factories": dict.fromkeys(_factories(), 1),
        "optimizers": dict.fromkeys(_classes(torch.optim, torch.optim.Optimizer), 1),
        "module classes": {
            name: _bases(getattr(torch.nn, name)) for name in _classes(torch.nn, torch.nn.Module)
        },
        "names": {
            name: sorted(n for n in dir(space) if not n.startswith("_"))
            for name, space in spaces.items()
        },
    }


def _factories() -> list[str]:
    """Return the functions that make a leaf which may require grad."""
    found = []
    for name in dir(torch):
        for args in ((2, 3), (torch.rand(2, 3),), (3,), ([1.0],), ((2,), 1.0), (0, 1, 3)):
            try:
                made = getattr(torch, name)(*args, requires_grad=True)
            except Exception:  # most names are no factories
                continue
            if isinstance(made, torch.Tensor) and made.requires_grad and made.is_leaf:
                found.append(name)
                break
    return found


def _classes(module: Any, base: type) -> list[str]:
    return [
        name
        for name in dir(module)
        if isinstance(getattr(module, name), type) and issubclass(getattr(module, name), base)
    ]


def _bases(cls: type) -> list[str]:
    """Return the names of the modules that a module class derives from, private ones included."""
    return [base.__name__ for base in cls.__mro__[1:] if issubclass(base, torch.nn.Module)]


def _text(sections: dict[str, dict[str, Any]]) -> str:
    lines = ["{", f'"torch": "{torch.__version__.partition("+")[0]}"']
    for section, rows in sections.items():
        lines[-1] += ","
        lines.append(f'"{section}": {{')
        lines += [
            f"{json.dumps(key)}: {json.dumps(row, separators=(',', ':'))},"
            for key, row in sorted(rows.items())
        ]
        lines[-1] = lines[-1].rstrip(",")
        lines.append("}")
    return "\n".join([*lines, "}"]) + "\n"
