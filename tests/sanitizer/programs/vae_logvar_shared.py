"""A VAE whose log-variance is exponentiated in place on its way into the divergence."""

import torch
from torch import nn


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(6, 8), nn.Linear(4, 6)

    def forward(self, x):
        mean, logvar = self.encoder(x).view(-1, 2, 4).unbind(1)
        std = torch.exp(0.5 * logvar)
        z = mean + std * torch.randn_like(std)
        var = std.square_()  # good: var = std.square()  # expect: AGL102
        divergence = 0.5 * (mean.square() + var - 1 - logvar).sum(1).mean()
        return self.decoder(z), divergence


torch.manual_seed(0)
model = VAE()
optimizer = torch.optim.Adam(model.parameters())
for _ in range(2):
    x = torch.randn(5, 6)
    recon, divergence = model(x)
    loss = (recon - x).square().mean() + 0.1 * divergence
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
