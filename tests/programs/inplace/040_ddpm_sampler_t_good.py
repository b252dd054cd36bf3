import torch
from torch import nn
import torch.nn.functional as F


class EpsMLP(nn.Module):
    def __init__(self, T, dim=2, width=32):
        super().__init__()
        self.time = nn.Embedding(T, width)
        self.inp = nn.Linear(dim, width)
        self.mid = nn.Linear(width, width)
        self.out = nn.Linear(width, dim)

    def forward(self, x, t):
        h = F.silu(self.inp(x) + self.time(t))
        return self.out(F.silu(self.mid(h)))


class DDPM:
    def __init__(self, T=20):
        self.T = T
        self.beta = torch.linspace(1e-3, 0.2, T)
        self.alpha = 1 - self.beta
        self.abar = self.alpha.cumprod(0)
        self.model = EpsMLP(T)

    def training_loss(self, x0):
        t = torch.randint(0, self.T, (x0.size(0),))
        eps = torch.randn_like(x0)
        ab = self.abar[t].unsqueeze(1)
        return F.mse_loss(self.model(ab.sqrt() * x0 + (1 - ab).sqrt() * eps, t), eps)

    @torch.no_grad()
    def sample(self, n):
        x = torch.randn(n, 2)
        t = torch.tensor([self.T - 1]).expand(n)
        while t[0] >= 0:
            a, ab = self.alpha[t].unsqueeze(1), self.abar[t].unsqueeze(1)
            x = (x - (1 - a) / (1 - ab).sqrt() * self.model(x, t)) / a.sqrt()
            if t[0] > 0:
                x = x + self.beta[t].sqrt().unsqueeze(1) * torch.randn_like(x)
            t = t - 1
        return x


def two_moons(n):
    th = torch.rand(n) * 3.1416
    top = torch.stack([th.cos(), th.sin()], 1)
    bottom = torch.stack([1 - th.cos(), 0.5 - th.sin()], 1)
    pick = (torch.rand(n, 1) < 0.5).float()
    return pick * top + (1 - pick) * bottom


def main(iters=10, batch=32):
    torch.manual_seed(0)
    ddpm = DDPM()
    opt = torch.optim.Adam(ddpm.model.parameters(), lr=1e-3)
    for i in range(iters):
        loss = ddpm.training_loss(two_moons(batch))
        opt.zero_grad()
        loss.backward()
        opt.step()
    print("final loss", loss.item())
    print("sample mean", ddpm.sample(16).mean(0).tolist())


main()
