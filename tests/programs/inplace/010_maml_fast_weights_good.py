import torch
from torch import nn
from torch.func import functional_call


class Regressor(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh())
        self.out = nn.Linear(width, 1)

    def forward(self, x):
        return self.out(self.body(x))


def sample_task(k=8):
    amp, phase = torch.rand(1) * 4 + 0.5, torch.rand(1) * 3.14
    xs, xq = torch.rand(k, 1) * 10 - 5, torch.rand(k, 1) * 10 - 5
    return (xs, amp * torch.sin(xs + phase)), (xq, amp * torch.sin(xq + phase))


class MAML:
    def __init__(self, model, inner_lr=0.01, inner_steps=2):
        self.model = model
        self.inner_lr = inner_lr
        self.inner_steps = inner_steps
        self.meta_opt = torch.optim.Adam(model.parameters(), 1e-3)

    def adapt(self, support):
        x, y = support
        weights = {k: v for k, v in self.model.named_parameters()}
        for _ in range(self.inner_steps):
            pred = functional_call(self.model, weights, (x,))
            loss = nn.functional.mse_loss(pred, y)
            grads = torch.autograd.grad(loss, tuple(weights.values()), create_graph=True)
            weights = {name: w - self.inner_lr * g
                       for (name, w), g in zip(weights.items(), grads)}
        return weights

    def meta_step(self, tasks):
        losses = []
        for support, query in tasks:
            fast = self.adapt(support)
            xq, yq = query
            losses.append(nn.functional.mse_loss(functional_call(self.model, fast, (xq,)), yq))
        meta_loss = torch.stack(losses).mean()
        self.meta_opt.zero_grad()
        meta_loss.backward()
        self.meta_opt.step()
        return meta_loss.item()


if __name__ == "__main__":
    torch.manual_seed(1)
    learner = MAML(Regressor())
    for it in range(3):
        print(it, learner.meta_step([sample_task() for _ in range(4)]))
