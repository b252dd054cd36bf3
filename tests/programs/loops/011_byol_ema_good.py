"""BYOL-like self-supervision with an exponential moving average target."""
import copy

import torch
import torch.nn.functional as F
from torch import nn


class EMA:
    def __init__(self, online, decay=0.95):
        self.decay = decay
        self.shadow = copy.deepcopy(online)
        for p in self.shadow.parameters():
            p.requires_grad_(False)

    @torch.no_grad()
    def update(self, online):
        for s, p in zip(self.shadow.parameters(), online.parameters()):
            s.mul_(self.decay).add_(p, alpha=1.0 - self.decay)

    @torch.no_grad()
    def __call__(self, x):
        return self.shadow(x)


class Augment:
    def __init__(self, noise=0.2, drop=0.1):
        self.noise = noise
        self.drop = drop

    def __call__(self, x):
        mask = (torch.rand_like(x) > self.drop).float()
        return x * mask + self.noise * torch.randn_like(x)


class BYOL(nn.Module):
    def __init__(self, in_dim=16, width=32, proj=8):
        super().__init__()
        self.online = nn.Sequential(nn.Linear(in_dim, width), nn.ReLU(), nn.Linear(width, proj))
        self.predictor = nn.Sequential(nn.Linear(proj, width), nn.ReLU(), nn.Linear(width, proj))

    def forward(self, x):
        return self.predictor(self.online(x))


def regression_loss(p, z):
    return 2 - 2 * F.cosine_similarity(p, z.detach(), dim=-1).mean()


class SelfSupTrainer:
    def __init__(self, model, lr):
        self.model = model
        self.ema = EMA(model.online)
        self.augment = Augment()
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
        self.log = []

    def loss(self, x):
        v1, v2 = self.augment(x), self.augment(x)
        return regression_loss(self.model(v1), self.ema(v2)) + regression_loss(self.model(v2), self.ema(v1))

    def training_step(self, x):
        self.optimizer.zero_grad()
        loss = self.loss(x)
        loss.backward()
        self.optimizer.step()
        self.ema.update(self.model.online)
        return loss.detach()

    def run(self, batches, epochs):
        for epoch in range(epochs):
            epoch_losses = torch.stack([self.training_step(x) for x in batches])
            self.log.append(epoch_losses.mean().item())
            print(f"epoch {epoch}: byol loss {self.log[-1]:.4f}")


def main():
    torch.manual_seed(17)
    basis = torch.randn(4, 16)
    data = torch.randn(160, 4) @ basis
    batches = list(data.split(32))
    trainer = SelfSupTrainer(BYOL(), lr=2e-3)
    w_before = trainer.model.predictor[0].weight.detach().clone()
    trainer.run(batches, epochs=5)

    w_after = trainer.model.predictor[0].weight
    assert w_after.grad is not None
    assert not torch.equal(w_before, w_after)


if __name__ == "__main__":
    main()
