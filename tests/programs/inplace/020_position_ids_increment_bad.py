import torch
import torch.nn as nn


class TinyDecoder(nn.Module):
    def __init__(self, vocab, dim, max_pos=64):
        super().__init__()
        self.tok = nn.Embedding(vocab, dim)
        self.pos = nn.Embedding(max_pos, dim)
        self.gru = nn.GRUCell(dim, dim)
        self.head = nn.Linear(dim, vocab)

    def step(self, token, position, hidden):
        emb = self.tok(token) + self.pos(position)
        hidden = self.gru(emb, hidden)
        return self.head(hidden), hidden


class ScheduledSampler:
    """Mixes gold tokens with the model's own predictions while unrolling."""

    def __init__(self, model, p_gold):
        self.model = model
        self.p_gold = p_gold

    def unroll(self, gold):
        batch, length = gold.shape
        token = gold[:, 0]
        position = torch.zeros(batch, dtype=torch.long)
        hidden = torch.zeros(batch, self.model.gru.hidden_size)
        logits = []
        for t in range(1, length):
            out, hidden = self.model.step(token, position, hidden)
            logits.append(out)
            use_gold = torch.rand(batch) < self.p_gold
            token = torch.where(use_gold, gold[:, t], out.argmax(-1))
            position += 1  # expect: AGL102
        return torch.stack(logits, 1)

    def loss(self, gold):
        logits = self.unroll(gold)
        return nn.functional.cross_entropy(logits.flatten(0, 1), gold[:, 1:].flatten())


def main():
    torch.manual_seed(0)
    model = TinyDecoder(vocab=25, dim=16)
    sampler = ScheduledSampler(model, p_gold=1.0)
    opt = torch.optim.Adagrad(model.parameters(), lr=0.05)
    for epoch in range(3):
        sampler.p_gold = 0.9 ** epoch
        gold = torch.randint(0, 25, (8, 10))
        loss = sampler.loss(gold)
        opt.zero_grad()
        loss.backward()  # raises: modified by an inplace operation
        opt.step()
        print(f"epoch={epoch} p={sampler.p_gold:.2f} loss={loss.item():.4f}")


main()
