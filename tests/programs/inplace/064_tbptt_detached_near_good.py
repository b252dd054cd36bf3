import torch
import torch.nn as nn
import torch.nn.functional as F
from contextlib import contextmanager


@contextmanager
def section(name):
    print("begin", name)
    yield
    print("end", name)


class Controller(nn.Module):
    """LSTM whose (h, c) persists across segments as attributes."""

    def __init__(self, d, h):
        super().__init__()
        self.cell = nn.LSTMCell(d, h)
        self.head = nn.Linear(h, d)
        self.h = self.c = None

    def reset(self, batch):
        self.h = torch.zeros(batch, self.cell.hidden_size)
        self.c = torch.zeros(batch, self.cell.hidden_size)

    def cut(self):
        self.h.detach_()
        self.c.detach_()

    def forward(self, xs):
        ys = []
        for x in xs:
            self.h, self.c = self.cell(x, (self.h, self.c))
            ys.append(self.head(self.h))
        return torch.stack(ys)


def wave(length, batch):
    t = torch.arange(length).float().view(-1, 1, 1) * 0.2
    f = 1 + torch.rand(1, batch, 1)
    return torch.sin(f * t + torch.rand(1, batch, 3) * 6.28)


def train(model, signal, k, optimizer):
    model.reset(signal.size(1))
    for s in range(0, signal.size(0) - 1 - k, k):
        x, y = signal[s:s + k], signal[s + 1:s + 1 + k]
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        model.cut()
        yield loss.item()


torch.manual_seed(0)
ctrl = Controller(3, 16)
opt = torch.optim.RMSprop(ctrl.parameters(), lr=2e-3)
for epoch in range(2):
    with section(f"epoch {epoch}"):
        losses = list(train(ctrl, wave(41, 6), 8, opt))
        print(["%.3f" % l for l in losses])
