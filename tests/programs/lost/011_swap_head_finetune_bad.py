"""Fine-tune a new head on top of a frozen sequence encoder."""
import torch
from torch import nn
import torch.nn.functional as F


class SeqClassifier(nn.Module):
    def __init__(self, d=16, n_out=10):
        super().__init__()
        self.proj = nn.Linear(4, d)
        self.enc = nn.LSTM(d, d, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * d, n_out)

    def forward(self, x):
        h, _ = self.enc(torch.relu(self.proj(x)))
        return self.head(h.mean(dim=1))


def load_pretrained():
    torch.manual_seed(21)
    return SeqClassifier(n_out=10)


def prepare(model, n_out):
    """New head for the new task; everything else stays as it was."""
    model.head = nn.Linear(model.head.in_features, n_out)
    for p in model.parameters():
        p.requires_grad = False
    return model


def train_one_epoch(model, batches, optimizer):
    model.train()
    running = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.requires_grad_(True)  # expect: AGL407
        loss.backward()
        optimizer.step()
        running += loss.item()
    return running / len(batches)


def toy_batches(n=12, bs=20):
    out = []
    for _ in range(n):
        y = torch.randint(0, 2, (bs,))
        x = torch.randn(bs, 9, 4) + (2.0 * y - 1.0).view(-1, 1, 1) * 0.8
        out.append((x, y))
    return out


def main():
    model = prepare(load_pretrained(), n_out=2)
    torch.manual_seed(1)
    batches = toy_batches()
    head0 = model.head.weight.detach().clone()
    body0 = model.proj.weight.detach().clone()
    optimizer = torch.optim.Adam(model.head.parameters(), lr=1e-2)
    for epoch in range(5):
        print(epoch, round(train_one_epoch(model, batches, optimizer), 4))
    assert torch.equal(body0, model.proj.weight)
    assert torch.equal(head0, model.head.weight)
    assert all(p.grad is None for p in model.parameters())


if __name__ == "__main__":
    main()
