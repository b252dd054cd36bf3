"""Tiny transformer encoder on a token-copy task, Noam learning rate."""
import math

import torch
from torch import nn


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, max_len=64):
        super().__init__()
        pos = torch.arange(max_len).unsqueeze(1)
        div = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, d_model)
        pe[:, 0::2] = torch.sin(pos * div)
        pe[:, 1::2] = torch.cos(pos * div)
        self.register_buffer("pe", pe.unsqueeze(0))

    def forward(self, x):
        return x + self.pe[:, : x.size(1)]


class CopyModel(nn.Module):
    def __init__(self, vocab, d_model=32, heads=4, layers=1):
        super().__init__()
        self.embed = nn.Embedding(vocab, d_model)
        self.pos = PositionalEncoding(d_model)
        layer = nn.TransformerEncoderLayer(d_model, heads, 64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers)
        self.generator = nn.Linear(d_model, vocab)

    def forward(self, src):
        return self.generator(self.encoder(self.pos(self.embed(src))))


class NoamOpt:
    "Optim wrapper that implements rate."

    def __init__(self, model_size, factor, warmup, optimizer):
        self.optimizer = optimizer
        self._step = 0
        self.warmup = warmup
        self.factor = factor
        self.model_size = model_size
        self._rate = 0

    def step(self):
        "Update parameters and rate"
        self._step += 1
        rate = self.rate()
        for p in self.optimizer.param_groups:
            p["lr"] = rate
        self._rate = rate
        self.optimizer.zero_grad()  # expect: AGL302
        self.optimizer.step()

    def rate(self, step=None):
        if step is None:
            step = self._step
        return self.factor * (
            self.model_size ** (-0.5) * min(step ** (-0.5), step * self.warmup ** (-1.5))
        )


def data_gen(vocab, batch, nbatches, length=8):
    "Generate random data for a src-tgt copy task."
    for _ in range(nbatches):
        data = torch.randint(1, vocab, (batch, length))
        data[:, 0] = 1
        yield data, data.clone()


class SimpleLossCompute:
    def __init__(self, criterion, opt):
        self.criterion = criterion
        self.opt = opt

    def __call__(self, logits, target):
        loss = self.criterion(logits.flatten(0, 1), target.flatten())
        loss.backward()
        self.opt.step()
        return loss.item()


def run_epoch(data_iter, model, loss_compute):
    total, seen = 0.0, 0
    for i, (src, tgt) in enumerate(data_iter):
        loss = loss_compute(model(src), tgt)
        total += loss
        seen += 1
        if i % 5 == 1:
            print(f"step {i}: loss {loss:.4f} lr {loss_compute.opt._rate:.5f}")
    return total / seen


torch.manual_seed(0)
V = 11
model = CopyModel(V)
opt = NoamOpt(32, 1.0, 40, torch.optim.Adam(model.parameters(), lr=0, betas=(0.9, 0.98), eps=1e-9))
compute = SimpleLossCompute(nn.CrossEntropyLoss(), opt)

w0 = model.generator.weight.detach().clone()
for epoch in range(3):
    print("mean", run_epoch(data_gen(V, 16, 10), model, compute))

assert opt._step == 30 and torch.equal(model.generator.weight, w0)
