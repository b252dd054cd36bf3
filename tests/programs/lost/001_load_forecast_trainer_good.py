"""Next-step forecaster for a synthetic load curve (ported from a torch 0.3 repo)."""
import math

import torch
import torch.nn as nn
from torch.autograd import Variable


class Forecaster(nn.Module):
    def __init__(self, hidden=24):
        super(Forecaster, self).__init__()
        self.rnn = nn.GRU(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        h, _ = self.rnn(x)
        return self.out(h[:, -1])


class Trainer(object):
    def __init__(self, model, lr=5e-3):
        self.model = model
        self.criterion = nn.SmoothL1Loss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        self.log = []

    def compute_loss(self, batch):
        x, y = batch
        pred = self.model(Variable(x))
        loss = self.criterion(pred, Variable(y))
        self.log.append(loss.item())
        return loss

    def fit(self, loader, epochs):
        for epoch in range(epochs):
            for batch in loader:
                self.optimizer.zero_grad()
                loss = self.compute_loss(batch)
                loss.backward()
                self.optimizer.step()
            print("epoch %d  loss %.4f" % (epoch, self.log[-1]))


def make_batches(n=160, window=16, bs=40):
    t = torch.arange(n + window, dtype=torch.float32)
    curve = torch.sin(2 * math.pi * t / 24) + 0.1 * torch.randn(n + window)
    xs = curve.unfold(0, window, 1)[:n].unsqueeze(-1)
    ys = curve[window:window + n].unsqueeze(-1)
    return [(xs[i:i + bs], ys[i:i + bs]) for i in range(0, n, bs)]


if __name__ == "__main__":
    torch.manual_seed(7)
    model = Forecaster()
    start = [p.detach().clone() for p in model.parameters()]
    trainer = Trainer(model)
    trainer.fit(make_batches(), epochs=4)
    assert not any(torch.equal(a, b) for a, b in zip(start, model.parameters()))
    assert trainer.log[-1] < trainer.log[0]
