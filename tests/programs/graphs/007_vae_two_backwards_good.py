# a small VAE on random binary "digits"
import torch
from torch import Tensor, nn


class VAE(nn.Module):
    def __init__(self, d: int = 36, z: int = 4) -> None:
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(d, 32), nn.ELU(), nn.Linear(32, 2 * z))
        self.dec = nn.Sequential(nn.Linear(z, 32), nn.ELU(), nn.Linear(32, d))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mu, logvar = self.enc(x).chunk(2, dim=-1)
        return mu, logvar

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        return self.dec(z), mu, logvar


class Trainer:
    def __init__(self, model: VAE, beta: float = 0.5):
        self.model, self.beta = model, beta
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        self.history: dict[str, list[float]] = {"rec": [], "kl": []}

    def _backward_rec(self, x: Tensor, x_hat: Tensor) -> None:
        rec = nn.functional.binary_cross_entropy_with_logits(x_hat, x, reduction="sum") / x.size(0)
        rec.backward(retain_graph=True)
        self.history["rec"].append(rec.item())

    def _backward_kl(self, mu: Tensor, logvar: Tensor) -> None:
        kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1).mean()
        (self.beta * kl).backward()
        self.history["kl"].append(kl.item())

    def fit(self, data: Tensor, epochs: int = 2) -> None:
        for _ in range(epochs):
            for x in data.split(32):
                self.optimizer.zero_grad()
                x_hat, mu, logvar = self.model(x)
                self._backward_rec(x, x_hat)
                self._backward_kl(mu, logvar)
                self.optimizer.step()


torch.manual_seed(0)
trainer = Trainer(VAE())
trainer.fit((torch.rand(96, 36) > 0.5).float())
print({k: v[-1] for k, v in trainer.history.items()})
