"""Metrics that are fed batch by batch, and an evaluator for any model."""
import torch


class Metric:
    def __init__(self):
        self.reset()

    def reset(self):
        self.predictions, self.targets = [], []

    def update(self, prediction, target):
        self.predictions.append(prediction)
        self.targets.append(target)

    def compute(self):
        raise NotImplementedError


class Correlation(Metric):
    def compute(self):
        p, t = torch.cat(self.predictions).flatten(), torch.cat(self.targets).flatten()
        return torch.corrcoef(torch.stack([p, t]))[0, 1].item()


class Evaluator:
    def __init__(self, model, loader, metrics):
        self.model = model
        self.loader = loader
        self.metrics = metrics

    @torch.no_grad()
    def run(self):
        training = self.model.training
        self.model.eval()
        for metric in self.metrics.values():
            metric.reset()
        for x, y in self.loader:
            prediction = self.model(x)
            for metric in self.metrics.values():
                metric.update(prediction, y)
        self.model.train(training)
        return {name: metric.compute() for name, metric in self.metrics.items()}


def make_evaluator(model, loader):
    return Evaluator(model, loader, {"correlation": Correlation()})
