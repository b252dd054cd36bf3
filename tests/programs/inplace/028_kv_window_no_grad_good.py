import torch
from torch import nn
import torch.nn.functional as F


class MemoryBank:
    """Fixed-size memory; the model writes the current segment into it and reads all of it."""

    def __init__(self, batch, slots, dim):
        self.store = torch.zeros(batch, slots, dim)
        self.slots = slots
        self.ptr = 0

    def window(self, n):
        if self.ptr + n > self.slots:
            self.ptr = 0
        view = self.store.narrow(1, self.ptr, n)
        self.ptr += n
        return view

    def detach(self):
        self.store = self.store.detach().clone()


class SegmentReader(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.key, self.value, self.query = (nn.Linear(dim, dim) for _ in range(3))
        self.out = nn.Linear(dim, dim)

    def write(self, bank, x):
        bank.window(x.size(1)).copy_(self.key(x))

    def forward(self, x, bank):
        self.write(bank, x)
        mem = bank.store
        att = torch.softmax(self.query(x) @ mem.transpose(1, 2) / x.size(-1) ** 0.5, dim=-1)
        return self.out(att @ self.value(mem))


def train(model, segments, optimizer):
    bank = MemoryBank(segments[0].size(0), 12, segments[0].size(-1))
    for i, (x, nxt) in enumerate(zip(segments, segments[1:])):
        y = model(x, bank)
        loss = F.mse_loss(y, nxt)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        bank.detach()
        print("segment", i, loss.item())


if __name__ == "__main__":
    torch.manual_seed(0)
    reader = SegmentReader(8)
    stream = list(torch.randn(3, 20, 8).split(4, dim=1))
    train(reader, stream, torch.optim.Adam(reader.parameters(), lr=1e-2))
