# %% [markdown]
# Physics-informed network for u_t + u u_x = nu u_xx, second derivatives by autograd

# %%
import math

import torch
import torch.nn as nn

torch.set_num_threads(1)

torch.manual_seed(0)
nu = 0.05


class PINN(nn.Module):
    def __init__(self, width=24, depth=3):
        super().__init__()
        dims = [2] + [width] * depth
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims[:-1], dims[1:]))
        self.out = nn.Linear(width, 1)

    def forward(self, x, t):
        h = torch.cat([x, t], dim=1)
        for layer in self.hidden:
            h = torch.tanh(layer(h))
        return self.out(h)


def d(u, x):
    return torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]


def residual(net, x, t):
    u = net(x, t)
    u_x = d(u, x)
    u_t = d(u, t)
    u_xx = d(u_x, x)
    return u_t + u * u_x - nu * u_xx


# %%
net = PINN()
x_ic = torch.linspace(-1, 1, 64).unsqueeze(1)
t_ic = torch.zeros_like(x_ic)
u_ic = -torch.sin(math.pi * x_ic)
t_bc = torch.rand(32, 1)


def total_loss(xf, tf):
    pde = residual(net, xf, tf).pow(2).mean()
    ic = (net(x_ic, t_ic) - u_ic).pow(2).mean()
    bc = net(torch.ones_like(t_bc), t_bc).pow(2).mean() + net(-torch.ones_like(t_bc), t_bc).pow(2).mean()
    return pde + 10 * ic + bc, pde


# %% phase one: Adam with fresh collocation points
adam = torch.optim.Adam(net.parameters(), lr=5e-3)
sched = torch.optim.lr_scheduler.ExponentialLR(adam, gamma=0.99)
for step in range(80):
    xf = (torch.rand(128, 1) * 2 - 1).requires_grad_()
    tf = torch.rand(128, 1, requires_grad=True)
    adam.zero_grad()
    loss, pde = total_loss(xf, tf)
    loss.backward()
    adam.step()
    sched.step()
    if step % 20 == 0:
        print(f"adam {step:3d} loss {loss.item():.4f} pde {pde.item():.4f}")

# %% phase two: L-BFGS with fixed points
xf = (torch.rand(256, 1) * 2 - 1).requires_grad_()
tf = torch.rand(256, 1, requires_grad=True)
lbfgs = torch.optim.LBFGS(net.parameters(), max_iter=25, line_search_fn="strong_wolfe")


def closure():
    lbfgs.zero_grad()
    loss, _ = total_loss(xf, tf)
    loss.backward()
    return loss


lbfgs.step(closure)

# %% residual on a test grid still needs grad with respect to the inputs
xg = torch.linspace(-1, 1, 50).unsqueeze(1).requires_grad_()
tg = torch.full((50, 1), 0.5, requires_grad=True)
res = residual(net, xg, tg).detach()
print("final rms residual", res.pow(2).mean().sqrt().item())
