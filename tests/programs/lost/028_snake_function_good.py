"""Snake activation  x + sin(ax)^2 / a  with a learned frequency, as a custom Function."""
import torch
from torch import nn


class SnakeFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, alpha, eps):
        ctx.save_for_backward(x, alpha)
        ctx.eps = eps
        return x + torch.sin(alpha * x) ** 2 / (alpha + eps)

    @staticmethod
    def backward(ctx, grad_out):
        x, alpha = ctx.saved_tensors
        a = alpha + ctx.eps
        sin2 = torch.sin(2 * alpha * x)
        grad_x = grad_out * (1 + sin2 * alpha / a)
        grad_alpha = grad_out * (x * sin2 / a - torch.sin(alpha * x) ** 2 / a ** 2)
        return grad_x, grad_alpha.sum_to_size(alpha.shape), None


class Snake(nn.Module):
    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(channels))
        self.eps = eps

    def forward(self, x):
        return SnakeFunction.apply(x, self.alpha, self.eps)


def build(width):
    return nn.Sequential(
        nn.Linear(1, width), Snake(width),
        nn.Linear(width, width), Snake(width),
        nn.Linear(width, 1),
    )


def train(net, x, y, n_iter, lr):
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    hist = []
    for _ in range(n_iter):
        opt.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        opt.step()
        hist.append(loss.item())
    return hist


def main():
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 100).unsqueeze(1)
    y = torch.sin(2 * x) + 0.2 * x
    net = build(24)
    hist = train(net, x, y, n_iter=200, lr=5e-3)
    print("mse %.4f -> %.4f" % (hist[0], hist[-1]))
    print("alpha", net[1].alpha.detach().min().item(), net[1].alpha.detach().max().item())
    assert hist[-1] < hist[0]


if __name__ == "__main__":
    main()
