"""PINN for the damped oscillator u'' + c u' + k u = 0, u(0)=1, u'(0)=0."""
import torch
import torch.nn as nn


class PINN(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
        )

    def forward(self, t):
        return self.net(t)


def derivative(y, t):
    return torch.autograd.grad(y, t, torch.ones_like(y), create_graph=True)[0]


def residual_loss(model, t, c, k):
    u = model(t)
    du = derivative(u, t)
    ddu = derivative(du, t)
    return (ddu + c * du + k * u).pow(2).mean()


def initial_loss(model):
    t0 = torch.zeros(1, 1, requires_grad=True)
    u0 = model(t0)
    return (u0 - 1).pow(2).mean() + derivative(u0, t0).pow(2).mean()


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def solve(c=0.4, k=25.0, lr=1e-4, max_norm=0.5, iters=40):
    torch.manual_seed(8)
    model = PINN()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    moves = []
    for it in range(iters):
        t = torch.rand(64, 1, requires_grad=True)
        loss = residual_loss(model, t, c, k) + 100 * initial_loss(model)
        prev = flat(model)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        opt.step()
        moves.append((flat(model) - prev).norm().item())
        if it % 10 == 0:
            print(f"{it:3d} loss {loss.item():.4f}")
    return max(moves), lr * max_norm


if __name__ == "__main__":
    biggest, allowed = solve()
    assert biggest < 1.01 * allowed, (biggest, allowed)
