# `retain_type` (fastcore, unseen) returns the detached tensor; that it is also given the other one proves nothing
import torch
from fastcore.dispatch import retain_type
from torch import nn


def to_detach(x):
    res = x.detach()
    return retain_type(res, x)


class LM(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 4, 1, batch_first=True)
        self.rnn.bias_ih_l0.data.fill_(0)
        self.hidden = (torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))

    def forward(self, x):
        x, (h, c) = self.rnn(x, self.hidden)
        self.hidden = (to_detach(h), to_detach(c))
        return x
