"""First-order MAML on sinusoid regression.

Every task gets a copy of the meta model, the copy is adapted for a few steps on the
support set and the query gradient of the adapted copy drives the meta update.
"""
import copy
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class SineTask:
    def __init__(self):
        self.amplitude = torch.empty(1).uniform_(0.5, 3.0)
        self.phase = torch.empty(1).uniform_(0.0, math.pi)

    def batch(self, k):
        x = torch.empty(k, 1).uniform_(-5.0, 5.0)
        return x, self.amplitude * torch.sin(x + self.phase)


def build_net():
    return nn.Sequential(nn.Linear(1, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 1))


def adapt(model, task, inner_lr, inner_steps, shots=10):
    learner = copy.deepcopy(model)
    inner_opt = torch.optim.SGD(learner.parameters(), lr=inner_lr)
    x, y = task.batch(shots)
    for _ in range(inner_steps):
        inner_opt.zero_grad()
        F.mse_loss(learner(x), y).backward()
        inner_opt.step()
    inner_opt.zero_grad()
    return learner


def add_gradients(model, learner, scale):
    for p, q in zip(model.parameters(), learner.parameters()):
        g = q.grad.detach() * scale
        p.grad = g if p.grad is None else p.grad + g


def meta_train(model, meta_opt, iterations, tasks_per_batch=4, inner_lr=0.01, inner_steps=3):
    for it in range(iterations):
        meta_opt.zero_grad()
        total = 0.0
        for _ in range(tasks_per_batch):
            task = SineTask()
            learner = adapt(model, task, inner_lr, inner_steps)
            xq, yq = task.batch(20)
            query_loss = F.mse_loss(learner(xq), yq)
            query_loss.backward()
            add_gradients(model, learner, 1.0 / tasks_per_batch)
            total += query_loss.item()
        meta_opt.step()
        if it % 15 == 0:
            print(f"iteration {it:3d} query loss {total / tasks_per_batch:.4f}")


def meta_test(model, n_tasks=10):
    losses = []
    for _ in range(n_tasks):
        task = SineTask()
        learner = adapt(model, task, inner_lr=0.01, inner_steps=5)
        x, y = task.batch(50)
        with torch.no_grad():
            losses.append(F.mse_loss(learner(x), y).item())
    return sum(losses) / len(losses)


def main():
    torch.manual_seed(42)
    model = build_net()
    meta_opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    print(f"post-adaptation loss before: {meta_test(model):.4f}")
    meta_train(model, meta_opt, iterations=60)
    print(f"post-adaptation loss after:  {meta_test(model):.4f}")


if __name__ == "__main__":
    main()
