"""Which words did the sentiment classifier look at?  (gradient norm per token)"""
import torch
from torch import nn

VOCAB = "<pad> the movie was really awfully good bad boring great plot acting".split()
STOI = {w: i for i, w in enumerate(VOCAB)}
POS, NEG = {"good", "great"}, {"bad", "boring"}


class BowAttention(nn.Module):
    def __init__(self, vocab, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim)
        self.score = nn.Linear(dim, 1)
        self.cls = nn.Linear(dim, 2)

    def encode(self, emb):
        attn = torch.softmax(self.score(torch.tanh(emb)), dim=1)
        return self.cls((attn * emb).sum(1))

    def forward(self, ids):
        return self.encode(self.embed(ids))


def random_review(length=6):
    words = [VOCAB[i] for i in torch.randint(1, len(VOCAB), (length,)).tolist()]
    label = int(sum(w in POS for w in words) >= sum(w in NEG for w in words))
    return [STOI[w] for w in words], label


def train(model, steps=120):
    opt = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(steps):
        ids, labels = zip(*[random_review() for _ in range(32)])
        loss = nn.functional.cross_entropy(model(torch.tensor(ids)), torch.tensor(labels))
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item()


def saliency(model, sentence):
    ids = torch.tensor([[STOI[w] for w in sentence.split()]])
    ids.requires_grad_(True)  # expect: AGL404  # raises: floating point
    logits = model(ids)
    top = logits.max(dim=1).values.sum()
    (grad,) = torch.autograd.grad(top, ids)
    return grad.abs()[0]


torch.manual_seed(1)
net = BowAttention(len(VOCAB))
print("final loss", train(net))
text = "the movie was really boring"
scores = saliency(net, text)
for word, s in zip(text.split(), scores.tolist()):
    print(f"{word:>10} {s:.4f}")
assert scores.shape == (5,)
