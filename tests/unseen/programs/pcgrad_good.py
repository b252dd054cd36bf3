import torch
class PCGrad:
    def __init__(self, optimizer, shared):
        self.optimizer, self.shared = optimizer, list(shared)
    def gradients(self, losses):
        rows = []
        for i, loss in enumerate(losses):
            g = torch.autograd.grad(loss, self.shared, retain_graph=True, allow_unused=True)
            rows.append(torch.cat([torch.zeros_like(p).flatten() if t is None else t.flatten() for t, p in zip(g, self.shared)]))
        return torch.stack(rows)
    def project(self, rows):
        out = rows.clone()
        for i in range(len(rows)):
            for j in range(len(rows)):
                dot = out[i] @ rows[j]
                if i != j and dot < 0:
                    out[i] -= dot * rows[j] / rows[j].square().sum()
        return out.mean(0)
    def step(self, losses):
        flat = self.project(self.gradients(losses))
        self.optimizer.zero_grad()
        sum(losses).backward()
        at = 0
        for p in self.shared:
            p.grad = flat[at : at + p.numel()].view_as(p)
            at += p.numel()
        self.optimizer.step()
def train(model, heads, loader):
    optimizer = torch.optim.Adam([*model.parameters(), *heads.parameters()])
    surgery = PCGrad(optimizer, model.parameters())
    for x, ys in loader:
        h = model(x)
        surgery.step([torch.nn.functional.mse_loss(head(h), y) for head, y in zip(heads, ys)])
