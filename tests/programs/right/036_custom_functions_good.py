"""Custom autograd Functions: mark_dirty, needs_input_grad, once_differentiable, double backward."""
import torch
import torch.nn as nn
from torch.autograd import Function, gradcheck, gradgradcheck
from torch.autograd.function import once_differentiable

torch.set_num_threads(1)


class ScaleInplace(Function):
    @staticmethod
    def forward(ctx, x, s):
        ctx.s = s
        x.mul_(s)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * ctx.s, None


class MyLinear(Function):
    @staticmethod
    def forward(ctx, x, w, b=None):
        ctx.save_for_backward(x, w)
        ctx.has_bias = b is not None
        out = x @ w.t()
        return out + b if b is not None else out

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        need_x, need_w, need_b = ctx.needs_input_grad
        gx = g @ w if need_x else None
        gw = g.t() @ x if need_w else None
        gb = g.sum(0) if ctx.has_bias and need_b else None
        return gx, gw, gb


class Swish(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return g * (s + x * s * (1 - s))


class GradReverse(Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return x.view_as(x)

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return g.neg().mul_(ctx.lam), None


class TopKMask(Function):
    @staticmethod
    def forward(ctx, x, k):
        idx = x.topk(k, dim=-1).indices
        mask = torch.zeros_like(x).scatter_(-1, idx, 1.0)
        ctx.save_for_backward(mask)
        ctx.mark_non_differentiable(idx)
        return x * mask, idx

    @staticmethod
    def backward(ctx, g, _g_idx):
        (mask,) = ctx.saved_tensors
        return g * mask, None

class DomainNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.randn(16, 4) * 0.3), nn.Parameter(torch.zeros(16))
        self.cls, self.dom = nn.Linear(16, 2), nn.Linear(16, 2)

    def forward(self, x, lam):
        h = Swish.apply(MyLinear.apply(x, self.w, self.b))
        h, _ = TopKMask.apply(h, 8)
        h = ScaleInplace.apply(h * 1.0, 2.0)
        return self.cls(h), self.dom(GradReverse.apply(h, lam))

torch.manual_seed(0)
x64 = torch.randn(3, 4, dtype=torch.double, requires_grad=True)
w64 = torch.randn(5, 4, dtype=torch.double, requires_grad=True)
assert gradcheck(MyLinear.apply, (x64, w64, None)) and gradgradcheck(Swish.apply, (x64,))
assert gradcheck(lambda t: ScaleInplace.apply(t.clone(), 3.0), (x64,))

net = DomainNet()
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(80):
    dom = torch.randint(0, 2, (64,))
    x = torch.randn(64, 4)
    y = (x[:, 0] > 0).long()
    x[:, 3] += 2.0 * dom
    c, d = net(x, lam=min(1.0, step / 40))
    lc, ld = nn.functional.cross_entropy(c, y), nn.functional.cross_entropy(d, dom)
    opt.zero_grad()
    (lc + ld).backward()
    opt.step()
print(f"class {lc.item():.3f} domain {ld.item():.3f}")
