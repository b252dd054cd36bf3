"""Character-level language model with truncated BPTT."""
import math

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

TEXT = (
    "the quick brown fox jumps over the lazy dog. "
    "pack my box with five dozen liquor jugs. "
    "how vexingly quick daft zebras jump! "
) * 6

CHARS = sorted(set(TEXT))
STOI = {c: i for i, c in enumerate(CHARS)}
MAX_NORM = 0.25


class CharRNN(nn.Module):
    def __init__(self, vocab, embed=16, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.embedding = nn.Embedding(vocab, embed)
        self.rnn = nn.GRU(embed, hidden, batch_first=True)
        self.decoder = nn.Linear(hidden, vocab)

    def forward(self, x, h):
        out, h = self.rnn(self.embedding(x), h)
        return self.decoder(out), h

    def init_hidden(self, batch):
        return torch.zeros(1, batch, self.hidden)


def batchify(text, rows):
    ids = torch.tensor([STOI[c] for c in text])
    cols = len(ids) // rows
    return ids[: rows * cols].view(rows, cols)


def bptt_windows(data, width):
    for start in range(0, data.size(1) - 1 - width, width):
        yield data[:, start:start + width], data[:, start + 1:start + 1 + width]


def repackage(h):
    return h.detach()


def train_epoch(model, data, optimizer, loss_fn, width=20):
    h = model.init_hidden(data.size(0))
    nll, windows = 0.0, 0
    for inputs, targets in bptt_windows(data, width):
        h = repackage(h)
        optimizer.zero_grad()
        logits, h = model(inputs, h)
        loss = loss_fn(logits.reshape(-1, logits.size(-1)), targets.reshape(-1))
        loss.backward()
        optimizer.step()
        clip_grad_norm_(model.parameters(), MAX_NORM)  # expect: AGL306
        nll += loss.item()
        windows += 1
    return nll / windows


@torch.no_grad()
def sample(model, prompt="the ", length=30, temperature=0.8):
    h = model.init_hidden(1)
    ids = torch.tensor([[STOI[c] for c in prompt]])
    out = list(prompt)
    for _ in range(length):
        logits, h = model(ids, h)
        probs = (logits[0, -1] / temperature).softmax(-1)
        nxt = torch.multinomial(probs, 1)
        out.append(CHARS[nxt.item()])
        ids = nxt.view(1, 1)
    return "".join(out)


def grad_norm(params):
    return math.sqrt(sum(p.grad.pow(2).sum().item() for p in params if p.grad is not None))


if __name__ == "__main__":
    torch.manual_seed(0)
    model = CharRNN(len(CHARS))
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    seen = []
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: seen.append(grad_norm(model.parameters())))

    data = batchify(TEXT, rows=4)
    for epoch in range(5):
        nll = train_epoch(model, data, optimizer, nn.CrossEntropyLoss())
        print(f"epoch {epoch}: ppl {math.exp(nll):.2f}")
    print(repr(sample(model)))
    print(f"largest gradient norm used: {max(seen):.3f}")
    assert max(seen) > MAX_NORM * 1.05
