import torch
import torch.nn as nn
import torch.nn.functional as F


def positional_encoding(x, n_freq):
    out = [x]
    for k in range(n_freq):
        out += [torch.sin(2.0 ** k * x), torch.cos(2.0 ** k * x)]
    return torch.cat(out, -1)


def sample_along_rays(n_rays, near, far, n_samples, perturb=True):
    z = torch.linspace(near, far, n_samples)
    z = z.broadcast_to(n_rays, n_samples)
    if perturb:
        z += torch.rand(n_rays, n_samples) * (far - near) / n_samples  # expect: AGL105  # raises: more than one element of the written-to tensor
    return z


class NeRF(nn.Module):
    def __init__(self, n_freq=3, width=32):
        super().__init__()
        self.n_freq = n_freq
        d = 3 * (1 + 2 * n_freq)
        self.trunk = nn.Sequential(nn.Linear(d, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.sigma = nn.Linear(width, 1)
        self.rgb = nn.Linear(width, 3)

    def forward(self, pts):
        h = self.trunk(positional_encoding(pts, self.n_freq))
        return F.softplus(self.sigma(h)).squeeze(-1), torch.sigmoid(self.rgb(h))


def render(model, rays_o, rays_d, near=2.0, far=6.0, n_samples=12):
    z = sample_along_rays(rays_o.shape[0], near, far, n_samples)
    pts = rays_o[:, None] + rays_d[:, None] * z[..., None]
    sigma, rgb = model(pts)
    dists = torch.cat([z[:, 1:] - z[:, :-1], torch.full_like(z[:, :1], 1e2)], -1)
    alpha = 1.0 - torch.exp(-sigma * dists)
    trans = torch.cumprod(torch.cat([torch.ones_like(alpha[:, :1]), 1 - alpha + 1e-10], -1), -1)[:, :-1]
    weights = alpha * trans
    return (weights[..., None] * rgb).sum(-2)


def main():
    torch.manual_seed(0)
    model = NeRF()
    opt = torch.optim.Adam(model.parameters(), lr=5e-4)
    origins = torch.randn(64, 3) * 0.1
    dirs = F.normalize(torch.randn(64, 3), dim=-1)
    colors = torch.rand(64, 3)
    for step in range(4):
        sel = torch.randint(0, 64, (24,))
        loss = F.mse_loss(render(model, origins[sel], dirs[sel]), colors[sel])
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(f"step {step} psnr {-10 * torch.log10(loss.detach()).item():.2f}")


if __name__ == "__main__":
    main()
