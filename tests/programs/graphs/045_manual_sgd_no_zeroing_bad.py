# Polynomial regression "from scratch"
import torch

torch.manual_seed(0)

x = torch.linspace(-1, 1, 80)
y = 0.5 - 1.5 * x + 2.0 * x ** 3 + 0.05 * torch.randn(80)


def features(x, degree=3):
    return torch.stack([x ** k for k in range(degree + 1)], dim=1)


def init_params(n):
    w = torch.randn(n) * 0.1
    b = torch.zeros(1)
    return [p.requires_grad_(True) for p in (w, b)]


def model(params, phi):
    w, b = params
    return phi @ w + b


def mse(pred, target):
    return ((pred - target) ** 2).mean()


def sgd(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad  # expect: AGL301


phi = features(x)
params = init_params(phi.shape[1])
lr = 0.05
history = []
for epoch in range(30):
    old = [p.detach().clone().requires_grad_(True) for p in params]
    loss = mse(model(params, phi), y)
    loss.backward()
    sgd(params, lr)
    history.append(loss.item())
    if epoch % 10 == 0:
        print('epoch', epoch, 'loss', loss.item())

# compare the last move with the gradient at the point it started from
fresh = torch.autograd.grad(mse(model(old, phi), y), old)
for p, o, g in zip(params, old, fresh):
    assert not torch.allclose(p, o - lr * g, atol=1e-5)
