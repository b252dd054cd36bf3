import torch as th
import torch.nn as nn
import torch.nn.functional as F


class ElmanCell(nn.Module):
    def __init__(self, n_in, n_hid):
        super().__init__()
        self.ih = nn.Linear(n_in, n_hid)
        self.hh = nn.Linear(n_hid, n_hid, bias=False)

    def forward(self, x, h):
        return th.tanh(self.ih(x) + self.hh(h))


class ElmanRNN(nn.Module):
    def __init__(self, n_in, n_hid, n_out):
        super().__init__()
        self.n_hid = n_hid
        self.cell = ElmanCell(n_in, n_hid)
        self.readout = nn.Linear(n_hid, n_out)

    def scan(self, x):
        B, T, _ = x.shape
        h = x.new_zeros(B, self.n_hid)
        states = []
        for t in range(T):
            h = self.cell(x[:, t], h)
            states.append(h)
        return th.stack(states, dim=1)

    def forward(self, x):
        return self.readout(self.scan(x))


def adding_problem(batch, length):
    vals = th.rand(batch, length)
    marks = th.zeros(batch, length)
    idx = th.stack([th.randperm(length)[:2] for _ in range(batch)])
    marks.scatter_(1, idx, 1.0)
    y = (vals * marks).sum(1, keepdim=True)
    return th.stack([vals, marks], -1), y


def train_epoch(model, opt, n_iter=4):
    for i in range(n_iter):
        x, y = adding_problem(16, 12)
        pred = model(x)[:, -1]
        loss = F.mse_loss(pred, y)
        opt.zero_grad()
        loss.backward()
        th.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        print(f'iter {i} mse {loss.item():.3f}')


th.manual_seed(0)
rnn = ElmanRNN(2, 16, 1)
train_epoch(rnn, th.optim.Adam(rnn.parameters(), lr=1e-3))
