"""SimCLR-style contrastive pre-training of a small encoder."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, d_in=24, d_rep=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, 48), nn.ReLU(), nn.Linear(48, d_rep))

    def forward(self, x):
        return self.body(x)


class Projector(nn.Module):
    def __init__(self, d_rep=32, d_proj=16):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(d_rep, d_rep), nn.ReLU(), nn.Linear(d_rep, d_proj))

    def forward(self, h):
        h = F.normalize(h, dim=-1)
        return F.normalize(self.mlp(h), dim=-1)


class SimCLR(nn.Module):
    def __init__(self, temperature=0.2):
        super().__init__()
        self.encoder = Encoder()
        self.projector = Projector()
        self.temperature = temperature

    def forward(self, v1, v2):
        z1 = self.projector(self.encoder(v1))
        z2 = self.projector(self.encoder(v2))
        logits = z1 @ z2.T / self.temperature
        labels = torch.arange(len(v1))
        return 0.5 * (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels))


def augment(x):
    mask = (torch.rand_like(x) > 0.2).float()
    return x * mask + 0.1 * torch.randn_like(x)


def pretrain(model, data, epochs=3, bs=64):
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(epochs):
        perm = torch.randperm(len(data))
        for idx in perm.split(bs):
            x = data[idx]
            loss = model(augment(x), augment(x))
            opt.zero_grad()
            loss.backward()
            opt.step()
        print(f"epoch {epoch} nt-xent {loss.item():.4f}")


if __name__ == "__main__":
    torch.manual_seed(14)
    model = SimCLR()
    w0 = model.encoder.body[0].weight.detach().clone()
    pretrain(model, torch.randn(256, 24))
    assert not torch.equal(w0, model.encoder.body[0].weight)
