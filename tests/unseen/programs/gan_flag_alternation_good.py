import torch
class Alternating:
    def __init__(self, nets, opts, loss):
        self.nets, self.opts, self.loss = nets, opts, loss
    def fake(self, n):
        return self.nets["G"](torch.randn(n, 16))
    def run(self, loader, k=5):
        for i, real in enumerate(loader):
            self.opts["D"].zero_grad(set_to_none=True)
            d = self.loss(self.nets["D"](real), True) + self.loss(self.nets["D"](self.fake(len(real)).detach()), False)
            d.backward()
            self.opts["D"].step()
            if i % k:
                continue
            self.opts["G"].zero_grad(set_to_none=True)
            self.loss(self.nets["D"](self.fake(len(real))), True).backward()
            self.opts["G"].step()
def main(G, D, loss, loader):
    nets = {"G": G, "D": D}
    Alternating(nets, {k: torch.optim.Adam(n.parameters()) for k, n in nets.items()}, loss).run(loader)
