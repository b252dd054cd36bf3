import copy
import torch
import torch.nn as nn


class BaseFinetuner:
    def __init__(self, model, lr=0.05):
        self.model = model
        self.opt = torch.optim.SGD(self.model.parameters(), lr=lr)
        self.loss_fn = nn.CrossEntropyLoss()

    def backward_pass(self, batch):
        x, y = batch
        loss = self.loss_fn(self.model(x), y)
        loss.backward(retain_graph=True)  # subclasses may need the graph  # expect: AGL205
        return loss

    def step(self, batch):
        self.opt.zero_grad()
        loss = self.backward_pass(batch)
        self.opt.step()
        return loss.item()


class L2SPFinetuner(BaseFinetuner):
    """Penalises the distance from the pretrained weights (L2-SP)."""

    def __init__(self, model, lr=0.05, weight=0.1):
        super().__init__(model, lr)
        self.weight = weight
        self.anchor = [p.detach().clone() for p in model.parameters()]

    def penalty(self):
        return self.weight * sum((p - a).pow(2).sum() for p, a in zip(self.model.parameters(), self.anchor))

    def backward_pass(self, batch):
        loss = super().backward_pass(batch)
        penalty = self.penalty()
        penalty.backward()
        return loss + penalty


def expected_gradients(tuner, batch):
    x, y = batch
    params = list(tuner.model.parameters())
    data = torch.autograd.grad(tuner.loss_fn(tuner.model(x), y), params)
    pen = torch.autograd.grad(tuner.penalty(), params)
    return data, pen


if __name__ == "__main__":
    torch.manual_seed(0)
    pretrained = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 3))
    tuner = L2SPFinetuner(copy.deepcopy(pretrained))
    for it in range(6):
        batch = torch.randn(24, 5), torch.randint(0, 3, (24,))
        data, pen = expected_gradients(tuner, batch)
        print(it, f"{tuner.step(batch):.4f}")
    for p, d, q in zip(tuner.model.parameters(), data, pen):
        assert torch.allclose(p.grad, d + q, atol=1e-5)
