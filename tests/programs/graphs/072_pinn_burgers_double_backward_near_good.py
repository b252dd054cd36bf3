import torch
from torch import nn


def d(y, x):
    return torch.autograd.grad(y.sum(), x, create_graph=True)[0]


class Burgers(nn.Module):
    def __init__(self, nu=0.05):
        super().__init__()
        self.nu = nu
        self.net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))

    def u(self, t, x):
        return self.net(torch.cat((t, x), -1))

    def residual(self, t, x):
        u = self.u(t, x)
        u_t, u_x = d(u, t), d(u, x)
        return u_t + u * u_x - self.nu * d(u_x, x)


torch.manual_seed(0)
model = Burgers()

# fixed points: leaves which require grad, no history
t_f = torch.rand(100, 1).requires_grad_()
x_f = (torch.rand(100, 1) * 2 - 1).requires_grad_()
x_0 = torch.linspace(-1, 1, 40).unsqueeze(1)
u_0 = -torch.sin(torch.pi * x_0)
t_b = torch.rand(20, 1)

log_w = nn.Parameter(torch.zeros(3))
optimizer = torch.optim.Adam([*model.parameters(), log_w], lr=1e-3)

for it in range(25):
    optimizer.zero_grad(set_to_none=True)
    losses = torch.stack([
        model.residual(t_f, x_f).pow(2).mean(),
        (model.u(torch.zeros_like(x_0), x_0) - u_0).pow(2).mean(),
        model.u(t_b, torch.ones_like(t_b)).pow(2).mean() + model.u(t_b, -torch.ones_like(t_b)).pow(2).mean(),
    ])
    loss = (torch.exp(-log_w) * losses + log_w).sum()
    loss.backward()
    t_f.grad = x_f.grad = None
    optimizer.step()
    if it % 8 == 0:
        print(it, [f"{l:.4f}" for l in losses.tolist()])
