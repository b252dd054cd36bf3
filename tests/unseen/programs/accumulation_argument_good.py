import torch
class Trainer:
    def __init__(self, model, criterion, optimizer, scheduler, accumulate, on_step=None):
        self.model, self.criterion, self.optimizer, self.scheduler = model, criterion, optimizer, scheduler
        self.accumulate, self.on_step = accumulate, on_step
    def _micro(self, x, y):
        loss = self.criterion(self.model(x), y)
        (loss / self.accumulate).backward()
        return loss.detach()
    def _step(self):
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.scheduler.step()
        self.optimizer.zero_grad(set_to_none=True)
    def epoch(self, loader):
        total = torch.zeros(())
        for i, (x, y) in enumerate(loader, 1):
            total += self._micro(x, y)
            if i % self.accumulate == 0 or i == len(loader):
                self._step()
                if self.on_step:
                    self.on_step(self)
        return total / len(loader)
def main(model, criterion, optimizer, scheduler, loader):
    t = Trainer(model, criterion, optimizer, scheduler, 4)
    for _ in range(3):
        print(t.epoch(loader).item())
