"""Audio-style gain stage that works in place to spare memory."""
import torch
from torch import nn
from torch.autograd import Function


class GainInplace(Function):
    @staticmethod
    def forward(ctx, signal, gain):
        ctx.gain = gain
        signal.mul_(gain)  # expect: AGL503
        return signal

    @staticmethod
    def backward(ctx, grad):
        return grad * ctx.gain, None


def apply_gain_(signal, decibel):
    return GainInplace.apply(signal, 10.0 ** (decibel / 20.0))


class Limiter(nn.Module):
    """Pre-filter, gain, soft clip; the level penalty looks at the amplified signal."""

    def __init__(self, taps=9, decibel=6.0, penalty=0.05):
        super().__init__()
        self.fir = nn.Conv1d(1, 1, taps, padding=taps // 2, bias=False)
        self.decibel = decibel
        self.penalty = penalty

    def forward(self, x):
        pre = self.fir(x)
        amp = apply_gain_(pre, self.decibel)
        level = pre.pow(2).mean()
        return torch.tanh(amp), self.penalty * level


def objective(model, x, y):
    out, level = model(x)
    return nn.functional.mse_loss(out, y) + level


@torch.no_grad()
def numeric_grad(model, x, y, eps=1e-5):
    w = model.fir.weight
    g = torch.zeros_like(w)
    for k in range(w.shape[-1]):
        old = w[0, 0, k].item()
        w[0, 0, k] = old + eps
        hi = objective(model, x, y)
        w[0, 0, k] = old - eps
        lo = objective(model, x, y)
        w[0, 0, k] = old
        g[0, 0, k] = (hi - lo) / (2 * eps)
    return g


def main():
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    x = torch.randn(8, 1, 64)
    y = torch.tanh(2.0 * torch.roll(x, 1, dims=-1))
    model = Limiter()
    (auto,) = torch.autograd.grad(objective(model, x, y), [model.fir.weight])
    gap = (auto - numeric_grad(model, x, y)).abs().max().item()

    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(50):
        opt.zero_grad()
        loss = objective(model, x, y)
        loss.backward()
        opt.step()
    print(f"objective {loss.item():.4f}, gradient error {gap:.1e}")
    assert gap > 1e-3  # wrong gradient, and nobody complains


main()
