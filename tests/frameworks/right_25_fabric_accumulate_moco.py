"""Momentum contrast with Lightning Fabric: fabric.backward, no_backward_sync, EMA key encoder."""
import argparse
import copy

import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.fabric import Fabric
from torch.utils.data import DataLoader, Dataset


class TwoViews(Dataset):
    def __init__(self, n=10_000, dim=48):
        g = torch.Generator().manual_seed(0)
        centers = torch.randn(50, dim, generator=g)
        self.base = centers[torch.randint(50, (n,), generator=g)] + 0.2 * torch.randn(n, dim, generator=g)

    def __len__(self):
        return len(self.base)

    def __getitem__(self, i):
        x = self.base[i]
        view = lambda: (x + 0.1 * torch.randn_like(x)) * (torch.rand_like(x) > 0.1)
        return view(), view()


class Encoder(nn.Module):
    def __init__(self, dim=48, hidden=256, out=64):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.proj = nn.Linear(hidden, out)

    def forward(self, x):
        return F.normalize(self.proj(self.trunk(x)), dim=1)


class Queue:
    def __init__(self, dim, size, device):
        self.keys = F.normalize(torch.randn(size, dim, device=device), dim=1)
        self.ptr = 0

    @torch.no_grad()
    def push(self, k):
        n = k.size(0)
        idx = (self.ptr + torch.arange(n, device=k.device)) % len(self.keys)
        self.keys[idx] = k
        self.ptr = (self.ptr + n) % len(self.keys)


@torch.no_grad()
def momentum_update(online, target, m):
    for p, q in zip(online.parameters(), target.parameters()):
        q.mul_(m).add_(p, alpha=1 - m)


def train(fabric: Fabric, args):
    L.seed_everything(0)
    loader = DataLoader(TwoViews(), batch_size=args.batch_size, shuffle=True, drop_last=True)
    online = Encoder()
    target = copy.deepcopy(online).requires_grad_(False)
    optimizer = torch.optim.AdamW(online.parameters(), lr=args.lr)
    warmup = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=100)

    online, optimizer = fabric.setup(online, optimizer)
    target = fabric.to_device(target)
    loader = fabric.setup_dataloaders(loader)
    queue = Queue(64, args.queue, fabric.device)

    pending = []
    for epoch in range(args.epochs):
        for step, (a, b) in enumerate(loader):
            accumulating = (step + 1) % args.accumulate != 0 and step + 1 != len(loader)
            with fabric.no_backward_sync(online, enabled=accumulating):
                q = online(a)
                with torch.no_grad():
                    k = target(b)
                pos = (q * k).sum(1, keepdim=True)
                # the queue is overwritten below: a copy goes into the graph
                neg = q @ queue.keys.clone().t()
                logits = torch.cat([pos, neg], dim=1) / args.temperature
                loss = F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long, device=q.device))
                fabric.backward(loss / args.accumulate)
            queue.push(k)
            pending.append(loss.detach())

            if not accumulating:
                fabric.clip_gradients(online, optimizer, max_norm=1.0)
                optimizer.step()
                warmup.step()
                optimizer.zero_grad()
                momentum_update(online, target, args.momentum)

        fabric.print(f"epoch {epoch}: loss {torch.stack(pending).mean().item():.4f}")
        pending.clear()
        fabric.save(f"{args.out}/moco-{epoch}.ckpt", {"model": online, "optimizer": optimizer, "epoch": epoch})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--accumulate", type=int, default=4)
    parser.add_argument("--queue", type=int, default=2048)
    parser.add_argument("--temperature", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.99)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--devices", default="auto")
    parser.add_argument("--precision", default="32-true")
    parser.add_argument("--out", default="moco")
    args = parser.parse_args()

    fabric = Fabric(accelerator="auto", devices=args.devices, precision=args.precision)
    fabric.launch()
    train(fabric, args)


if __name__ == "__main__":
    main()
