import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F


def make_blobs(n_per_class, n_classes, dim, seed):
    rng = np.random.default_rng(seed)
    centers = rng.normal(scale=3.0, size=(n_classes, dim))
    xs, ys = [], []
    for c in range(n_classes):
        xs.append(centers[c] + rng.normal(size=(n_per_class, dim)))
        ys.append(np.full(n_per_class, c))
    x = torch.from_numpy(np.concatenate(xs)).float()
    y = torch.from_numpy(np.concatenate(ys))
    perm = torch.randperm(len(x))
    return x[perm], y[perm]


def smooth_targets(y, n_classes, eps):
    """Soft labels: 1 - eps on the true class, the rest spread over the others."""
    off = torch.full((1, n_classes), eps / (n_classes - 1))
    soft = off.expand(y.numel(), n_classes)
    soft.scatter_(1, y.view(-1, 1), 1.0 - eps)  # expect: AGL105  # raises: more than one element of the written-to tensor
    return soft


def soft_cross_entropy(logits, soft):
    return -(soft * F.log_softmax(logits, dim=1)).sum(1).mean()


def parse():
    ap = argparse.ArgumentParser(description="MLP with label smoothing")
    ap.add_argument("-e", "--epochs", type=int, default=5)
    ap.add_argument("-b", "--batch-size", type=int, default=50)
    ap.add_argument("--eps", type=float, default=0.1)
    ap.add_argument("--lr", type=float, default=0.05)
    return ap.parse_args()


def main():
    args = parse()
    torch.manual_seed(0)
    n_classes = 6
    x, y = make_blobs(60, n_classes, 8, seed=0)
    n_train = 300
    model = torch.nn.Sequential(
        torch.nn.Linear(8, 32), torch.nn.BatchNorm1d(32), torch.nn.ReLU(), torch.nn.Linear(32, n_classes)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9, nesterov=True)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)

    t0 = time.time()
    for epoch in range(args.epochs):
        model.train()
        for i in range(0, n_train, args.batch_size):
            xb, yb = x[i:i + args.batch_size], y[i:i + args.batch_size]
            if i + args.batch_size > n_train:
                break
            loss = soft_cross_entropy(model(xb), smooth_targets(yb, n_classes, args.eps))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        model.eval()
        with torch.no_grad():
            acc = (model(x[n_train:]).argmax(1) == y[n_train:]).float().mean().item()
        print(f"epoch {epoch} loss {loss.item():.3f} acc {acc:.2%} ({time.time() - t0:.1f}s)")


if __name__ == "__main__":
    main()
