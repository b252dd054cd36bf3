import argparse
import torch as th
from torch import nn
from torch.nn import functional as F


class LogisticRegression(nn.Module):
    def __init__(self, d, c):
        super().__init__()
        self.linear = nn.Linear(d, c)

    def forward(self, x):
        return self.linear(x)


def batches(x, y, size):
    for i in range(0, len(x), size):
        yield x[i:i + size], y[i:i + size]


def fit(model, x, y, args):
    optimizer = th.optim.SGD(model.parameters(), lr=args.lr)
    weights_before_last = None
    for epoch in range(args.epochs):
        running = []
        for xb, yb in batches(x, y, args.batch_size):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(xb), yb)
            loss.backward()
            weights_before_last = {k: v.clone() for k, v in model.state_dict().items()}
            optimizer.step()
            running.append(loss.item())
        print(f"epoch {epoch + 1:2d}/{args.epochs}  loss {sum(running) / len(running):.4f}")
    return weights_before_last, (xb, yb)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    th.manual_seed(args.seed)
    x = th.randn(100, 4)
    y = (x @ th.randn(4, 3)).argmax(1)
    model = LogisticRegression(4, 3)
    previous, (xb, yb) = fit(model, x, y, args)

    # what the last step should have used
    ghost = LogisticRegression(4, 3)
    ghost.load_state_dict(previous)
    F.cross_entropy(ghost(xb), yb).backward()
    assert th.allclose(model.linear.weight.grad, ghost.linear.weight.grad, atol=1e-6)


if __name__ == "__main__":
    main()
