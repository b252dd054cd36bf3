"""Word-level LSTM language model: truncated BPTT, repackaged hidden, tied weights, annealing."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class RNNModel(nn.Module):
    def __init__(self, ntoken, dim, nlayers, dropout=0.1, tie=True):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.encoder = nn.Embedding(ntoken, dim)
        self.rnn = nn.LSTM(dim, dim, nlayers, dropout=dropout)
        self.decoder = nn.Linear(dim, ntoken)
        if tie:
            self.decoder.weight = self.encoder.weight
        nn.init.uniform_(self.encoder.weight, -0.1, 0.1)
        nn.init.zeros_(self.decoder.bias)
        self.nlayers, self.dim = nlayers, dim

    def forward(self, tokens, hidden):
        out, hidden = self.rnn(self.drop(self.encoder(tokens)), hidden)
        return self.decoder(self.drop(out)), hidden

    def init_hidden(self, bsz):
        w = next(self.parameters())
        return w.new_zeros(self.nlayers, bsz, self.dim), w.new_zeros(self.nlayers, bsz, self.dim)


def repackage_hidden(h):
    if isinstance(h, torch.Tensor):
        return h.detach()
    return tuple(repackage_hidden(v) for v in h)


def batchify(data, bsz):
    nbatch = data.size(0) // bsz
    return data.narrow(0, 0, nbatch * bsz).view(bsz, -1).t().contiguous()


def get_batch(source, i, bptt):
    n = min(bptt, len(source) - 1 - i)
    return source[i:i + n], source[i + 1:i + 1 + n].reshape(-1)


def evaluate(model, source, bptt):
    model.eval()
    total = 0.0
    hidden = model.init_hidden(source.size(1))
    with torch.no_grad():
        for i in range(0, source.size(0) - 1, bptt):
            x, y = get_batch(source, i, bptt)
            logits, hidden = model(x, hidden)
            hidden = repackage_hidden(hidden)
            total += len(x) * F.cross_entropy(logits.flatten(0, 1), y).item()
    return total / (len(source) - 1)


def train_epoch(model, source, bptt, lr, clip=0.25):
    model.train()
    hidden = model.init_hidden(source.size(1))
    for i in range(0, source.size(0) - 1, bptt):
        x, y = get_batch(source, i, bptt)
        model.zero_grad()
        hidden = repackage_hidden(hidden)
        logits, hidden = model(x, hidden)
        loss = F.cross_entropy(logits.flatten(0, 1), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-lr)


torch.manual_seed(1111)
chain = torch.softmax(torch.randn(20, 20) * 2, -1)
tok = [0]
for _ in range(2400):
    tok.append(torch.multinomial(chain[tok[-1]], 1).item())
tok = torch.tensor(tok)
train_src, val_src = batchify(tok[:2000], 10), batchify(tok[2000:], 5)
model = RNNModel(20, 32, 2)
lr, best = 10.0, None
for epoch in range(4):
    train_epoch(model, train_src, 20, lr)
    val = evaluate(model, val_src, 20)
    print(f"epoch {epoch} val loss {val:.3f} ppl {math.exp(val):.2f} lr {lr}")
    if best is None or val < best:
        best = val
    else:
        lr /= 4.0
