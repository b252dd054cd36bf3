"""Facts of torch that the model rests on: each is asked of torch, and of `check`."""

from __future__ import annotations

import pytest
import torch

from autograd_lint import Severity, check_source

HEAD = "import torch\nx = torch.rand(2, 3, requires_grad=True)\nw = torch.rand(2, 3)\n"
FUNCTION = (
    "class Double(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, a):\n"
    "        ctx.mark_dirty(a)\n        return a.mul_(2)\n    @staticmethod\n"
    "    def backward(ctx, g):\n        return 2 * g\n"
)
LEGAL = {
    "a row of what was expanded": "e = torch.rand(3).expand(2, 3)\ne[0] *= 2",
    "a row of what was expanded and detached": (
        "e = torch.rand(3).expand(2, 3)\nd = e.detach()\nd[0] *= 2"
    ),
    "a column of what was expanded and transposed": (
        "e = torch.rand(3).expand(2, 3)\nt = e.t()\nt[:, 0] *= 2"
    ),
    "other memory for what was expanded": (
        "e = torch.rand(3).expand(2, 3)\ne.data = torch.zeros(4, 2, 3)\ne[0] += 1\ne += 1"
    ),
    "one of what was expanded": "e = torch.rand(1, 3).expand(2, 3)\ne[1:2] += 1",
    "a view of what requires grad by now leads nowhere": (
        "v = w[0]\nw.requires_grad_()\n(v * 2).sum().backward()"
    ),
    "what leads nowhere saves nothing": (
        "with torch.no_grad():\n    v = x[0]\ny = v * v\ny.sum().backward()\ny.sum().backward()"
    ),
    "a leaf in another memory format is a result": (
        "y = torch.rand(1, 2, 3, 4, requires_grad=True).contiguous(memory_format=torch.channels_last)\n"
        "y[0, 0] = 1"
    ),
    "embedding_bag takes its arguments in the old order": (
        "import warnings\nwarnings.simplefilter('ignore')\n"
        "torch.nn.functional.embedding_bag(x, torch.tensor([0, 1]), torch.tensor([0])).sum().backward()"
    ),
    "indices of a pool are integers": (
        "y = torch.rand(1, 1, 4, 4, requires_grad=True)\n"
        "o, i = torch.nn.MaxPool2d(2, return_indices=True)(y)\no.sum().backward()\ni.add_(1)"
    ),
    "a function marks a result dirty": FUNCTION + "Double.apply(x * 1).sum().backward()",
    "rows of one unbind": "for row in x.unbind():\n    row.sum().backward()",
    "foreach with a number saves nothing": (
        "y = x - 1\ntorch._foreach_mul_([y], 2.0)\ny.sum().backward()\nx.grad = None\ny.mean().backward()"
    ),
    "einsum saves the other operand": (
        "o = torch.optim.SGD([x], 0.1)\ny = torch.einsum('ij,kj->ik', x, w)\nx.sum().backward()\no.step()\n"
        "y.sum().backward()"
    ),
    "a stale view is compared": (
        "y = x * 1\nwith torch.no_grad():\n    v = y[0]\ny.mul_(2)\nz = (v > 0)"
    ),
    "a stale view is used without recording": (
        "y = x * 1\na, b = y.split(1)\ny.mul_(2)\nwith torch.no_grad():\n    a * 2"
    ),
    "a number over a tensor saves the reciprocal": (
        "o = torch.optim.SGD([x], 0.1)\ny = 2 / x\nx.sum().backward()\no.step()\ny.sum().backward()"
    ),
    "a whole slice copies": (
        "y = x + 1\ny[:] = x\ny.sum().backward()\nx.grad = None\ny.mean().backward()"
    ),
    "a view made under no_grad says that it requires grad": (
        "with torch.no_grad():\n    v = x[0]\n(v * 2).sum().backward()"
    ),
    "the last round is the one that stays": (
        "for i in range(5):\n    y = x * x\n    if i % 2 == 1:\n        y.sum().backward()\n"
        "y.sum().backward()"
    ),
    "a mask fills expanded memory": (
        "import warnings\nwarnings.simplefilter('ignore')\ne = w[:1].expand(4, 3)\ne[e > 0] = 0.5"
    ),
    "an ellipsis copies": "y = x * 1\nz = y.exp()\nu = x * 1\nu[...] = y\nz.sum().backward()",
    "sums save nothing": "l = (x + w).view(-1).sum()\nl.backward()\nl.backward()",
    "sin does not save its result": "y = x.sin()\ny += 1\ny.sum().backward()",
    "a retained graph can be walked again": (
        "l = (x * x).sum()\nl.backward(retain_graph=True)\nx.grad = None\nl.backward()"
    ),
    "in place twice": "y = x * 1\ny *= w\ny *= w\ny.sum().backward()",
    "leaves are written under no_grad": "with torch.no_grad():\n    x += 1",
    "data has a counter of its own": "y = x.exp()\ny.data.mul_(2)\ny.sum().backward()",
    "tensor_split gives single views": "a, b = (x * 1).tensor_split(2)\na += 1\nb.sum().backward()",
    "one value for all of expanded memory": "e = w[:1].expand(4, 3)\ne.zero_()",
    "expanding to the same shape": "e = w.expand(2, 3)\ne += 1",
    "a gradient is given": "(x * 2).backward(torch.ones(2, 3))",
    "one element is a scalar": "(x[:1, :1] * 2).backward()",
    "a graph built outside": "l = (x * 2).sum()\nwith torch.no_grad():\n    l.backward()",
    "a view refreshed by its base": "y = x * 1\nv = y[0]\ny.add_(1)\nv.sum().backward()",
    "unsaved by a first linear layer": (
        "m = torch.nn.Linear(3, 1)\no = torch.optim.SGD(m.parameters(), 0.1)\na = m(w).sum()\n"
        "m(w).sum().backward()\no.step()\na.backward()"
    ),
}
RAISING = {
    "max saves its indices": "v, i = x.max(1)\ni += 1\nv.sum().backward()",
    "sort saves its indices": "s = x.sort()\ns.indices.add_(1)\ns.values.sum().backward()",
    "topk saves its indices": "v, i = x.topk(2)\ni.add_(1)\nv.sum().backward()",
    "a column of what was expanded": "e = torch.rand(2, 1).expand(2, 3)\ne[0] *= 2",
    "a view of what is a leaf by now": "v = w[0]\nw.requires_grad_()\nv += 1",
    "no gradient for no scalar": "torch.autograd.backward([x * 2], [None])",
    "a function marks a leaf dirty": FUNCTION + "Double.apply(x)",
    "a copy keeps the way to what it covers": (
        "s = x * x\ny = s + 0\ny.copy_(w)\ny.sum().backward()\n(y + 0).sum().backward()"
    ),
    "a view of several after a write to its base": (
        "y = x * 1\na, b = y.split(1)\ny.mul_(2)\na.neg()"
    ),
    "a view of several after a write to another": (
        "y = x * 1\na, b = y.split(1)\nwith torch.no_grad():\n    b.mul_(2)\na.neg()"
    ),
    "a view made under no_grad after a step": (
        "o = torch.optim.SGD([x], 0.1)\nwith torch.no_grad():\n    v = x[0]\n"
        "x.sum().backward()\no.step()\nv * 2"
    ),
    "a backward from a view made under no_grad": (
        "with torch.no_grad():\n    v = x[0, 0]\nv.backward()"
    ),
    "a view of a detached tensor": "with torch.no_grad():\n    v = x.detach()[0]\n(v * 2).sum().backward()",
    "foreach writes leaves": "torch._foreach_mul_([x], 2.0)",
    "data has a counter that is checked": ("d = w.data\ny = x * d\nd += 1\ny.sum().backward()"),
    "inference tensors cannot be saved": (
        "with torch.inference_mode():\n    i = torch.rand(2, 3)\ny = x * i"
    ),
    "detached inference tensors neither": (
        "with torch.inference_mode():\n    i = torch.rand(2, 3)\ny = x * i.detach()"
    ),
    "out= with what requires grad": "torch.add(x, w, out=w)",
    "a product is freed": "l = (x * x).sum()\nl.backward()\nl.backward()",
    "a scalar factor is freed": "l = (x * 2).sum()\nl.backward()\nl.backward()",
    "exp saves its result": "y = x.exp()\ny += 1\ny.sum().backward()",
    "an operand without grad is saved": "y = x * w\nw += 1\ny.sum().backward()",
    "detach shares the counter": "y = x.exp()\ny.detach().mul_(2)\ny.sum().backward()",
    "a version moves under no_grad": (
        "y = x.exp()\nwith torch.no_grad():\n    y.mul_(2)\ny.sum().backward()"
    ),
    "relu in place twice": "y = x * 1\ny.relu_()\ny.relu_()\ny.sum().backward()",
    "a leaf": "x += 1",
    "a view of a leaf": "x[0] = 1.0",
    "one of several views": "a, b = (x * 1).chunk(2)\na += 1",
    "chunk of one": "(a,) = (x * 1).chunk(1)\na += 1",
    "rows": "for row in x * 1:\n    row += 1",
    "a view made under no_grad": "y = x * 1\nwith torch.no_grad():\n    v = y[0]\nv += 1",
    "expanded memory": "e = w[:1].expand(4, 3)\ne += 1",
    "no scalar": "(x * 2).backward()",
    "nothing requires grad": "w.sum().backward()",
    "a convolution saves its weight on plain input": (
        "m = torch.nn.Conv1d(3, 1, 1)\no = torch.optim.SGD(m.parameters(), 0.1)\nz = torch.rand(2, 3, 4)\n"
        "a = m(z).sum()\nm(z).sum().backward()\no.step()\na.backward()"
    ),
}


@pytest.mark.parametrize("program", LEGAL.values(), ids=LEGAL.keys())
def test_torch_allows_it_and_check_claims_no_error(program: str) -> None:
    exec(HEAD + program, {})

    found = list(check_source(HEAD + program))

    assert [finding.message for finding in found if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("program", RAISING.values(), ids=RAISING.keys())
def test_torch_raises_and_check_is_certain(program: str) -> None:
    with pytest.raises(RuntimeError):
        exec(HEAD + program, {})

    found = list(check_source(HEAD + program))

    assert "certain" in {f.confidence.value for f in found if f.severity is Severity.ERROR}


def test_a_step_leaves_alone_what_has_no_gradient() -> None:
    leaf = torch.rand(2, requires_grad=True)
    torch.optim.SGD([leaf], lr=0.1).step()
    assert leaf._version == 0
    leaf.grad = torch.zeros(2)
    torch.optim.SGD([leaf], lr=0.0).step()
    assert leaf._version > 0
