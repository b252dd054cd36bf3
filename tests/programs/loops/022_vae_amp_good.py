"""VAE on two-mode synthetic data, bf16 autocast with loss scaling."""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class VAE(nn.Module):
    def __init__(self, x_dim=20, h_dim=40, z_dim=3):
        super().__init__()
        self.fc1 = nn.Linear(x_dim, h_dim)
        self.fc_mu = nn.Linear(h_dim, z_dim)
        self.fc_logvar = nn.Linear(h_dim, z_dim)
        self.fc3 = nn.Linear(z_dim, h_dim)
        self.fc4 = nn.Linear(h_dim, x_dim)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.fc_mu(h), self.fc_logvar(h)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def decode(self, z):
        return self.fc4(F.relu(self.fc3(z)))

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def elbo_loss(recon, x, mu, logvar, beta):
    rec = F.mse_loss(recon.float(), x, reduction="sum") / x.size(0)
    kld = -0.5 * torch.sum(1 + logvar.float() - mu.float().pow(2) - logvar.float().exp()) / x.size(0)
    return rec + beta * kld


def get_data(n=192):
    centre = torch.where(torch.rand(n, 1) > 0.5, 1.5, -1.5)
    return centre * torch.linspace(-1, 1, 20) + 0.2 * torch.randn(n, 20)


def train(args, model, optimizer, data):
    scaler = torch.amp.GradScaler("cpu", enabled=args.amp)
    for epoch in range(1, args.epochs + 1):
        model.train()
        train_loss = 0.0
        for x in data[torch.randperm(len(data))].split(args.batch_size):
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.amp):
                recon, mu, logvar = model(x)
            loss = elbo_loss(recon, x, mu, logvar, args.beta)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            train_loss += loss.item() * len(x)
        print(f"====> Epoch: {epoch} Average loss: {train_loss / len(data):.4f}")


def main():
    parser = argparse.ArgumentParser(description="toy VAE")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--beta", type=float, default=0.5)
    parser.add_argument("--no-amp", dest="amp", action="store_false")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    magnitudes = []
    optimizer.register_step_pre_hook(lambda *_: magnitudes.append(model.fc4.bias.grad.abs().max().item()))
    train(args, model, optimizer, get_data())

    print(f"median |grad| on the output bias: {sorted(magnitudes)[len(magnitudes) // 2]:.3g}")
    assert max(magnitudes) < 1e2


if __name__ == "__main__":
    main()
