"""Physics-informed network for the damped oscillator u'' + 2 z w u' + w^2 u = 0."""
import math

import torch
import torch.nn as nn


class PINN(nn.Module):
    def __init__(self, width=20, depth=2):
        super().__init__()
        dims = [1] + [width] * depth + [1]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims, dims[1:]))

    def forward(self, t):
        for layer in self.layers[:-1]:
            t = torch.tanh(layer(t))
        return self.layers[-1](t)


class Oscillator:
    def __init__(self, omega=2.0, zeta=0.2, t_max=2.0, n=40):
        self.omega, self.zeta = omega, zeta
        self.t = torch.linspace(0, t_max, n).unsqueeze(1).requires_grad_(True)
        self.t0 = torch.zeros(1, 1, requires_grad=True)

    def exact(self, t):
        wd = self.omega * math.sqrt(1 - self.zeta ** 2)
        a = self.zeta * self.omega
        return torch.exp(-a * t) * (torch.cos(wd * t) + a / wd * torch.sin(wd * t))

    @staticmethod
    def derivative(u, t):
        return torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]

    def residual(self, model):
        u = model(self.t)
        du = self.derivative(u, self.t)
        ddu = self.derivative(du, self.t)
        return ddu + 2 * self.zeta * self.omega * du + self.omega ** 2 * u

    def initial(self, model):
        u0 = model(self.t0)
        du0 = self.derivative(u0, self.t0)
        return (u0 - 1.0).pow(2).mean() + du0.pow(2).mean()

    def loss(self, model):
        return self.residual(model).pow(2).mean() * 0.05 + self.initial(model)


def make_closure(model, problem, optimizer, log):
    def closure():
        loss = problem.loss(model)
        loss.backward()  # expect: AGL311
        log.append(loss.item())
        return loss
    return closure


def solve(model, problem, outer=12):
    optimizer = torch.optim.LBFGS(model.parameters(), lr=1.0, max_iter=10, history_size=20,
                                  line_search_fn="strong_wolfe")
    log = []
    closure = make_closure(model, problem, optimizer, log)
    for i in range(outer):
        optimizer.step(closure)
        if i % 3 == 0:
            print(f"outer {i:2d} evaluations {len(log):4d} loss {log[-1]:.3e}")
    return log


def main():
    torch.manual_seed(23)
    problem, model = Oscillator(), PINN()
    solve(model, problem)
    with torch.no_grad():
        t = problem.t.detach()
        err = (model(t) - problem.exact(t)).abs().max().item()
    print(f"max error against the exact solution: {err:.4f}")


if __name__ == "__main__":
    main()
