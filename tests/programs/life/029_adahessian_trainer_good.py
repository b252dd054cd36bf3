"""A diagonal-Hessian preconditioned optimiser (Hutchinson estimate), AdaHessian light."""
import warnings

import torch
import torch.nn as nn

warnings.filterwarnings("ignore", category=UserWarning)


class DiagHessianSGD:
    def __init__(self, params, lr=0.1, rho=0.9, eps=1e-2):
        self.params = [p for p in params if p.requires_grad]
        self.lr, self.rho, self.eps = lr, rho, eps
        self.graph_grads = None
        self.curv = [torch.zeros_like(p) for p in self.params]

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def gradients(self):
        return [p.grad for p in self.params]

    def _rademacher(self):
        return [torch.randint_like(p, 2) * 2 - 1 for p in self.params]

    def update_curvature(self):
        vs = self._rademacher()
        hvs = torch.autograd.grad(self.graph_grads, self.params, grad_outputs=vs)
        self.graph_grads = None
        for c, v, hv in zip(self.curv, vs, hvs):
            c.mul_(self.rho).addcmul_(v, hv, value=1 - self.rho)

    @torch.no_grad()
    def step(self):
        for p, g, c in zip(self.params, self.gradients(), self.curv):
            p -= self.lr * g / (c.abs().sqrt() + self.eps)


class Fitter:
    def __init__(self, net, optimizer, loss_fn):
        self.net, self.optimizer, self.loss_fn = net, optimizer, loss_fn

    def _differentiate(self, loss):
        opt = self.optimizer
        opt.graph_grads = torch.autograd.grad(loss, opt.params, create_graph=True)
        for p, g in zip(opt.params, opt.graph_grads):
            p.grad = g.detach()

    def step(self, x, y):
        loss = self.loss_fn(self.net(x), y)
        self.optimizer.zero_grad()
        self._differentiate(loss)
        self.optimizer.update_curvature()
        self.optimizer.step()
        return loss.item()


def friedman(n):
    x = torch.rand(n, 5)
    y = 10 * torch.sin(3.1416 * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
    return x, ((y - 14) / 5).unsqueeze(1)


def main():
    torch.manual_seed(31)
    net = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 1))
    opt = DiagHessianSGD(net.parameters(), lr=0.02)
    fitter = Fitter(net, opt, nn.MSELoss())
    x, y = friedman(512)
    for epoch in range(4):
        losses = [fitter.step(xb, yb) for xb, yb in zip(x.split(64), y.split(64))]
        print(f"epoch {epoch}: mse {sum(losses) / len(losses):.4f}")
    assert all(p.grad.grad_fn is None for p in net.parameters())


if __name__ == "__main__":
    main()
