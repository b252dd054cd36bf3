# First-order MAML with deepcopied learners whose grads are moved to the meta model, and Reptile.
import copy

import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)

torch.manual_seed(7)


def make_net():
    return nn.Sequential(nn.Linear(5, 24), nn.ReLU(), nn.Linear(24, 3))


def new_task():
    W = torch.randn(5, 3)

    def batch(n=20):
        x = torch.randn(n, 5)
        return x, (x @ W).argmax(1)

    return batch


def inner_train(learner, batch, steps, lr):
    opt = torch.optim.SGD(learner.parameters(), lr=lr)
    for _ in range(steps):
        x, y = batch()
        opt.zero_grad()
        F.cross_entropy(learner(x), y).backward()
        opt.step()


# ---------------------------------------------------------------- FOMAML
meta = make_net()
meta_opt = torch.optim.Adam(meta.parameters(), lr=5e-3)
for it in range(20):
    meta_opt.zero_grad()
    for p in meta.parameters():
        p.grad = torch.zeros_like(p)
    meta_loss = 0.0
    for _ in range(3):
        task = new_task()
        learner = copy.deepcopy(meta)
        inner_train(learner, task, steps=3, lr=0.1)
        learner.zero_grad()
        x, y = task()
        loss = F.cross_entropy(learner(x), y)
        loss.backward()
        meta_loss += loss.item() / 3
        for p, q in zip(meta.parameters(), learner.parameters()):
            p.grad.add_(q.grad, alpha=1 / 3)
    meta_opt.step()
print(f"FOMAML query loss {meta_loss:.3f}")

# ---------------------------------------------------------------- Reptile
reptile = make_net()
outer_lr = 0.5
for it in range(30):
    before = {k: v.clone() for k, v in reptile.state_dict().items()}
    inner_train(reptile, new_task(), steps=5, lr=0.1)
    after = reptile.state_dict()
    frac = outer_lr * (1 - it / 30)
    reptile.load_state_dict({k: before[k] + (after[k] - before[k]) * frac for k in before})


# ---------------------------------------------------------------- test both
def test(model, n_tasks=6):
    accs = []
    for _ in range(n_tasks):
        task = new_task()
        clone = copy.deepcopy(model)
        inner_train(clone, task, steps=8, lr=0.1)
        clone.eval()
        with torch.no_grad():
            x, y = task(100)
            accs.append((clone(x).argmax(1) == y).float().mean().item())
    return sum(accs) / len(accs)


for name, net in {"fomaml": meta, "reptile": reptile, "scratch": make_net()}.items():
    print(f"{name:8s} acc after adaptation {test(net):.3f}")
