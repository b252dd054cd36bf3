"""Search a generator's latent space for a target measurement; keep the best candidate."""
import copy
import torch
from torch import nn


class Generator(nn.Module):
    def __init__(self, d_z=4, n=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d_z, 24), nn.SELU(), nn.Linear(24, n))

    def forward(self, z):
        return torch.sigmoid(self.net(z))


class BestSoFar:
    def __init__(self):
        self.score = float("inf")
        self.z = None
        self.signal = None

    def offer(self, score, z, signal):
        if score >= self.score:
            return False
        self.score = score
        self.z = z.detach().clone()
        self.signal = copy.deepcopy(signal)  # expect: AGL415  # raises: Only Tensors created explicitly by the user
        return True


class LatentSearch:
    def __init__(self, generator, measure, restarts=3):
        self.generator = generator.requires_grad_(False)
        self.measure = measure
        self.restarts = restarts

    def run(self, wanted, steps=40, lr=0.1):
        best = BestSoFar()
        for _ in range(self.restarts):
            z = torch.randn(1, 4, requires_grad=True)
            opt = torch.optim.Adam([z], lr=lr)
            for _ in range(steps):
                opt.zero_grad()
                signal = self.generator(z)
                misfit = (self.measure(signal) - wanted).pow(2).mean()
                loss = misfit + 1e-3 * z.pow(2).sum()
                loss.backward()
                best.offer(misfit.item(), z, signal)
                opt.step()
        return best


def main():
    torch.manual_seed(12)
    gen = Generator()
    A = torch.randn(10, 32) / 32 ** 0.5
    with torch.no_grad():
        truth = gen(torch.randn(1, 4))
        wanted = truth @ A.t()
    search = LatentSearch(gen, lambda s: s @ A.t())
    best = search.run(wanted)
    err = (best.signal - truth).abs().mean().item()
    print(f"misfit {best.score:.2e}, reconstruction error {err:.3f}")
    assert not best.signal.requires_grad


if __name__ == "__main__":
    main()
