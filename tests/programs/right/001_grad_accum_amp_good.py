"""Gradient accumulation with a remainder, AMP GradScaler on CPU, unscale + clip, scheduler."""
import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=3)
    p.add_argument("--accum", type=int, default=4)
    p.add_argument("--lr", type=float, default=3e-3)
    p.add_argument("--max-norm", type=float, default=1.0)
    return p.parse_args([])


class Classifier(nn.Module):
    def __init__(self, d_in, d_hidden, n_classes):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, d_hidden), nn.GELU(), nn.LayerNorm(d_hidden))
        self.head = nn.Linear(d_hidden, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


def make_data(n=600, d=16, k=4):
    centers = torch.randn(k, d) * 2
    y = torch.randint(0, k, (n,))
    x = centers[y] + torch.randn(n, d)
    return TensorDataset(x, y)


@torch.no_grad()
def evaluate(model, loader):
    was_training = model.training
    model.eval()
    correct = total = 0
    for x, y in loader:
        pred = model(x).argmax(dim=-1)
        correct += (pred == y).sum().item()
        total += y.numel()
    model.train(was_training)
    return correct / total


def group_size(step, n_steps, accum):
    """Number of micro batches in the accumulation window containing `step`."""
    start = (step // accum) * accum
    return min(accum, n_steps - start)


def main():
    args = parse_args()
    torch.manual_seed(0)
    full = make_data()
    train, val = torch.utils.data.random_split(full, [480, 120])
    train_loader = DataLoader(train, batch_size=32, shuffle=True)
    val_loader = DataLoader(val, batch_size=64)
    model = Classifier(16, 64, 4)
    opt = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=1e-2)
    n_steps = len(train_loader)
    updates = args.epochs * ((n_steps + args.accum - 1) // args.accum)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=args.lr, total_steps=updates + 1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0 ** 8)
    for epoch in range(args.epochs):
        model.train()
        opt.zero_grad(set_to_none=True)
        running = 0.0
        for step, (x, y) in enumerate(train_loader):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(x)
            loss = F.cross_entropy(logits.float(), y)
            running += loss.item()
            scaler.scale(loss / group_size(step, n_steps, args.accum)).backward()
            if (step + 1) % args.accum == 0 or step + 1 == n_steps:
                scaler.unscale_(opt)
                torch.nn.utils.clip_grad_norm_(model.parameters(), args.max_norm)
                old_scale = scaler.get_scale()
                scaler.step(opt)
                scaler.update()
                opt.zero_grad(set_to_none=True)
                if scaler.get_scale() >= old_scale:
                    sched.step()
        print(f"epoch {epoch} loss {running / n_steps:.4f} acc {evaluate(model, val_loader):.3f}")


if __name__ == "__main__":
    main()
