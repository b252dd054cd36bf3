import copy
import torch
def meta(model, loss_fn, tasks):
    outer = torch.optim.Adam(model.parameters())
    for batch in tasks:
        learner = copy.deepcopy(model)
        inner = torch.optim.SGD(learner.parameters(), lr=0.1)
        for x, y in batch:
            inner.zero_grad()
            loss_fn(learner(x), y).backward()
            inner.step()
        outer.zero_grad()
        for p, q in zip(model.parameters(), learner.parameters()):
            p.grad = p.data - q.data
        outer.step()
