import torch


class Meter:
    def __init__(self):
        self.y_pred = []

    def update(self, y_pred):
        self.y_pred.append(y_pred)  # expect: AGL601

    def compute(self):
        return torch.cat(self.y_pred).std()


def train_epoch(model, loader, criterion, optimizer):
    model.train()
    meter = Meter()
    for x, y in loader:
        pred = model(x)
        loss = criterion(pred, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        meter.update(pred)
    print(meter.compute())
