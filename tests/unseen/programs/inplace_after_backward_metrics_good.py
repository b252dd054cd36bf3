import torch
class Recorder:
    def __init__(self):
        self.confusion = torch.zeros(3, 3)
    def update(self, logits, y):
        p = logits.detach().softmax(1)
        p /= p.sum(1, keepdim=True)
        for a, b in zip(y, p.argmax(1)):
            self.confusion[a, b] += 1
class Trainer:
    def __init__(self, model, criterion, optimizer, recorder):
        self.model, self.criterion, self.optimizer, self.recorder = model, criterion, optimizer, recorder
    def step(self, x, y):
        logits = self.model(x)
        loss = self.criterion(logits, y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.recorder.update(logits, y)
def main(model, criterion, optimizer, loader):
    t = Trainer(model, criterion, optimizer, Recorder())
    for x, y in loader:
        t.step(x, y)
