"""The shapes' rules say what torch computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - everybody calls it so
from torch import Tensor

from autograd_lint.autograd import shapes

x, y, square = torch.rand(2, 3, 4), torch.rand(2, 4, 5), torch.rand(3, 3)
index, scores = torch.tensor([0, 1, 1]), torch.rand(5, 3)
classes = torch.tensor([0, 2, 1, 1, 0])


@pytest.mark.parametrize(
    ("name", "call", "tensors", "arguments"),
    [
        ("sum", lambda: x.sum(1), [x], {"dim": 1}),
        ("mean", lambda: x.mean((0, 2), keepdim=True), [x], {"dim": (0, 2), "keepdim": True}),
        ("matmul", lambda: x @ y, [x, y], {}),
        ("linear", lambda: F.linear(x, torch.rand(6, 4)), [x, torch.rand(6, 4)], {}),
        ("cat", lambda: torch.cat([x, x], 2), [x, x], {"dim": 2}),
        ("stack", lambda: torch.stack([x, x], 1), [x, x], {"dim": 1}),
        ("view", lambda: x.view(6, -1), [x], {"size": (6, -1)}),
        ("flatten", lambda: x.flatten(1), [x], {"start_dim": 1}),
        ("transpose", lambda: x.transpose(0, 2), [x], {"dim0": 0, "dim1": 2}),
        ("permute", lambda: x.permute(2, 0, 1), [x], {"dims": (2, 0, 1)}),
        ("unsqueeze", lambda: x.unsqueeze(-1), [x], {"dim": -1}),
        ("squeeze", lambda: x[:, :1].squeeze(1), [x[:, :1]], {"dim": 1}),
        ("expand", lambda: x[:1].expand(7, -1, -1), [x[:1]], {"size": (7, -1, -1)}),
        ("repeat", lambda: x.repeat(2, 1, 3), [x], {"repeats": (2, 1, 3)}),
        ("narrow", lambda: x.narrow(2, 1, 2), [x], {"dim": 2, "start": 1, "length": 2}),
        ("index_select", lambda: x.index_select(1, index), [x, index], {"dim": 1}),
        ("embedding", lambda: F.embedding(index, square), [index, square], {}),
        ("topk", lambda: x.topk(2).values, [x], {"k": 2}),
        ("einsum", lambda: torch.einsum("bij,bjk->bik", x, y), [x, y],
         {"equation": "bij,bjk->bik"}),
        ("cosine_similarity", lambda: F.cosine_similarity(x, x), [x, x], {}),
        ("cross_entropy", lambda: F.cross_entropy(scores, classes, reduction="none"),
         [scores, classes], {"reduction": "none"}),
        ("cross_entropy", lambda: F.cross_entropy(scores, classes), [scores, classes], {}),
        ("mse_loss", lambda: F.mse_loss(x, x, reduction="none"), [x, x], {"reduction": "none"}),
        ("where", lambda: torch.where(x > 0, x, x[0]), [x, x, x[0]], {}),
    ],
)  # fmt: skip
def test_a_rule_gives_the_shape_that_torch_gives(
    name: str, call: Callable[[], Tensor], tensors: list[Tensor], arguments: dict[str, Any]
) -> None:
    given = [tuple(tensor.shape) for tensor in tensors]
    assert shapes.infer(name, given, arguments) == tuple(call().shape)


def test_what_is_not_known_stays_unknown() -> None:
    assert shapes.infer("sum", [None], {"dim": 1}) is None
    assert shapes.infer("view", [(None, 4)], {"size": (-1, 2)}) == (None, 2)
    assert shapes.broadcast([(5, 1), None]) == (5, None)
