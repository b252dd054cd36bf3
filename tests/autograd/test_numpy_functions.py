"""Which of numpy's functions take a tensor that requires grad: torch is asked, and `check` agrees."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from autograd_lint import runner
from autograd_lint.config import Config

torch = pytest.importorskip("torch")

NAMES = [
    "abs", "argmax", "array", "asarray", "clip", "exp", "isscalar", "iterable", "ndim",
    "nonzero", "real", "shape", "size", "sqrt", "squeeze",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_check_and_torch_agree_on_a_function_of_numpy(name: str) -> None:
    tensor = torch.ones(3, requires_grad=True) * 2
    given = (tensor, 0, 1) if name == "clip" else (tensor,)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            getattr(np, name)(*given)
            raises = False
        except RuntimeError:
            raises = True
    arguments = "tensor, 0, 1" if name == "clip" else "tensor"
    text = (
        "import numpy as np\nimport torch\n"
        "tensor = torch.ones(3, requires_grad=True) * 2\n"
        f"np.{name}({arguments})\n"
    )
    report = runner.check_text(text, "program.py", Config())
    assert [finding.code for finding in report.findings] == (["AGL408"] if raises else [])
