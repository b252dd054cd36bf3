"""Full-batch fitting with LBFGS; the closure comes from a factory method."""
import torch


class FullBatchFitter:
    def __init__(self, model, criterion, regularizer=None, lr=1.0, history=10):
        self.model = model
        self.criterion = criterion
        self.regularizer = regularizer
        self.optimizer = torch.optim.LBFGS(self.model.parameters(), lr=lr, history_size=history)
        self.evaluations = 0

    def objective(self, x, y):
        loss = self.criterion(self.model(x), y)
        if self.regularizer is not None:
            loss = loss + self.regularizer(self.model)
        return loss

    def make_closure(self, x, y):
        def closure():
            self.optimizer.zero_grad()
            loss = self.objective(x, y)
            loss.backward()
            self.evaluations += 1
            return loss

        return closure

    def fit(self, x, y, rounds=10, tolerance=1e-6):
        previous = float("inf")
        for _ in range(rounds):
            current = self.optimizer.step(self.make_closure(x, y)).item()
            if previous - current < tolerance:
                break
            previous = current
        return previous


class WeightDecay:
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, model):
        return self.strength * sum(p.square().sum() for p in model.parameters())
