"""Diffusion-style noise predictor using a memory-saving custom activation."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class SwishBeta(torch.autograd.Function):
    """x * sigmoid(beta * x); only x is saved, the sigmoid is recomputed."""

    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, grad_out):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        grad_x = grad_out * (s + ctx.beta * x * s * (1 - s))
        return grad_x, None


class Swish(nn.Module):
    def __init__(self, beta=1.5):
        super().__init__()
        self.beta = beta

    def forward(self, x):
        return SwishBeta.apply(x, self.beta)


class EpsNet(nn.Module):
    def __init__(self, d=2, h=48, T=50):
        super().__init__()
        self.time = nn.Embedding(T, h)
        self.inp = nn.Linear(d, h)
        self.mid = nn.Sequential(Swish(), nn.Linear(h, h), Swish(), nn.Linear(h, d))

    def forward(self, x, t):
        return self.mid(self.inp(x) + self.time(t))


class Schedule:
    def __init__(self, T=50):
        self.T = T
        self.alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.1, T), dim=0)

    def q_sample(self, x0, t, eps):
        ab = self.alpha_bar[t].unsqueeze(-1)
        return ab.sqrt() * x0 + (1 - ab).sqrt() * eps


def train(steps=60, bs=64):
    torch.manual_seed(20)
    sched, model = Schedule(), EpsNet()
    opt = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(steps):
        x0 = torch.randn(bs, 2) * torch.tensor([1.0, 0.1])
        t = torch.randint(0, sched.T, (bs,))
        eps = torch.randn_like(x0)
        loss = F.mse_loss(model(sched.q_sample(x0, t, eps), t), eps)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    return losses


if __name__ == "__main__":
    hist = train()
    print(f"eps loss {hist[0]:.3f} -> {hist[-1]:.3f}")
