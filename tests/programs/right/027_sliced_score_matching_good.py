# Sliced and denoising score matching for a scalar-energy model, then Langevin sampling.
import torch
import torch.nn as nn

torch.set_num_threads(1)


class Energy(nn.Module):
    def __init__(self, d=2, h=48):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(d, h), nn.Softplus(), nn.Linear(h, h), nn.Softplus(), nn.Linear(h, 1))

    def forward(self, x):
        return self.f(x).squeeze(-1) + 0.05 * x.pow(2).sum(-1)


def score(energy, x, create_graph):
    return -torch.autograd.grad(energy(x).sum(), x, create_graph=create_graph)[0]


def sliced_sm(energy, x, n_proj=2):
    x = x.detach().repeat(n_proj, 1).requires_grad_(True)
    v = torch.randn_like(x).sign()
    s = score(energy, x, create_graph=True)
    sv = (s * v).sum()
    (hv,) = torch.autograd.grad(sv, x, create_graph=True)
    return ((hv * v).sum(-1) + 0.5 * s.pow(2).sum(-1)).mean()


def denoising_sm(energy, x, sigma=0.3):
    noise = torch.randn_like(x)
    noisy = (x + sigma * noise).requires_grad_(True)
    s = score(energy, noisy, create_graph=True)
    return 0.5 * (sigma * s + noise).pow(2).sum(-1).mean()


def langevin(energy, n, steps=60, eps=0.02):
    x = torch.randn(n, 2) * 2
    for _ in range(steps):
        x.requires_grad_(True)
        s = score(energy, x, create_graph=False)
        with torch.no_grad():
            x = x + eps * s + (2 * eps) ** 0.5 * torch.randn_like(x)
    return x.detach()


def mixture(n):
    centers = torch.tensor([[2.0, 0.0], [-2.0, 0.0]])
    return centers[torch.randint(0, 2, (n,))] + 0.5 * torch.randn(n, 2)


def fit(objective, steps):
    model = Energy()
    opt = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for i in range(steps):
        opt.zero_grad()
        loss = objective(model, mixture(128))
        loss.backward()
        opt.step()
        losses.append(loss.detach())
    print(f"{objective.__name__}: first {losses[0].item():.3f} last {torch.stack(losses[-10:]).mean().item():.3f}")
    return model


if __name__ == "__main__":
    torch.manual_seed(0)
    for objective in (sliced_sm, denoising_sm):
        model = fit(objective, 100)
        model.requires_grad_(False)
        samples = langevin(model, 200)
        print("  |x| mean", samples[:, 0].abs().mean().item(), "y std", samples[:, 1].std().item())
