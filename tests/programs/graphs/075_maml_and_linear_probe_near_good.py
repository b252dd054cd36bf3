import torch
from torch import nn
from torch.func import functional_call
import torch.nn.functional as F


def make_task():
    w, b = torch.randn(1, 2), torch.randn(1)

    def sample(n):
        x = torch.randn(n, 2)
        return x, torch.tanh(F.linear(x, w, b))

    return sample


def adapt(model, fast, x, y, steps=2, lr=0.1):
    for _ in range(steps):
        loss = F.mse_loss(functional_call(model, fast, (x,)), y)
        grads = torch.autograd.grad(loss, list(fast.values()), create_graph=True)
        fast = {k: v - lr * g for (k, v), g in zip(fast.items(), grads)}
    return fast


def meta_train(model, meta_opt, iterations=6, meta_batch=4):
    for it in range(iterations):
        meta_opt.zero_grad()
        outer = 0.0
        for _ in range(meta_batch):
            task = make_task()
            fast = adapt(model, dict(model.named_parameters()), *task(8))
            xq, yq = task(8)
            query = F.mse_loss(functional_call(model, fast, (xq,)), yq) / meta_batch
            query.backward()
            outer += query.item()
        meta_opt.step()
        print(f"meta iteration {it}: {outer:.4f}")


def linear_probe(model, epochs=5):
    body = model[:-1]
    head = nn.Linear(16, 1)
    opt = torch.optim.SGD(head.parameters(), lr=0.1)
    x = torch.randn(40, 2)
    y = x.prod(1, keepdim=True)
    with torch.no_grad():
        feats = body(x)
    for _ in range(epochs):
        loss = F.mse_loss(head(feats), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item()


if __name__ == "__main__":
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    meta_train(net, torch.optim.Adam(net.parameters(), lr=1e-2))
    print("probe", linear_probe(net))
