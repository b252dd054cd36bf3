import torch
import torch.nn as nn


def repackage_hidden(h):
    """Wraps hidden states in new Tensors, to detach them from their history."""
    if isinstance(h, torch.Tensor):
        return h.detach()
    else:
        return tuple(repackage_hidden(v) for v in h)


class StackedLSTM(nn.Module):
    def __init__(self, vocab=22, emb=12, hidden=(16, 12)):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.l1 = nn.LSTM(emb, hidden[0])
        self.l2 = nn.LSTM(hidden[0], hidden[1])
        self.out = nn.Linear(hidden[1], vocab)

    def zero_state(self, bsz):
        return tuple((torch.zeros(1, bsz, l.hidden_size), torch.zeros(1, bsz, l.hidden_size)) for l in (self.l1, self.l2))

    def forward(self, x, state):
        s1, s2 = state
        h, s1 = self.l1(self.emb(x), s1)
        h, s2 = self.l2(h, s2)
        return self.out(h), (s1, s2)


def chunks(data, bptt):
    for i in range(0, len(data) - 1, bptt):
        n = min(bptt, len(data) - 1 - i)
        yield data[i:i + n], data[i + 1:i + 1 + n]


def train(model, data, lr, bptt=12, clip=0.5):
    criterion = nn.CrossEntropyLoss()
    hidden = model.zero_state(data.size(1))
    total = 0.
    for x, y in chunks(data, bptt):
        model.zero_grad()
        hidden = repackage_hidden(hidden)
        out, hidden = model(x, hidden)
        loss = criterion(out.flatten(0, 1), y.flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        for p in model.parameters():
            p.data.add_(p.grad, alpha=-lr)
        total += loss.item()
    return total


if __name__ == "__main__":
    torch.manual_seed(0)
    corpus = torch.randint(0, 22, (60, 4))
    lm = StackedLSTM()
    for epoch, lr in enumerate([2.0, 1.0, 0.5]):
        print(epoch, train(lm, corpus, lr))
