import argparse
import torch
from torch import nn
import torch.nn.functional as F


class PoseNet(nn.Module):
    """Regresses translation, quaternion and a per-axis scale in one vector."""

    def __init__(self, d_in, hidden):
        super().__init__()
        self.fc1 = nn.Linear(d_in, hidden)
        self.fc2 = nn.Linear(hidden, 10)
        self.register_buffer("center", torch.tensor([0.0, 0.0, 5.0]))

    def forward(self, x):
        out = self.fc2(F.gelu(self.fc1(x)))
        out[:, :3] += self.center
        out[:, 3] += 1.0
        scale = out[:, 7:]
        scale.mul_(0.1)
        return out


def pose_loss(pred, target):
    t = F.smooth_l1_loss(pred[:, :3], target[:, :3])
    q = F.normalize(pred[:, 3:7], dim=1)
    r = (1 - (q * target[:, 3:7]).sum(1).abs()).mean()
    s = F.mse_loss(pred[:, 7:].exp(), target[:, 7:])
    return t + r + 0.1 * s


def fake_targets(n):
    t = torch.zeros(n, 10)
    t[:, :3] = torch.randn(n, 3)
    t[:, 2] += 5
    t[:, 3:7] = F.normalize(torch.randn(n, 4), dim=1)
    t[:, 7:] = 1 + 0.1 * torch.randn(n, 3)
    return t


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("--hidden", type=int, default=32)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--steps", type=int, default=4)
    return ap.parse_args()


if __name__ == "__main__":
    args = parse()
    torch.manual_seed(0)
    net = PoseNet(20, args.hidden)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    for step in range(args.steps):
        pred = net(torch.randn(16, 20))
        loss = pose_loss(pred, fake_targets(16))
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(step, f"{loss.item():.4f}")
