import torch
import torch.nn as nn
import torch.nn.functional as F


class MovingBaseline:
    def __init__(self, momentum=0.8):
        self.momentum, self.value = momentum, None

    def __call__(self, rewards):
        mean = rewards.mean()
        self.value = mean if self.value is None else self.momentum * self.value + (1 - self.momentum) * mean
        return rewards - self.value


class Captioner(nn.Module):
    """Emits a sequence of tokens given features; sampled with its own GRU state."""

    def __init__(self, vocab=9, d=12):
        super().__init__()
        self.emb, self.gru, self.out = nn.Embedding(vocab, d), nn.GRUCell(d, d), nn.Linear(d, vocab)

    def sample(self, feats, steps=4):
        h, tok = feats, torch.zeros(len(feats), dtype=torch.long)
        tokens, logps, dists = [], [], []
        for _ in range(steps):
            h = self.gru(self.emb(tok), h)
            dist = torch.distributions.Categorical(logits=self.out(h))
            tok = dist.sample()
            tokens.append(tok)
            logps.append(dist.log_prob(tok))
            dists.append(dist.logits)
        return torch.stack(tokens, 1), torch.stack(logps, 1), torch.stack(dists, 1)


class SelfCritical:
    def __init__(self, model, lr=1e-2, trust=0.1):
        self.model, self.trust = model, trust
        self.opt = torch.optim.Adam(model.parameters(), lr=lr)
        self.baseline, self.prev_logits = MovingBaseline(), None
        self.running_loss = torch.zeros(())

    def step(self, feats):
        tokens, logps, logits = self.model.sample(feats)
        rewards = (tokens == 3).float().sum(1)
        loss = -(self.baseline(rewards).unsqueeze(1) * logps).mean()
        if self.prev_logits is not None:
            loss = loss + self.trust * F.kl_div(logits.mean(0), self.prev_logits, reduction="batchmean", log_target=True)
        self.prev_logits = logits.mean(0).detach()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.running_loss += loss.detach()
        return rewards.mean().item()


torch.manual_seed(0)
trainer = SelfCritical(Captioner())
feats = torch.randn(32, 12)
for it in range(15):
    r = trainer.step(feats)
    if it % 5 == 0:
        print(it, "reward", r, "running", trainer.running_loss.item())
