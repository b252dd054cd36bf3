"""Stateful character-level LSTM trained on contiguous chunks of one text."""
import torch
import torch.nn as nn

TEXT = "the quick brown fox jumps over the lazy dog while the cat sleeps on the mat. " * 12


class CharLM(nn.Module):
    def __init__(self, vocab_size, emb=16, hidden=48):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, emb)
        self.rnn = nn.LSTM(emb, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab_size)
        self.hidden = hidden

    def init_state(self, batch):
        return torch.zeros(1, batch, self.hidden), torch.zeros(1, batch, self.hidden)

    def forward(self, tokens, state):
        feats, state = self.rnn(self.embed(tokens), state)
        return self.out(feats), state


class ChunkTrainer:
    def __init__(self, model, data, bptt=20, lr=3e-3):
        self.model = model
        self.data = data
        self.bptt = bptt
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        self.state = None

    def chunks(self):
        for i in range(0, self.data.size(1) - 1 - self.bptt, self.bptt):
            yield self.data[:, i:i + self.bptt], self.data[:, i + 1:i + 1 + self.bptt]

    def compute_loss(self, x, y):
        logits, self.state = self.model(x, self.state)
        return self.criterion(logits.flatten(0, 1), y.flatten())

    def truncate_state(self):
        self.state = tuple(s.detach() for s in self.state)

    def run_epoch(self):
        self.state = self.model.init_state(self.data.size(0))
        total, n = 0.0, 0
        for x, y in self.chunks():
            self.optimizer.zero_grad()
            loss = self.compute_loss(x, y)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.truncate_state()
            total += loss.item()
            n += 1
        return total / n


def main():
    torch.manual_seed(1)
    stoi = {c: i for i, c in enumerate(sorted(set(TEXT)))}
    ids = torch.tensor([stoi[c] for c in TEXT])
    ids = ids[: len(ids) // 4 * 4].view(4, -1)
    trainer = ChunkTrainer(CharLM(len(stoi)), ids)
    for epoch in range(2):
        print(f"epoch {epoch} loss {trainer.run_epoch():.3f}")


if __name__ == "__main__":
    main()
