import torch
import torch.nn as nn


class Controller(nn.Module):
    def __init__(self, n_in=2, n_hidden=12):
        super().__init__()
        self.cell = nn.RNNCell(n_in, n_hidden)
        self.head = nn.Linear(n_hidden, 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.head(h), h


def sequence_gradients(model, xs, ys, chunk=5):
    """Accumulates into .grad; a backward for every `chunk` steps."""
    h = torch.zeros(xs.size(1), 12)
    loss, shown = 0.0, 0.0
    for t in range(len(xs)):
        out, h = model(xs[t], h)
        err = (out - ys[t]).pow(2).mean()
        loss = loss + err
        shown += err.item()
        if (t + 1) % chunk == 0:
            loss.backward(retain_graph=True)  # expect: AGL206
    return shown


def full_loss(model, xs, ys):
    h, loss = torch.zeros(xs.size(1), 12), 0.0
    for x, y in zip(xs, ys):
        out, h = model(x, h)
        loss = loss + (out - y).pow(2).mean()
    return loss


def adding_problem(T, n):
    x = torch.rand(T, n, 2)
    x[..., 1] = (x[..., 1] > 0.8).float()
    return x, (x[..., 0] * x[..., 1]).cumsum(0).unsqueeze(-1)


torch.manual_seed(0)
model = Controller()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for it in range(5):
    xs, ys = adding_problem(10, 8)
    optimizer.zero_grad()
    value = sequence_gradients(model, xs, ys)
    used = [p.grad.clone() for p in model.parameters()]
    true = torch.autograd.grad(full_loss(model, xs, ys), list(model.parameters()))
    first = torch.autograd.grad(full_loss(model, xs[:5], ys[:5]), list(model.parameters()))
    optimizer.step()
    print(it, round(value, 4))

for g, t, f in zip(used, true, first):
    assert torch.allclose(g, t + f, atol=1e-4) and not torch.allclose(g, t, atol=1e-4)
