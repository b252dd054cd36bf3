"""Neural ODE with a hand-written RK4 solver and an adjoint autograd.Function."""
import torch
import torch.nn as nn

torch.set_num_threads(1)


def rk4(f, y, t, dt):
    k1 = f(t, y)
    k2 = f(t + dt / 2, y + dt / 2 * k1)
    k3 = f(t + dt / 2, y + dt / 2 * k2)
    k4 = f(t + dt, y + dt * k3)
    return y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


class ODEFunc(nn.Module):
    def __init__(self, d=2, h=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, h), nn.Tanh(), nn.Linear(h, d))

    def forward(self, t, y):
        return self.net(y)


class AdjointSolve(torch.autograd.Function):
    @staticmethod
    def forward(ctx, func, y0, ts, *params):
        ys = [y0]
        for t0, t1 in zip(ts[:-1], ts[1:]):
            ys.append(rk4(func, ys[-1], t0, t1 - t0))
        out = torch.stack(ys)
        ctx.func = func
        ctx.save_for_backward(ts, out, *params)
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_out):
        ts, ys, *params = ctx.saved_tensors
        func = ctx.func
        adj = grad_out[-1].clone()
        pgrads = [torch.zeros_like(p) for p in params]
        for i in range(len(ts) - 1, 0, -1):
            with torch.enable_grad():
                y = ys[i - 1].detach().requires_grad_(True)
                y_next = rk4(func, y, ts[i - 1], ts[i] - ts[i - 1])
                gy, *gp = torch.autograd.grad(y_next, [y, *params], adj, allow_unused=True)
            for acc, g in zip(pgrads, gp):
                if g is not None:
                    acc.add_(g)
            adj = gy + grad_out[i - 1]
        return (None, adj, None, *pgrads)


def odeint_adjoint(func, y0, ts):
    return AdjointSolve.apply(func, y0, ts, *func.parameters())


def odeint(func, y0, ts):
    ys = [y0]
    for t0, t1 in zip(ts[:-1], ts[1:]):
        ys.append(rk4(func, ys[-1], t0, t1 - t0))
    return torch.stack(ys)


if __name__ == "__main__":
    torch.manual_seed(0)
    A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]])
    ts = torch.linspace(0, 1.5, 16)
    with torch.no_grad():
        y0 = torch.randn(32, 2)
        truth = odeint(lambda t, y: y @ A.T, y0, ts)
    func = ODEFunc()

    # the adjoint gradient agrees with plain backpropagation
    ref = torch.autograd.grad(odeint(func, y0, ts).pow(2).mean(), list(func.parameters()))
    adj = torch.autograd.grad(odeint_adjoint(func, y0, ts).pow(2).mean(), list(func.parameters()))
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(ref, adj))

    opt = torch.optim.Adam(func.parameters(), lr=1e-2)
    for it in range(50):
        opt.zero_grad()
        loss = (odeint_adjoint(func, y0, ts) - truth).abs().mean()
        loss.backward()
        opt.step()
        if it % 10 == 0:
            print(f"iter {it:2d} loss {loss.item():.4f}")
