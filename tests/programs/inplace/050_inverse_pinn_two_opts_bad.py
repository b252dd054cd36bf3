import torch
import torch.nn as nn


class Field(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, x, t):
        return self.net(torch.cat([x, t], dim=1))


class HeatEquation(nn.Module):
    """u_t = kappa * u_xx with unknown kappa."""

    def __init__(self):
        super().__init__()
        self.log_kappa = nn.Parameter(torch.tensor(-1.0))

    @property
    def kappa(self):
        return torch.exp(self.log_kappa)

    def residual(self, u, x, t):
        ones = torch.ones_like(u)
        u_t, u_x = torch.autograd.grad(u, (t, x), ones, create_graph=True)
        u_xx, = torch.autograd.grad(u_x, x, ones, create_graph=True)
        return u_t - self.kappa * u_xx


def exact(x, t, kappa=0.2):
    return torch.exp(-kappa * 9.8696 * t) * torch.sin(3.1416 * x)


field, pde = Field(), HeatEquation()
opt_field = torch.optim.Adam(field.parameters(), lr=2e-3)
opt_pde = torch.optim.Adam(pde.parameters(), lr=1e-2)


def data_loss(n=32):
    x, t = torch.rand(n, 1), torch.rand(n, 1)
    return (field(x, t) - exact(x, t)).pow(2).mean()


def pde_loss(n=32):
    x = torch.rand(n, 1, requires_grad=True)
    t = torch.rand(n, 1, requires_grad=True)
    return pde.residual(field(x, t), x, t).pow(2).mean()


def alternate():
    l_data = data_loss()
    l_pde = pde_loss()

    opt_field.zero_grad()
    l_data.backward()
    opt_field.step()  # expect: AGL106

    opt_pde.zero_grad()
    l_pde.backward()  # raises: modified by an inplace operation
    opt_pde.step()
    return l_data.item(), l_pde.item()


torch.manual_seed(0)
for it in range(5):
    d, p = alternate()
    print(f"{it}: data {d:.4f} pde {p:.4f} kappa {pde.kappa.item():.4f}")
