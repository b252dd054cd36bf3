# Fine-tune a "pretrained" encoder together with a fresh classification head.
import itertools

import torch
from torch import nn


def pretrained_encoder():
    torch.manual_seed(123)
    return nn.Sequential(
        nn.Linear(20, 48),
        nn.ReLU(),
        nn.Linear(48, 24),
        nn.ReLU(),
    )


def extract_features(encoder, x):
    with torch.no_grad():  # expect: AGL413
        feats = encoder(x)
    return nn.functional.normalize(feats, dim=-1)


def endless(x, y, batch_size, seed=0):
    gen = torch.Generator().manual_seed(seed)
    while True:
        perm = torch.randperm(len(x), generator=gen)
        for chunk in perm.split(batch_size):
            yield x[chunk], y[chunk]


def make_problem(n=200):
    gen = torch.Generator().manual_seed(9)
    centers = torch.randn(3, 20, generator=gen)
    y = torch.randint(0, 3, (n,), generator=gen)
    x = centers[y] + 0.8 * torch.randn(n, 20, generator=gen)
    return x, y


def accuracy(encoder, head, x, y):
    with torch.no_grad():
        logits = head(extract_features(encoder, x))
    return (logits.argmax(-1) == y).float().mean().item()


def finetune(encoder, head, stream, max_steps, log_every=20):
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    encoder_opt = torch.optim.AdamW(encoder.parameters(), lr=1e-3, weight_decay=0.0)
    head_opt = torch.optim.AdamW(head.parameters(), lr=1e-2)

    step = 0
    best = float("inf")
    while step < max_steps:
        xb, yb = next(stream)
        encoder_opt.zero_grad()
        head_opt.zero_grad()

        logits = head(extract_features(encoder, xb))
        loss = criterion(logits, yb)
        loss.backward()

        head_opt.step()
        encoder_opt.step()  # expect: AGL303

        best = min(best, loss.item())
        step += 1
        if step % log_every == 0:
            print(f"step {step:3d}  loss {loss.item():.4f}  best {best:.4f}")
    return best


def main():
    x, y = make_problem()
    encoder = pretrained_encoder()
    head = nn.Linear(24, 3)
    snapshot = [p.detach().clone() for p in itertools.chain(encoder.parameters(), head.parameters())]

    stream = endless(x, y, batch_size=25)
    print(f"accuracy before: {accuracy(encoder, head, x, y):.2%}")
    finetune(encoder, head, stream, max_steps=60)
    print(f"accuracy after:  {accuracy(encoder, head, x, y):.2%}")

    n_enc = len(list(encoder.parameters()))
    enc_same = all(torch.equal(a, b) for a, b in zip(encoder.parameters(), snapshot[:n_enc]))
    head_same = all(torch.equal(a, b) for a, b in zip(head.parameters(), snapshot[n_enc:]))
    assert enc_same and not head_same
    assert all(p.grad is None for p in encoder.parameters())


if __name__ == "__main__":
    main()
