import torch
class Probe:
    def __init__(self, backbone, head, optimizer):
        self.backbone, self.head, self.optimizer = backbone.eval(), head, optimizer
        self.cache = {}
    def features(self, i, x):
        if i not in self.cache:
            with torch.no_grad():
                self.cache[i] = self.backbone(x)
        return self.cache[i]
    def fit(self, loader, epochs):
        for _ in range(epochs):
            for i, (x, y) in enumerate(loader):
                loss = torch.nn.functional.cross_entropy(self.head(self.features(i, x)), y)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
