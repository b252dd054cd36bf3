import torch as th
from torch import nn


def clear_gradients(*modules):
    for m in modules:
        for p in m.parameters():
            p.grad = None


def flat_grad(module):
    return th.cat([p.grad.view(-1) for p in module.parameters() if p.grad is not None])


class TwoTower(nn.Module):
    def __init__(self, d_user=6, d_item=9, k=8):
        super().__init__()
        self.user = nn.Sequential(nn.Linear(d_user, 16), nn.ReLU(), nn.Linear(16, k))
        self.item = nn.Sequential(nn.Linear(d_item, 16), nn.ReLU(), nn.Linear(16, k))

    def forward(self, u, i):
        return self.user(u) @ self.item(i).t()


def train_step(model, log_tau, opt, batch):
    users, items = batch
    clear_gradients(model)
    log_tau.grad = None
    logits = model(users, items) / log_tau.exp()
    labels = th.arange(len(users))
    loss = 0.5 * (nn.functional.cross_entropy(logits, labels) + nn.functional.cross_entropy(logits.t(), labels))
    loss.backward()
    norm = flat_grad(model).norm()
    opt.step()
    return loss.item(), norm.item()


def main():
    th.manual_seed(0)
    model = TwoTower()
    log_tau = nn.Parameter(th.tensor(0.0))
    opt = th.optim.Adam([{"params": model.parameters()}, {"params": [log_tau], "lr": 1e-2}], lr=3e-3)
    for step in range(15):
        z = th.randn(12, 6)
        batch = (z, th.cat([z, th.randn(12, 3)], dim=1))
        loss, norm = train_step(model, log_tau, opt, batch)
        if step % 5 == 0:
            print(f"{step} loss {loss:.3f} |g| {norm:.3f} tau {log_tau.exp().item():.3f}")


if __name__ == "__main__":
    main()
