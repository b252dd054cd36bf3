import torch
from torch import nn, optim
from torch.nn.functional import binary_cross_entropy_with_logits as bce


class LSGANish:
    def __init__(self, z=5, lr=0.05):
        self.z = z
        self.gen = nn.Sequential(nn.Linear(z, 16), nn.ReLU(), nn.Linear(16, 2))
        self.dis = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 1))
        self.lr = lr
        self.opt_gen = optim.SGD(self.gen.parameters(), lr=lr)
        self.opt_dis = optim.SGD(self.dis.parameters(), lr=lr)

    def d_loss(self, real):
        fake = self.gen(torch.randn(len(real), self.z)).detach()
        s_real, s_fake = self.dis(real), self.dis(fake)
        return bce(s_real, torch.ones_like(s_real)) + bce(s_fake, torch.zeros_like(s_fake))

    def step_d(self, real):
        self.opt_dis.zero_grad()
        loss = self.d_loss(real)
        loss.backward()
        self.opt_dis.step()
        return loss.item()

    def step_g(self, n):
        self.opt_gen.zero_grad()
        scores = self.dis(self.gen(torch.randn(n, self.z)))
        loss = bce(scores, torch.ones_like(scores))
        loss.backward()
        self.opt_gen.step()
        return loss.item()

    def fit(self, batches):
        for real in batches:
            yield self.step_d(real), self.step_g(len(real))


def step_matches_fresh_gradient(gan, real):
    params = list(gan.dis.parameters())
    torch.manual_seed(123)
    fresh = torch.autograd.grad(gan.d_loss(real), params)
    before = [p.detach().clone() for p in params]
    torch.manual_seed(123)
    gan.step_d(real)
    return all(torch.allclose(p, b - gan.lr * f, atol=1e-6) for p, b, f in zip(params, before, fresh))


torch.manual_seed(0)
gan = LSGANish()
batches = (torch.randn(32, 2) * 0.3 + 1 for _ in range(10))
for it, (d, g) in enumerate(gan.fit(batches)):
    print(it, f"D {d:.3f} G {g:.3f}")
assert step_matches_fresh_gradient(gan, torch.randn(32, 2))
