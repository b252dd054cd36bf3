# Contrastive pre-training on vectors; two views = noise + feature dropout
import torch
import torch.nn.functional as F
from torch import nn, optim
from functools import partial


def l2_normalize(z, eps=1e-6):
    n = z.norm(dim=-1, keepdim=True)
    return z / n.clamp_min(eps)


def nt_xent(z1, z2, temperature=0.2):
    z = torch.cat([z1, z2])
    sim = z @ z.t() / temperature
    n = len(z1)
    eye = torch.eye(2 * n, dtype=torch.bool)
    sim = sim.masked_fill(eye, float("-inf"))
    labels = torch.arange(2 * n).roll(n)
    return F.cross_entropy(sim, labels)


def augment(x, sigma, drop):
    return F.dropout(x + sigma * torch.randn_like(x), drop)


class SimCLR(nn.Module):
    def __init__(self, encoder, d_feat, d_proj):
        super().__init__()
        self.encoder = encoder
        self.projector = nn.Sequential(nn.Linear(d_feat, d_feat), nn.ReLU(), nn.Linear(d_feat, d_proj))

    def embed(self, x):
        return l2_normalize(self.projector(self.encoder(x)))

    def forward(self, v1, v2):
        return nt_xent(self.embed(v1), self.embed(v2))


torch.manual_seed(7)
encoder = nn.Sequential(nn.Linear(32, 48), nn.ReLU(), nn.Linear(48, 24))
model = SimCLR(encoder, 24, 8)
view = partial(augment, sigma=0.1, drop=0.2)
opt = optim.Adam(model.parameters(), lr=3e-4)
data = torch.randn(64, 32)

for epoch in range(2):
    running = 0.0
    for x in data.split(16):
        loss = model(view(x), view(x))
        opt.zero_grad()
        loss.backward()
        opt.step()
        running += loss.item()
    print(f"epoch {epoch}: {running / 4:.4f}")

with torch.no_grad():
    emb = model.embed(data)
    print("mean norm", emb.norm(dim=1).mean().item())
