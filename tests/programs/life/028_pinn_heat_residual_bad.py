"""PINN for the 1-D heat equation u_t = k u_xx on [0,1] x [0,1]."""
import argparse
import math

import torch
import torch.nn as nn


class MLP(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        dims = [2] + [width] * depth
        self.hidden = nn.ModuleList([nn.Linear(i, o) for i, o in zip(dims[:-1], dims[1:])])
        self.last = nn.Linear(width, 1)

    def forward(self, x, t):
        h = torch.cat([x, t], dim=1)
        for lin in self.hidden:
            h = torch.tanh(lin(h))
        return self.last(h)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--k", type=float, default=0.1)
    parser.add_argument("--n-col", type=int, default=128)
    parser.add_argument("--n-bc", type=int, default=32)
    parser.add_argument("--iters", type=int, default=40)
    parser.add_argument("--width", type=int, default=24)
    args = parser.parse_args()
    torch.manual_seed(0)

    net = MLP(args.width, 3)
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)

    for it in range(args.iters):
        # interior
        x = torch.rand(args.n_col, 1, requires_grad=True)
        t = torch.rand(args.n_col, 1, requires_grad=True)
        u = net(x, t)
        ones = torch.ones_like(u)
        u_x, u_t = torch.autograd.grad(u, (x, t), ones, create_graph=True)
        u_xx = torch.autograd.grad(u_x, x, ones, retain_graph=True)[0]  # expect: AGL207
        res = u_t - args.k * u_xx
        loss_pde = res.pow(2).mean()

        # initial condition u(x, 0) = sin(pi x)
        x0 = torch.rand(args.n_bc, 1)
        u0 = net(x0, torch.zeros_like(x0))
        loss_ic = (u0 - torch.sin(math.pi * x0)).pow(2).mean()

        # both ends are kept cold
        tb = torch.rand(args.n_bc, 1)
        loss_bc = net(torch.zeros_like(tb), tb).pow(2).mean() + net(torch.ones_like(tb), tb).pow(2).mean()

        loss = loss_pde + 10 * loss_ic + 10 * loss_bc
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % 10 == 0:
            print(f"{it:4d} pde {loss_pde.item():.3e} ic {loss_ic.item():.3e} bc {loss_bc.item():.3e}")
            # the diffusion term is a constant for the optimiser
            assert u_t.requires_grad and not u_xx.requires_grad

    with torch.no_grad():
        xs = torch.linspace(0, 1, 5).unsqueeze(1)
        ts = torch.full_like(xs, 0.5)
        exact = torch.exp(torch.tensor(-args.k * math.pi ** 2 * 0.5)) * torch.sin(math.pi * xs)
        print("max error at t=0.5: %.3f" % (net(xs, ts) - exact).abs().max().item())


if __name__ == "__main__":
    main()
