import torch
class T:
    def __init__(self, model, optimizer, criterion, amp):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.scaler = torch.amp.GradScaler("cpu") if amp else None
    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        if self.scaler:
            self.scaler.scale(loss).backward()
            self.scaler.step(self.optimizer)
            self.scaler.update()
        else:
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
def main(model, optimizer, criterion, loader, amp):
    t = T(model, optimizer, criterion, amp)
    for x, y in loader:
        t.step(x, y)
