import torch
def repackage(h):
    return h.detach() if isinstance(h, torch.Tensor) else tuple(repackage(v) for v in h)
class LMTrainer:
    def __init__(self, model, optimizer, criterion, bptt=35):
        self.model, self.optimizer, self.criterion, self.bptt = model, optimizer, criterion, bptt
    def epoch(self, data):
        hidden = self.model.init_hidden(data.size(1))
        total = 0.0
        for i in range(0, data.size(0) - 1, self.bptt):
            x, y = data[i : i + self.bptt], data[i + 1 : i + 1 + self.bptt]
            hidden = repackage(hidden)
            out, hidden = self.model(x, hidden)
            loss = self.criterion(out, y)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 0.25)
            self.optimizer.step()
            total += loss.item()
        return total
