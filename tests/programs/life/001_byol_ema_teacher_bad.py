"""BYOL-style self-distillation on toy vectors: online net plus a slow moving teacher."""
import argparse
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, in_dim, width, out_dim):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_dim, width),
            nn.LayerNorm(width),
            nn.GELU(),
            nn.Linear(width, out_dim),
        )

    def forward(self, x):
        return self.net(x)


class MomentumTeacher:
    """Keeps a slow copy of the online encoder."""

    def __init__(self, online, momentum):
        self.module = copy.deepcopy(online)
        self.module.eval()
        self.momentum = momentum
        self.shadow = dict(self.module.named_parameters())

    def targets(self, x):
        with torch.no_grad():
            return F.normalize(self.module(x), dim=-1)

    def update(self, online):
        for name, param in online.named_parameters():
            slow = self.shadow[name]
            slow.mul_(self.momentum).add_(param.detach(), alpha=1.0 - self.momentum)  # expect: AGL101  # raises: a leaf Variable that requires grad


def two_views(x, sigma):
    return x + sigma * torch.randn_like(x), x + sigma * torch.randn_like(x)


def regression_loss(pred, target):
    pred = F.normalize(pred, dim=-1)
    return 2.0 - 2.0 * (pred * target).sum(dim=-1).mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=12)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--momentum", type=float, default=0.99)
    ap.add_argument("--sigma", type=float, default=0.1)
    args = ap.parse_args()

    torch.manual_seed(0)
    online = Encoder(20, 64, 16)
    predictor = nn.Linear(16, 16)
    teacher = MomentumTeacher(online, args.momentum)
    opt = torch.optim.AdamW(list(online.parameters()) + list(predictor.parameters()), lr=1e-3)

    data = torch.randn(512, 20)
    for it in range(args.steps):
        x = data[torch.randint(0, len(data), (args.batch,))]
        v1, v2 = two_views(x, args.sigma)
        loss = regression_loss(predictor(online(v1)), teacher.targets(v2))
        loss = loss + regression_loss(predictor(online(v2)), teacher.targets(v1))

        opt.zero_grad()
        loss.backward()
        opt.step()
        teacher.update(online)
        if it % 4 == 0:
            print(f"it {it:03d}  loss {loss.item():.4f}")


if __name__ == "__main__":
    main()
