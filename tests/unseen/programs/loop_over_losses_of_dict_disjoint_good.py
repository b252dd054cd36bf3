import torch
class Ensemble:
    def __init__(self, members, optimizers):
        self.members, self.optimizers = members, optimizers
    def step(self, x, y):
        losses = {k: (m(x) - y).square().mean() for k, m in self.members.items()}
        for k, loss in losses.items():
            self.optimizers[k].zero_grad()
            loss.backward()
            self.optimizers[k].step()
        return {k: v.item() for k, v in losses.items()}
