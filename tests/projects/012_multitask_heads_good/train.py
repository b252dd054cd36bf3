import itertools

import torch

import multitask.steps as steps
from multitask import Encoder, build_heads


def sample(n=24, in_dim=9):
    x = torch.randn(n, in_dim)
    targets = {
        "age": x[:, 0] * 2,
        "income": x[:, 1] - x[:, 2],
        "region": x[:, :5].argmax(dim=1),
    }
    return x, targets


def main():
    torch.manual_seed(0)
    encoder = Encoder(9, 16)
    heads = build_heads(16)
    params = itertools.chain(encoder.parameters(), heads.parameters())
    optimizer = torch.optim.Adam(params, lr=1e-2)
    encoder.train()
    for step in range(8):
        x, targets = sample()
        optimizer.zero_grad()
        logs = steps.run_tasks(heads, encoder(x), targets)
        optimizer.step()
        if step % 4 == 0:
            print(step, {k: round(v, 3) for k, v in logs.items()})


if __name__ == "__main__":
    main()
