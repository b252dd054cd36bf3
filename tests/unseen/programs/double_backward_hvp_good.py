import torch
class Newton:
    def __init__(self, model, criterion, damping=1e-2):
        self.model, self.criterion, self.damping = model, criterion, damping
    def step(self, x, y, iters=5):
        ps = list(self.model.parameters())
        loss = self.criterion(self.model(x), y)
        grads = torch.autograd.grad(loss, ps, create_graph=True)
        v = [torch.zeros_like(g) for g in grads]
        r = [g.detach().clone() for g in grads]
        for i in range(iters):
            hv = torch.autograd.grad(grads, ps, grad_outputs=r, retain_graph=True)
            for a, b, c in zip(v, r, hv):
                a += 0.1 * b
                b -= 0.1 * (c + self.damping * b)
        with torch.no_grad():
            for p, d in zip(ps, v):
                p -= d
def main(model, criterion, loader):
    n = Newton(model, criterion)
    for x, y in loader:
        n.step(x, y)
