import copy
import torch
class FOMAML:
    def __init__(self, model, criterion, inner_lr=0.01, outer_lr=1e-3):
        self.model, self.criterion, self.inner_lr = model, criterion, inner_lr
        self.meta_optimizer = torch.optim.Adam(self.model.parameters(), lr=outer_lr)
    def adapt(self, x, y, steps):
        learner = copy.deepcopy(self.model)
        optimizer = torch.optim.SGD(learner.parameters(), lr=self.inner_lr)
        for _ in range(steps):
            optimizer.zero_grad()
            self.criterion(learner(x), y).backward()
            optimizer.step()
        return learner
    def step(self, tasks):
        self.meta_optimizer.zero_grad()
        for (x, y), (qx, qy) in tasks:
            learner = self.adapt(x, y, 3)
            learner.zero_grad()
            self.criterion(learner(qx), qy).backward()
            for p, q in zip(self.model.parameters(), learner.parameters()):
                g = q.grad / len(tasks)
                p.grad = g.clone() if p.grad is None else p.grad + g
        self.meta_optimizer.step()
