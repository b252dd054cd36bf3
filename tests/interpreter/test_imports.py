"""Bugs whose cause and effect stand in different files, through every way to import one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint import Finding, check

TRAINER = """\
def train(model, batches, optimizer):
    for x, y in batches:
        loss = (model(x) - y).pow(2).mean()
        loss.backward()
        optimizer.step()
"""
"""A loop that never zeroes: a bug in line 5, unless its caller does."""

MAIN = """\
import torch
{imports}
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
batches = [(torch.randn(8, 4), torch.randn(8, 1)) for _ in range(4)]
"""
AT_ONCE = MAIN + "{train}(model, batches, optimizer)\n"
ONE_BY_ONE = (
    MAIN
    + """\
for batch in batches:
    optimizer.zero_grad()
    {train}(model, [batch], optimizer)
"""
)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def said(findings: list[Finding], folder: Path) -> list[tuple[str, str, int]]:
    return [
        (f.code, Path(f.place.path).resolve().relative_to(folder).as_posix(), f.place.line)
        for f in findings
    ]


LAYOUTS = {
    "a sibling": ("main.py", "trainer.py", "from trainer import train", "train", {}),
    "a sibling, as a module": ("main.py", "trainer.py", "import trainer", "trainer.train", {}),
    "a package, by its full name": (
        "main.py", "lab/core/trainer.py", "import lab.core.trainer", "lab.core.trainer.train",
        {"lab/__init__.py": "", "lab/core/__init__.py": ""},
    ),
    "a package, under another name": (
        "main.py", "lab/core/trainer.py", "import lab.core.trainer as t", "t.train",
        {"lab/__init__.py": "", "lab/core/__init__.py": ""},
    ),
    "a module from a package": (
        "main.py", "lab/trainer.py", "from lab import trainer", "trainer.train",
        {"lab/__init__.py": ""},
    ),
    "a module from a namespace package": (
        "main.py", "lab/trainer.py", "from lab import trainer", "trainer.train", {},
    ),
    "a namespace package, by its full name": (
        "main.py", "lab/core/trainer.py", "import lab.core.trainer", "lab.core.trainer.train", {},
    ),
    "a namespace package and what is in it": (
        "main.py", "lab/core/trainer.py", "from lab.core.trainer import train", "train", {},
    ),
    "two imports of one package": (
        "main.py", "lab/trainer.py", "import lab.data\nimport lab.trainer", "lab.trainer.train",
        {"lab/__init__.py": "", "lab/data.py": "SIZE = 4\n"},
    ),
    "a name that a package passes on": (
        "main.py", "lab/core/trainer.py", "from lab import train", "train",
        {
            "lab/__init__.py": "from .core import train\n",
            "lab/core/__init__.py": "from lab.core.trainer import train as train\n",
        },
    ),
    "a star that a package passes on": (
        "main.py", "lab/trainer.py", "from lab import *", "train",
        {"lab/__init__.py": "from .trainer import *\n__all__ = ['train']\n"},
    ),
    "a star with a private name in __all__": (
        "main.py", "lab/trainer.py", "from lab import *", "_train",
        {"lab/__init__.py": "from .trainer import train as _train\n__all__ = ['_train']\n"},
    ),
    "a relative import": (
        "lab/main.py", "lab/trainer.py", "from .trainer import train", "train",
        {"lab/__init__.py": ""},
    ),
    "a relative import of a module": (
        "lab/main.py", "lab/trainer.py", "from . import trainer", "trainer.train",
        {"lab/__init__.py": ""},
    ),
    "a relative import without a package": (
        "lab/main.py", "lab/trainer.py", "from . import trainer", "trainer.train", {},
    ),
    "a relative import from above": (
        "lab/run/main.py", "lab/core/trainer.py", "from ..core.trainer import train", "train",
        {"lab/__init__.py": "", "lab/core/__init__.py": "", "lab/run/__init__.py": ""},
    ),
    "a src layout": (
        "scripts/main.py", "src/lab/trainer.py", "from lab.trainer import train", "train",
        {"src/lab/__init__.py": ""},
    ),
    "a script beside its package": (
        "scripts/main.py", "lab/trainer.py", "from lab.trainer import train", "train",
        {"lab/__init__.py": ""},
    ),
    "a name at run time": (
        "main.py", "lab/trainer.py",
        "import importlib\nmodule = importlib.import_module('lab.trainer')", "module.train",
        {"lab/__init__.py": ""},
    ),
    "a name that is put together": (
        "main.py", "lab/trainer.py",
        "import importlib as i\nname = 'trainer'\nmodule = i.import_module(f'lab.{name}')",
        "module.train",
        {"lab/__init__.py": ""},
    ),
    "an import that may fail": (
        "main.py", "trainer.py",
        "try:\n    from trainer import train\nexcept ImportError:\n    train = None",
        "train", {},
    ),
    "a folder that is put on the path": (
        "tools/main.py", "lib/trainer.py",
        "import sys\nfrom os.path import dirname, join\n"  # noqa: ISC004
        "sys.path.append(join(dirname(__file__), '..', 'lib'))\nfrom trainer import train",
        "train", {},
    ),
    "a cycle": (
        "main.py", "lab/trainer.py", "from lab.trainer import train", "train",
        {
            "lab/__init__.py": "from lab.trainer import train\n",
            "lab/other.py": "from lab.trainer import train\n",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_loop_is_followed_through(layout: str, tmp_path: Path) -> None:
    main, trainer, imports, train, others = LAYOUTS[layout]
    text = AT_ONCE.format(imports=imports, train=train)
    write(tmp_path, {main: text, trainer: TRAINER, **others})

    assert said(check([tmp_path / main]), tmp_path) == [("AGL301", trainer, 5)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_caller_that_zeroes_is_seen_through(layout: str, tmp_path: Path) -> None:
    main, trainer, imports, train, others = LAYOUTS[layout]
    text = ONE_BY_ONE.format(imports=imports, train=train)
    write(tmp_path, {main: text, trainer: TRAINER, **others})

    assert said(check([tmp_path / main]), tmp_path) == []


BLOCK = """\
import torch.nn as nn

class Block(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.inner = nn.Linear(4, 4)
        self.activation = activation

    def forward(self, x):
        out = self.activation(self.inner(x))
        out += x
        return out
"""
"""A layer that is wrong for activations that save their result."""

USER = """\
import torch
from block import Block

model = Block(torch.nn.{activation}())
model(torch.randn(2, 4)).sum().backward()
"""


def test_the_finding_stands_where_the_mistake_is_and_its_trace_crosses_files(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"block.py": BLOCK, "main.py": USER.format(activation="Sigmoid")})

    (finding,) = check([tmp_path / "main.py"])

    assert said([finding], tmp_path) == [("AGL102", "block.py", 11)]
    assert [Path(step.place.path).name for step in finding.trace] == [
        "block.py", "block.py", "main.py",
    ]  # fmt: skip


def test_what_several_files_show_is_said_once(tmp_path: Path) -> None:
    text = USER.format(activation="Sigmoid")
    write(tmp_path, {"block.py": BLOCK, "one.py": text, "two.py": text})

    assert said(check([tmp_path]), tmp_path) == [("AGL102", "block.py", 11)]


def test_another_file_may_show_that_it_is_right(tmp_path: Path) -> None:
    write(tmp_path, {"block.py": BLOCK, "main.py": USER.format(activation="SiLU")})

    assert check([tmp_path]) == []


def test_a_neighbour_silences_what_stands_in_it(tmp_path: Path) -> None:
    block = BLOCK.replace("out += x", "out += x  # noqa: AGL102")
    write(tmp_path, {"block.py": block, "main.py": USER.format(activation="Sigmoid")})

    assert check([tmp_path / "main.py"]) == []


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    a = "from b import B\nimport torch\nclass A:\n    size = 3\n"
    b = "from a import A\nimport torch\nclass B:\n    def size(self):\n        return A.size\n"
    main = AT_ONCE.format(imports="from a import A, B\nfrom trainer import train", train="train")
    write(tmp_path, {"a.py": a, "b.py": b, "trainer.py": TRAINER, "main.py": main})

    assert said(check([tmp_path]), tmp_path) == [("AGL301", "trainer.py", 5)]
