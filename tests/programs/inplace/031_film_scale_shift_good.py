import math
import torch
from torch import nn
import torch.nn.functional as F


def timestep_embedding(t, dim):
    half = dim // 2
    freqs = torch.exp(-math.log(10000) * torch.arange(half) / half)
    args = t[:, None].float() * freqs[None]
    return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)


def modulate(h, scale, shift):
    return h * (scale + 1.0) + shift


class ResBlock(nn.Module):
    def __init__(self, ch, emb):
        super().__init__()
        self.norm = nn.GroupNorm(2, ch)
        self.conv1 = nn.Conv2d(ch, ch, 3, padding=1)
        self.conv2 = nn.Conv2d(ch, ch, 3, padding=1)
        self.emb = nn.Sequential(nn.SiLU(), nn.Linear(emb, 2 * ch))

    def forward(self, x, emb):
        h = self.conv1(F.silu(x))
        scale, shift = self.emb(emb)[:, :, None, None].chunk(2, dim=1)
        h = modulate(self.norm(h), scale, shift)
        return x + self.conv2(F.silu(h))


class TinyUNet(nn.Module):
    def __init__(self, ch=8, emb=16, depth=2):
        super().__init__()
        self.emb_dim = emb
        self.inp = nn.Conv2d(1, ch, 3, padding=1)
        self.blocks = nn.ModuleList(ResBlock(ch, emb) for _ in range(depth))
        self.out = nn.Conv2d(ch, 1, 3, padding=1)

    def forward(self, x, t):
        emb = timestep_embedding(t, self.emb_dim)
        h = self.inp(x)
        for b in self.blocks:
            h = b(h, emb)
        return self.out(h)


class GaussianDiffusion:
    def __init__(self, model, T=50):
        self.model, self.T = model, T
        self.alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, T), 0)

    def q_sample(self, x0, t, noise):
        ab = self.alpha_bar[t].view(-1, 1, 1, 1)
        return ab.sqrt() * x0 + (1 - ab).sqrt() * noise

    def loss(self, x0):
        t = torch.randint(0, self.T, (len(x0),))
        noise = torch.randn_like(x0)
        return F.mse_loss(self.model(self.q_sample(x0, t, noise), t), noise)


if __name__ == "__main__":
    torch.manual_seed(0)
    net = TinyUNet()
    ddpm = GaussianDiffusion(net)
    opt = torch.optim.Adam(net.parameters(), lr=2e-4)
    for i in range(3):
        opt.zero_grad()
        loss = ddpm.loss(torch.randn(4, 1, 8, 8))
        loss.backward()
        opt.step()
        print(i, loss.item())
