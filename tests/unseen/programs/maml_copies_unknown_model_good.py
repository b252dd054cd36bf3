"""MAML for any model: the learner is handed a module and a loss."""
import copy

import torch
from torch.func import functional_call


class MetaLearner:
    def __init__(self, model, loss_fn, inner_lr=0.05, inner_steps=2, outer_lr=1e-3):
        self.model = model
        self.loss_fn = loss_fn
        self.inner_lr = inner_lr
        self.inner_steps = inner_steps
        self.outer = torch.optim.Adam(self.model.parameters(), lr=outer_lr)

    def adapt(self, x, y):
        fast = dict(self.model.named_parameters())
        for _ in range(self.inner_steps):
            loss = self.loss_fn(functional_call(self.model, fast, (x,)), y)
            gradients = torch.autograd.grad(loss, list(fast.values()), create_graph=True)
            fast = {k: p - self.inner_lr * g for (k, p), g in zip(fast.items(), gradients)}
        return lambda inputs: functional_call(self.model, fast, (inputs,))

    def query_loss(self, task):
        learner = self.adapt(*task["support"])
        x, y = task["query"]
        return self.loss_fn(learner(x), y)

    def meta_step(self, tasks):
        self.outer.zero_grad()
        loss = sum(self.query_loss(task) for task in tasks) / len(tasks)
        loss.backward()
        self.outer.step()
        return loss.item()

    def fit(self, sampler, iterations):
        return [self.meta_step(sampler.tasks(4)) for _ in range(iterations)]
