"""MAML (second order and first order) on sinusoids with functional_call."""
import argparse
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call

torch.set_num_threads(1)


def sample_task(k=10):
    amp, phase = torch.empty(1).uniform_(0.5, 3), torch.empty(1).uniform_(0, math.pi)

    def draw():
        x = torch.empty(k, 1).uniform_(-4, 4)
        return x, amp * torch.sin(x + phase)

    return draw(), draw()


def adapt(model, params, support, lr, steps, first_order):
    x, y = support
    fast = dict(params)
    for _ in range(steps):
        loss = F.mse_loss(functional_call(model, fast, (x,)), y)
        grads = torch.autograd.grad(loss, tuple(fast.values()), create_graph=not first_order)
        fast = {name: p - lr * g for (name, p), g in zip(fast.items(), grads)}
    return fast


def evaluate(model, lr, steps=3, tasks=5):
    """The inner loop needs gradients even during evaluation."""
    total = 0.0
    for _ in range(tasks):
        support, (xq, yq) = sample_task()
        detached = {n: p.detach().clone().requires_grad_(True) for n, p in model.named_parameters()}
        fast = adapt(model, detached, support, lr, steps, first_order=True)
        with torch.no_grad():
            total += F.mse_loss(functional_call(model, fast, (xq,)), yq).item()
    return total / tasks


def train(first_order, args):
    torch.manual_seed(args.seed)
    model = nn.Sequential(nn.Linear(1, 40), nn.Tanh(), nn.Linear(40, 40), nn.Tanh(), nn.Linear(40, 1))
    meta_opt = torch.optim.Adam(model.parameters(), lr=args.meta_lr)
    params = dict(model.named_parameters())
    print("before", round(evaluate(model, args.inner_lr), 3))
    for it in range(args.iters):
        meta_opt.zero_grad()
        outer = 0.0
        for _ in range(args.tasks):
            support, (xq, yq) = sample_task()
            fast = adapt(model, params, support, args.inner_lr, args.inner_steps, first_order)
            q_loss = F.mse_loss(functional_call(model, fast, (xq,)), yq)
            (q_loss / args.tasks).backward()  # accumulate; one graph per task
            outer += q_loss.item() / args.tasks
        nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        meta_opt.step()
        if it % 10 == 0:
            print(f"first_order={first_order} it {it} outer {outer:.3f}")
    print("after", round(evaluate(model, args.inner_lr), 3))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--iters", type=int, default=30)
    ap.add_argument("--tasks", type=int, default=4)
    ap.add_argument("--inner_steps", type=int, default=2)
    ap.add_argument("--inner_lr", type=float, default=0.02)
    ap.add_argument("--meta_lr", type=float, default=3e-3)
    ap.add_argument("--seed", type=int, default=0)
    ns = ap.parse_args([])
    for fo in (False, True):
        train(fo, ns)
