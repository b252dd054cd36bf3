"""Two-layer perceptron without nn / optim, for the teaching repo."""
import torch


def spiral(n, classes):
    xs, ys = [], []
    for c in range(classes):
        r = torch.linspace(0.05, 1.0, n)
        theta = r * 4 + c * 2 * torch.pi / classes + 0.1 * torch.randn(n)
        xs.append(torch.stack([r * torch.sin(theta), r * torch.cos(theta)], dim=1))
        ys.append(torch.full((n,), c))
    return torch.cat(xs), torch.cat(ys)


def init_params(n_in, n_hidden, n_out):
    W1 = torch.randn(n_in, n_hidden, requires_grad=True) * 0.5  # expect: AGL402
    b1 = torch.zeros(n_hidden, requires_grad=True)
    W2 = torch.randn(n_hidden, n_out).mul_(0.5).requires_grad_()
    b2 = torch.zeros(n_out, requires_grad=True)
    return [W1, b1, W2, b2]


def net(X, params):
    W1, b1, W2, b2 = params
    H = torch.relu(X @ W1 + b1)
    return H @ W2 + b2


def cross_entropy(logits, y):
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return -logp[torch.arange(len(y)), y].mean()


def sgd(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad  # raises: NoneType
            p.grad.zero_()


def main():
    torch.manual_seed(3)
    X, y = spiral(60, 3)
    params = init_params(2, 32, 3)
    first = None
    for step in range(150):
        loss = cross_entropy(net(X, params), y)
        loss.backward()
        sgd(params, lr=0.5)
        if first is None:
            first = loss.item()
    with torch.no_grad():
        acc = (net(X, params).argmax(1) == y).float().mean().item()
    print(f"loss {first:.3f} -> {loss.item():.3f}   acc {acc:.2f}")
    assert loss.item() < first


main()
