import torch as th
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class BetaVAE(nn.Module):
    def __init__(self, x_dim=20, z_dim=3, beta=1.0):
        super().__init__()
        self.beta = beta
        self.encoder = nn.Sequential(nn.Linear(x_dim, 24), nn.ReLU())
        self.to_mu = nn.Linear(24, z_dim)
        self.to_logvar = nn.Linear(24, z_dim)
        self.decoder = nn.Sequential(nn.Linear(z_dim, 24), nn.ReLU(), nn.Linear(24, x_dim))

    @staticmethod
    def reparameterize(mu, logvar):
        return mu + th.randn_like(mu).mul(logvar.mul(0.5).exp())

    def negative_elbo(self, x):
        h = self.encoder(x)
        mu, logvar = self.to_mu(h), self.to_logvar(h)
        recon = self.decoder(self.reparameterize(mu, logvar))
        rec = F.mse_loss(recon, x, reduction="none").sum(dim=1)
        kld = -0.5 * th.sum(1 + logvar - mu ** 2 - logvar.exp(), dim=1)
        return (rec + self.beta * kld).mean(dim=0)


def train(model, loader, epochs=2):
    opt = th.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, epochs + 1):
        running = 0.0
        for (x,) in loader:
            opt.zero_grad()
            loss = model.negative_elbo(x)
            loss.backward()
            opt.step()
            running += loss.sum().item()
        print("====> Epoch: {} average loss: {:.4f}".format(epoch, running / len(loader)))


def main():
    th.manual_seed(1)
    latent = th.randn(100, 3)
    x = th.tanh(latent @ th.randn(3, 20)) + 0.1 * th.randn(100, 20)
    train(BetaVAE(), DataLoader(TensorDataset(x), batch_size=25, shuffle=True))


if __name__ == "__main__":
    main()
