import copy
import torch
def meta(model, loss_fn, tasks):
    outer = torch.optim.Adam(model.parameters())
    for (x, y), (qx, qy) in tasks:
        learner = copy.deepcopy(model)
        inner = torch.optim.SGD(learner.parameters(), lr=0.1)
        loss_fn(learner(x), y).backward()
        inner.step()
        inner.zero_grad()
        loss_fn(learner(qx), qy).backward()
        outer.zero_grad()
        for p, q in zip(model.parameters(), learner.parameters()):
            p.grad = q.grad
        outer.step()
