import torch
import torch.nn as nn
import torch.nn.functional as F

# Linear probing of an autoencoder: phase 1 trains the AE, phase 2 only the probe.


class Probe(nn.Module):
    def __init__(self, encoder, feat_dim, n_classes):
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(feat_dim, n_classes)

    def forward(self, x):
        feats = self.encoder(x)
        # don't push gradients into the encoder
        feats = feats.detach()
        return self.head(F.layer_norm(feats, feats.shape[1:]))


def make_data(n, g):
    centers = torch.randn(5, 20, generator=torch.Generator().manual_seed(99)) * 2
    y = torch.randint(0, 5, (n,), generator=g)
    return centers[y] + torch.randn(n, 20, generator=g), y


def pretrain(encoder, decoder, x, epochs=40):
    opt = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=5e-3)
    for _ in range(epochs):
        opt.zero_grad()
        loss = F.mse_loss(decoder(encoder(x)), x)
        loss.backward()
        opt.step()
    return loss.item()


def train_probe(probe, x, y, epochs=60):
    opt = torch.optim.SGD(probe.head.parameters(), lr=0.5)
    for _ in range(epochs):
        opt.zero_grad()
        loss = F.cross_entropy(probe(x), y)
        loss.backward()
        opt.step()
    return loss.item()


@torch.no_grad()
def accuracy(probe, x, y):
    return (probe(x).argmax(-1) == y).float().mean().item()


if __name__ == "__main__":
    torch.manual_seed(0)
    g = torch.Generator().manual_seed(5)
    x, y = make_data(400, g)
    enc = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 6))
    dec = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 20))
    print("AE loss", pretrain(enc, dec, x))
    snapshot = enc[0].weight.detach().clone()
    probe = Probe(enc, 6, 5)
    print("probe loss", train_probe(probe, x, y))
    xt, yt = make_data(200, g)
    print("probe acc", accuracy(probe, xt, yt))
    assert torch.equal(snapshot, enc[0].weight)
