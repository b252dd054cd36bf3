"""LSQ: quantizer with a learned step size (Esser et al. 2020), custom backward."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F


class LSQ(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v, step, qn, qp):
        scaled = v / step
        ctx.save_for_backward(scaled)
        ctx.bounds = (qn, qp)
        ctx.scale = 1.0 / math.sqrt(v.numel() * qp)
        return scaled.round().clamp(qn, qp) * step

    @staticmethod
    def backward(ctx, grad):
        (scaled,) = ctx.saved_tensors
        qn, qp = ctx.bounds
        inside = (scaled >= qn) & (scaled <= qp)
        grad_v = grad * inside
        return grad_v, None, None, None  # expect: AGL505


class LSQLinear(nn.Linear):
    def __init__(self, d_in, d_out, bits=3):
        super().__init__(d_in, d_out)
        self.qn, self.qp = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        self.step = nn.Parameter(torch.ones(1))
        with torch.no_grad():
            self.step.fill_(2 * self.weight.abs().mean().item() / math.sqrt(self.qp))

    def forward(self, x):
        w = LSQ.apply(self.weight, self.step, self.qn, self.qp)
        return F.linear(x, w, self.bias)


def make_net():
    return nn.Sequential(LSQLinear(12, 40), nn.ReLU(), LSQLinear(40, 40), nn.ReLU(), LSQLinear(40, 4))


def data(n, teacher):
    x = torch.randn(n, 12)
    with torch.no_grad():
        return x, teacher(x).argmax(1)


if __name__ == "__main__":
    torch.manual_seed(0)
    teacher = nn.Sequential(nn.Linear(12, 20), nn.Tanh(), nn.Linear(20, 4))
    net = make_net()
    quantized = [m for m in net if isinstance(m, LSQLinear)]
    first = [m.step.item() for m in quantized]
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    for it in range(120):
        x, y = data(128, teacher)
        opt.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        opt.step()
    last = [m.step.item() for m in quantized]
    print("loss", round(loss.item(), 3), "steps", [round(s, 4) for s in last])
    assert last == first and all(m.step.grad is None for m in quantized)
