"""Physics-informed network for u'' + u = 0, u(0)=1, u'(0)=0."""
import torch
from torch import nn

torch.set_default_dtype(torch.float64)


class PINN(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(),
            nn.Linear(width, width), nn.Tanh(),
            nn.Linear(width, 1),
        )

    def forward(self, t):
        return self.layers(t)


def derivative(y, x):
    (g,) = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)
    return g


class OscillatorLoss:
    def __init__(self, n_points=32, t_max=3.0, ic_weight=10.0):
        self.t = torch.linspace(0, t_max, n_points).unsqueeze(1).requires_grad_(True)
        self.t0 = torch.zeros(1, 1, requires_grad=True)
        self.ic_weight = ic_weight
        self.calls = 0

    def __call__(self, net):
        self.calls += 1
        u = net(self.t)
        residual = derivative(derivative(u, self.t), self.t) + u
        u0 = net(self.t0)
        du0 = derivative(u0, self.t0)
        ic = (u0 - 1).pow(2) + du0.pow(2)
        return residual.pow(2).mean() + self.ic_weight * ic.squeeze()


def make_closure(net, objective, optimizer):
    params = list(net.parameters())

    def closure():
        loss = objective(net)
        loss.backward(inputs=params)  # expect: AGL311
        return loss

    return closure


def solve(net, objective, outer=4):
    optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=6, history_size=10)
    closure = make_closure(net, objective, optimizer)
    for k in range(outer):
        optimizer.zero_grad()
        loss = optimizer.step(closure)
        print(f"outer {k}: loss {loss.item():.5f} after {objective.calls} evaluations")
    return optimizer, closure


def max_error(net, t_max=3.0):
    t = torch.linspace(0, t_max, 101).unsqueeze(1)
    with torch.no_grad():
        return (net(t) - torch.cos(t)).abs().max().item()


def main():
    torch.manual_seed(50)
    net, objective = PINN(), OscillatorLoss()
    optimizer, closure = solve(net, objective)
    print(f"max error vs cos: {max_error(net):.4f}")
    assert objective.calls > 4

    weight = net.layers[2].weight
    optimizer.zero_grad()
    closure()
    once = weight.grad.clone()
    closure()
    assert torch.allclose(weight.grad, 2 * once)


if __name__ == "__main__":
    main()
