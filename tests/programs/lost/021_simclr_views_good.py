"""SimCLR on synthetic vectors: two noisy views, NT-Xent loss."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ContrastiveModel(nn.Module):
    def __init__(self, d_in=30, d_feat=16, d_proj=8):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(d_in, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, d_feat)
        )
        self.projector = nn.Sequential(nn.Linear(d_feat, d_feat), nn.ReLU(), nn.Linear(d_feat, d_proj))

    def embed(self, x):
        return self.encoder(x)

    def forward(self, x):
        return F.normalize(self.projector(self.embed(x)), dim=-1)


def nt_xent(z1, z2, tau=0.2):
    n = z1.shape[0]
    z = torch.cat([z1, z2])
    sim = z @ z.t() / tau
    sim = sim.masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
    target = torch.cat([torch.arange(n) + n, torch.arange(n)])
    return F.cross_entropy(sim, target)


def augment(x):
    keep = (torch.rand_like(x) > 0.2).float()
    return x * keep + 0.1 * torch.randn_like(x)


@torch.no_grad()
def knn_accuracy(model, x, y, k=5):
    model.eval()
    h = F.normalize(model.embed(x), dim=-1)
    sim = h @ h.t()
    sim.fill_diagonal_(-2.0)
    votes = y[sim.topk(k, dim=1).indices]
    model.train()
    return (votes.mode(dim=1).values == y).float().mean().item()


def main():
    torch.manual_seed(0)
    protos = torch.randn(6, 30)
    y = torch.randint(0, 6, (384,))
    x = protos[y] + 0.8 * torch.randn(384, 30)
    model = ContrastiveModel()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.0)
    enc0 = model.encoder[0].weight.detach().clone()
    proj0 = model.projector[0].weight.detach().clone()
    for epoch in range(6):
        for idx in torch.randperm(len(x)).split(96):
            loss = nt_xent(model(augment(x[idx])), model(augment(x[idx])))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(f"loss {loss.item():.3f}, knn {knn_accuracy(model, x, y):.2f}")
    assert not torch.equal(proj0, model.projector[0].weight)
    assert not torch.equal(enc0, model.encoder[0].weight)


if __name__ == "__main__":
    main()
