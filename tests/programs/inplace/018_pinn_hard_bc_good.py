"""1D Poisson  u'' = -pi^2 sin(pi x), u(0)=u(1)=0, with a hard boundary ansatz."""
import math
import torch
import torch.nn as nn
from torch.autograd import grad


class Net(nn.Module):
    def __init__(self, width=20, depth=2):
        super().__init__()
        dims = [1] + [width] * depth
        self.hidden = nn.ModuleList([nn.Linear(a, b) for a, b in zip(dims[:-1], dims[1:])])
        self.last = nn.Linear(width, 1)

    def raw(self, x):
        for layer in self.hidden:
            x = torch.tanh(layer(x))
        return torch.tanh(self.last(x))


class HardBC(Net):
    def forward(self, x):
        u = self.raw(x)
        return u * x * (1 - x)


def derivative(y, x):
    return grad(y, x, grad_outputs=torch.ones_like(y), create_graph=True)[0]


def residual(net, x):
    u = net(x)
    du = derivative(u, x)
    d2u = derivative(du, x)
    return d2u + math.pi ** 2 * torch.sin(math.pi * x)


def solve(net, iters=5, n=64):
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for i in range(iters):
        x = torch.rand(n, 1, requires_grad=True)
        loss = residual(net, x).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        print("it %d  residual %.4e" % (i, loss.item()))
    return net


if __name__ == "__main__":
    torch.manual_seed(42)
    net = solve(HardBC())
    xs = torch.linspace(0, 1, 11).view(-1, 1)
    with torch.no_grad():
        print((net(xs) - torch.sin(math.pi * xs)).abs().max().item())
