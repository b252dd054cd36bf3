import torch
class Joint:
    def __init__(self, encoder, heads, optimizers):
        self.encoder, self.heads, self.optimizers = encoder, heads, optimizers
    def losses(self, x, ys):
        h = self.encoder(x)
        return [torch.nn.functional.cross_entropy(head(h), y) for head, y in zip(self.heads, ys)]
    def step(self, x, ys):
        losses = self.losses(x, ys)
        for o in self.optimizers:
            o.zero_grad()
        for i, loss in enumerate(losses):
            loss.backward(retain_graph=i + 1 < len(losses))
        for o in self.optimizers:
            o.step()
        return [loss.item() for loss in losses]
def main(encoder, heads, optimizers, loader):
    j = Joint(encoder, heads, optimizers)
    for x, ys in loader:
        j.step(x, ys)
