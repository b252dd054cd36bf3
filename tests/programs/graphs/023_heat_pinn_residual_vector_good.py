import torch
import torch.nn as nn


def derivative(y, x):
    return torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y), create_graph=True)[0]


class HeatPINN(nn.Module):
    def __init__(self, alpha=0.1):
        super().__init__()
        self.alpha = alpha
        self.net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))

    def forward(self, x, t):
        return self.net(torch.cat([x, t], dim=1))

    def pde_loss(self, x, t):
        u = self(x, t)
        u_x = derivative(u, x)
        u_xx = derivative(u_x, x)
        u_t = derivative(u, t)
        residual = u_t - self.alpha * u_xx
        weight = torch.exp(-t.detach())         # causal weighting
        return (weight * residual ** 2).mean()

    def ic_loss(self, x):
        return (self(x, torch.zeros_like(x)) - torch.sin(torch.pi * x)).pow(2).mean()


def sample(n):
    x = torch.rand(n, 1, requires_grad=True)
    t = torch.rand(n, 1, requires_grad=True)
    return x, t


torch.manual_seed(0)
pinn = HeatPINN()
opt = torch.optim.Adam(pinn.parameters(), lr=2e-3)
sched = torch.optim.lr_scheduler.ExponentialLR(opt, gamma=0.99)

for it in range(20):
    opt.zero_grad()
    x, t = sample(48)
    loss = pinn.pde_loss(x, t) + 10.0 * pinn.ic_loss(torch.rand(48, 1))
    loss.backward()
    opt.step()
    sched.step()
print("final loss", loss.item())
