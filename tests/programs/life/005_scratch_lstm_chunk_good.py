#!/usr/bin/env python
"""LSTM language model from scratch on a small string."""
import torch
import torch.nn as nn

TEXT = "the quick brown fox jumps over the lazy dog while the slow hedgehog naps under the hedge. " * 8
FORGET_BIAS = 1.0


def split_gates(z, forget_bias):
    i, f, g, o = z.chunk(4, dim=-1)
    f = f + forget_bias
    return torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)


class LSTMCell(nn.Module):
    def __init__(self, n_in, n_hid):
        super().__init__()
        self.n_hid = n_hid
        self.ih = nn.Linear(n_in, 4 * n_hid)
        self.hh = nn.Linear(n_hid, 4 * n_hid, bias=False)

    def init_state(self, batch):
        return torch.zeros(batch, self.n_hid), torch.zeros(batch, self.n_hid)

    def forward(self, x, state):
        h, c = state
        i, f, g, o = split_gates(self.ih(x) + self.hh(h), FORGET_BIAS)
        c = f * c + i * g
        h = o * torch.tanh(c)
        return h, c


class CharLM(nn.Module):
    def __init__(self, vocab, emb=16, hid=32):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.cell = LSTMCell(emb, hid)
        self.out = nn.Linear(hid, vocab)

    def forward(self, tokens):
        state = self.cell.init_state(tokens.shape[0])
        outs = []
        for t in range(tokens.shape[1]):
            state = self.cell(self.emb(tokens[:, t]), state)
            outs.append(self.out(state[0]))
        return torch.stack(outs, dim=1)


def get_batch(ids, n, length):
    starts = torch.randint(0, len(ids) - length - 1, (n,)).tolist()
    x = torch.stack([ids[s:s + length] for s in starts])
    y = torch.stack([ids[s + 1:s + length + 1] for s in starts])
    return x, y


def main():
    torch.manual_seed(1234)
    chars = sorted(set(TEXT))
    stoi = {c: k for k, c in enumerate(chars)}
    ids = torch.tensor([stoi[c] for c in TEXT])
    lm = CharLM(len(chars))
    optimizer = torch.optim.RMSprop(lm.parameters(), lr=3e-3)
    criterion = nn.CrossEntropyLoss()
    for step in range(1, 16):
        x, y = get_batch(ids, 8, 20)
        logits = lm(x)
        loss = criterion(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(lm.parameters(), 1.0)
        optimizer.step()
        if step % 5 == 0:
            print(f"step {step}: {loss.item():.3f} nats/char")


if __name__ == "__main__":
    main()
