import torch
import torch.nn as nn
import torch.nn.functional as F


class MemoryBank:
    def __init__(self, dim, size):
        self.size = size
        self.queue = F.normalize(torch.randn(size, dim), dim=1)

    def negatives(self):
        return self.queue

    def enqueue(self, keys):
        self.queue = torch.cat([keys.detach(), self.queue])[:self.size]


class Encoder(nn.Module):
    def __init__(self, d_in=20, dim=8):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(d_in, 32), nn.ReLU(inplace=True), nn.Linear(32, dim))

    def forward(self, x):
        return F.normalize(self.f(x), dim=1)


def augment(x):
    return x + 0.1 * torch.randn_like(x)


def info_nce(q, k, neg, temperature=0.2):
    pos = (q * k).sum(1, keepdim=True)
    logits = torch.cat([pos, q @ neg.t()], dim=1) / temperature
    return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


class ContrastiveLearner:
    def __init__(self, encoder, bank, lr=0.03):
        self.encoder, self.bank = encoder, bank
        self.optim = torch.optim.SGD(encoder.parameters(), lr=lr, weight_decay=1e-4)

    def step(self, x):
        q, k = self.encoder(augment(x)), self.encoder(augment(x))
        loss = info_nce(q, k, self.bank.negatives())
        self.optim.zero_grad()
        loss.backward()
        self.optim.step()
        self.bank.enqueue(k)
        return loss.item()


def main():
    torch.manual_seed(9)
    learner = ContrastiveLearner(Encoder(), MemoryBank(8, 64))
    data = torch.randn(160, 20)
    for epoch in range(2):
        for idx in torch.randperm(len(data)).split(16):
            loss = learner.step(data[idx])
        print(f"epoch {epoch} loss {loss:.4f}")


if __name__ == "__main__":
    main()
