import torch


class Multi:
    def __init__(self, encoder, heads, optimizer):
        self.encoder, self.heads, self.optimizer = encoder, heads, optimizer

    def step(self, x):
        h = self.encoder(x)
        self.optimizer.zero_grad()
        n = len(self.heads)
        for i in range(n):
            last = i == n - 1
            self.heads[i](h).square().mean().backward(retain_graph=not last)
        self.optimizer.step()
