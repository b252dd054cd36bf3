import torch
import torch.nn as nn
import torch.nn.functional as F

LATENT = 4


class Encoder(nn.Module):
    def __init__(self, dim=20, hidden=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(dim, hidden), nn.SiLU())
        self.mu = nn.Linear(hidden, LATENT)
        self.logvar = nn.Linear(hidden, LATENT)

    def forward(self, x):
        h = self.body(x)
        return self.mu(h), self.logvar(h)


class Decoder(nn.Module):
    def __init__(self, dim=20, hidden=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(LATENT, hidden), nn.SiLU(), nn.Linear(hidden, dim))

    def forward(self, z):
        return self.net(z)


class VAEExperiment:
    """Separate learning rates for the two halves, hence two optimizers."""

    def __init__(self, lr_enc=2e-3, lr_dec=1e-3, beta=0.1):
        self.nets = nn.ModuleDict({"encoder": Encoder(), "decoder": Decoder()})
        self.opts = {
            "encoder": torch.optim.Adam(self.nets["encoder"].parameters(), lr=lr_enc),
            "decoder": torch.optim.Adam(self.nets["decoder"].parameters(), lr=lr_dec),
        }
        self.beta = beta

    def zero_all(self):
        for opt in self.opts.values():
            opt.zero_grad()

    def step_all(self):
        for opt in self.opts.values():
            opt.step()

    def elbo(self, x):
        mu, logvar = self.nets["encoder"](x)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        rec = F.mse_loss(self.nets["decoder"](z), x)
        kl = -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
        return rec + self.beta * kl, rec.item(), kl.item()

    def training_iteration(self, x):
        loss, rec, kl = self.elbo(x)
        loss.backward()
        self.zero_all()  # expect: AGL302
        self.step_all()
        return rec, kl

    def train(self, data, epochs=4, batch_size=50):
        for epoch in range(epochs):
            self.nets.train()
            recs, kls = [], []
            for x in data[torch.randperm(len(data))].split(batch_size):
                rec, kl = self.training_iteration(x)
                recs.append(rec)
                kls.append(kl)
            print(f"epoch {epoch + 1}: rec={sum(recs) / len(recs):.4f} kl={sum(kls) / len(kls):.4f}")

    @torch.no_grad()
    def reconstruction_error(self, data):
        self.nets.eval()
        mu, _ = self.nets["encoder"](data)
        return F.mse_loss(self.nets["decoder"](mu), data).item()


def main():
    torch.manual_seed(11)
    basis = torch.randn(LATENT, 20)
    data = torch.randn(800, LATENT) @ basis * 0.5 + 0.05 * torch.randn(800, 20)
    exp = VAEExperiment()
    before = exp.reconstruction_error(data[700:])
    exp.train(data[:700])
    after = exp.reconstruction_error(data[700:])
    print(f"held-out reconstruction {before:.4f} -> {after:.4f}")


main()
