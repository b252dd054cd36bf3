import torch
class AMPGan:
    def __init__(self, G, D, oG, oD, loss):
        self.G, self.D, self.oG, self.oD, self.loss = G, D, oG, oD, loss
        self.scaler = torch.amp.GradScaler("cpu")
    def _apply(self, optimizer, loss, parameters):
        optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        self.scaler.step(optimizer)
    def step(self, real, z):
        fake = self.G(z)
        self._apply(self.oD, self.loss(self.D(real), 1) + self.loss(self.D(fake.detach()), 0), self.D.parameters())
        self._apply(self.oG, self.loss(self.D(fake), 1), self.G.parameters())
        self.scaler.update()
def main(G, D, oG, oD, loss, loader):
    t = AMPGan(G, D, oG, oD, loss)
    for real, z in loader:
        t.step(real, z)
