import torch
class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.shadow = {n: p.detach().clone() for n, p in model.named_parameters()}
        self.backup = {}
    def update(self, model):
        for n, p in model.named_parameters():
            self.shadow[n].mul_(self.decay).add_(p.detach(), alpha=1 - self.decay)
    def swap(self, model):
        for n, p in model.named_parameters():
            self.backup[n] = p.data
            p.data = self.shadow[n]
    def restore(self, model):
        for n, p in model.named_parameters():
            p.data = self.backup.pop(n)
def fit(model, optimizer, criterion, loader, validate):
    ema = EMA(model, 0.99)
    for epoch in range(5):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
            ema.update(model)
        ema.swap(model)
        model.eval()
        with torch.no_grad():
            validate(model)
        ema.restore(model)
