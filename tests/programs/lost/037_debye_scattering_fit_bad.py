"""Fit a cluster's bond length to its powder scattering curve (Debye formula)."""
import torch


def octahedron(a):
    """Seven atoms: centre and the six corners, bond length a (a tensor)."""
    e = torch.eye(3, dtype=torch.float64)
    return a * torch.cat([torch.zeros(1, 3, dtype=torch.float64), e, -e])


def pair_distances(xyz):
    i, j = torch.triu_indices(len(xyz), len(xyz), offset=1)
    return (xyz[i] - xyz[j]).norm(dim=1)


def sinc(q, r):
    qr = q[:, None] * r[None, :]
    ratio = torch.sin(qr) / qr  # expect: AGL701
    return torch.where(qr == 0, torch.ones_like(qr), ratio)


def debye(q, xyz):
    r = pair_distances(xyz)
    return len(xyz) + 2 * sinc(q, r).sum(dim=1)


class BondFit:
    def __init__(self, guess):
        self.a = torch.tensor(guess, dtype=torch.float64, requires_grad=True)
        self.scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)

    def model(self, q):
        return self.scale * debye(q, octahedron(self.a))

    def residual(self, q, intensity):
        return (self.model(q) - intensity).pow(2).mean()

    def fit(self, q, intensity, steps=200):
        opt = torch.optim.Adam([self.a, self.scale], lr=0.01)
        for _ in range(steps):
            opt.zero_grad()
            loss = self.residual(q, intensity)
            loss.backward()
            opt.step()
        return loss.item()


def main():
    torch.manual_seed(0)
    q = torch.linspace(0.0, 8.0, 81, dtype=torch.float64)
    with torch.no_grad():
        truth = 1.1 * debye(q, octahedron(torch.tensor(2.05, dtype=torch.float64)))
        measured = truth + 0.02 * torch.randn(len(q), dtype=torch.float64)
    fit = BondFit(1.95)
    loss = fit.fit(q, measured)
    print("loss", loss, "a =", fit.a.item(), "scale =", fit.scale.item())
    assert torch.isnan(fit.a.grad)
    assert torch.isnan(fit.a)


main()
