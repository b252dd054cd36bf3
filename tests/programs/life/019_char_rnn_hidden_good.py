"""Stateful character RNN: the hidden state runs on from one chunk of text to the next."""
import argparse

import torch
import torch.nn as nn

CORPUS = """it was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity """ * 6


class CharRNN(nn.Module):
    def __init__(self, n_vocab, n_embd=24, n_hidden=48, n_layers=1):
        super().__init__()
        self.embd = nn.Embedding(n_vocab, n_embd)
        self.rnn = nn.LSTM(n_embd, n_hidden, n_layers, batch_first=True)
        self.proj = nn.Linear(n_hidden, n_vocab)

    def forward(self, idx, state=None):
        y, state = self.rnn(self.embd(idx), state)
        return self.proj(y), state


class Trainer:
    def __init__(self, model, data, bs, bptt, lr):
        self.model = model
        n = len(data) // bs
        self.stream = data[: n * bs].view(bs, n)
        self.bptt = bptt
        self.opt = torch.optim.Adam(model.parameters(), lr=lr)
        self.state = None

    def chunks(self):
        n = self.stream.size(1)
        for i in range(0, n - 1 - self.bptt, self.bptt):
            yield self.stream[:, i:i + self.bptt], self.stream[:, i + 1:i + 1 + self.bptt]

    def carry(self, state):
        self.state = tuple(s.detach() for s in state)

    def step(self, x, y):
        logits, state = self.model(x, self.state)
        loss = nn.functional.cross_entropy(logits.reshape(-1, logits.size(-1)), y.reshape(-1))
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.opt.step()
        self.carry(state)
        return loss.item()

    def epoch(self):
        self.state = None
        losses = [self.step(x, y) for x, y in self.chunks()]
        return sum(losses) / len(losses)


@torch.no_grad()
def sample(model, stoi, itos, prompt, n):
    idx = torch.tensor([[stoi[c] for c in prompt]])
    logits, state = model(idx)
    out = prompt
    for _ in range(n):
        nxt = torch.multinomial(logits[:, -1].softmax(-1), 1)
        out += itos[nxt.item()]
        logits, state = model(nxt, state)
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=3)
    ap.add_argument("--bptt", type=int, default=16)
    ap.add_argument("--bs", type=int, default=4)
    args = ap.parse_args()
    torch.manual_seed(0)
    vocab = sorted(set(CORPUS))
    stoi = {c: i for i, c in enumerate(vocab)}
    data = torch.tensor([stoi[c] for c in CORPUS])
    model = CharRNN(len(vocab))
    trainer = Trainer(model, data, args.bs, args.bptt, lr=5e-3)
    for ep in range(args.epochs):
        print(f"epoch {ep}: {trainer.epoch():.3f}")
    print(repr(sample(model, stoi, vocab, "it was ", 40)))


if __name__ == "__main__":
    main()
