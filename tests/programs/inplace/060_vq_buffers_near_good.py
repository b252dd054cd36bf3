import torch
import torch.nn as nn
import torch.nn.functional as F


class EMAQuantizer(nn.Module):
    """VQ-VAE codebook kept in buffers and updated by exponential moving averages."""

    def __init__(self, n_codes, dim, decay=0.9):
        super().__init__()
        self.decay = decay
        self.register_buffer("codebook", torch.randn(n_codes, dim))
        self.register_buffer("counts", torch.ones(n_codes))
        self.register_buffer("sums", self.codebook.clone())
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))

    def update(self, flat, codes):
        onehot = F.one_hot(codes, self.codebook.size(0)).float()
        self.counts.mul_(self.decay).add_(onehot.sum(0), alpha=1 - self.decay)
        self.sums.mul_(self.decay).add_(onehot.t() @ flat, alpha=1 - self.decay)
        self.codebook.copy_(self.sums / self.counts.unsqueeze(1).clamp(min=1e-5))
        self.steps += 1

    def forward(self, z):
        flat = z.detach()
        codes = torch.cdist(flat, self.codebook).argmin(1)
        q = self.codebook[codes]
        commit = F.mse_loss(z, q)
        if self.training:
            self.update(flat, codes)
        return z + (q - z).detach(), commit


class RunningNorm(nn.Module):
    def __init__(self, d, momentum=0.05):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(d))
        self.register_buffer("var", torch.ones(d))

    def forward(self, x):
        if self.training:
            self.mean.lerp_(x.mean(0).detach(), self.momentum)
            self.var.lerp_(x.var(0).detach(), self.momentum)
        return (x - self.mean.clone()) / (self.var + 1e-5).sqrt()


class VQAE(nn.Module):
    def __init__(self, d=12, z=4):
        super().__init__()
        self.norm = RunningNorm(d)
        self.enc, self.dec = nn.Linear(d, z), nn.Linear(z, d)
        self.vq = EMAQuantizer(16, z)

    def forward(self, x):
        q, commit = self.vq(self.enc(self.norm(x)))
        return F.mse_loss(self.dec(q), x) + 0.25 * commit


torch.manual_seed(0)
model = VQAE().train()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
for x in torch.randn(4, 32, 12).unbind():
    loss = model(x)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(model.vq.steps.item(), loss.item())
