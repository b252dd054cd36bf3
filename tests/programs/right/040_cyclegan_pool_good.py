"""CycleGAN-like training with shared generator optimizer, image pools and history of detached fakes."""
import itertools
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class ImagePool:
    def __init__(self, size=50):
        self.size, self.images = size, []

    def query(self, images):
        out = []
        for image in images.detach():
            image = image.unsqueeze(0)
            if len(self.images) < self.size:
                self.images.append(image)
                out.append(image)
            elif random.random() > 0.5:
                i = random.randrange(self.size)
                old = self.images[i].clone()
                self.images[i] = image
                out.append(old)
            else:
                out.append(image)
        return torch.cat(out)


def set_requires_grad(nets, flag):
    for net in nets:
        for p in net.parameters():
            p.requires_grad = flag


def G():
    return nn.Sequential(nn.Linear(2, 32), nn.ReLU(True), nn.Linear(32, 2))


def D():
    return nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2, True), nn.Linear(32, 1))


class CycleGAN:
    def __init__(self, lam=5.0):
        self.G_A, self.G_B, self.D_A, self.D_B = G(), G(), D(), D()
        self.pool_A, self.pool_B, self.lam = ImagePool(), ImagePool(), lam
        self.opt_G = torch.optim.Adam(itertools.chain(self.G_A.parameters(), self.G_B.parameters()), 2e-3, (0.5, 0.999))
        self.opt_D = torch.optim.Adam(itertools.chain(self.D_A.parameters(), self.D_B.parameters()), 2e-3, (0.5, 0.999))
        self.optimizers = [self.opt_G, self.opt_D]
        self.schedulers = [torch.optim.lr_scheduler.LambdaLR(o, lambda e: 1.0 - max(0, e - 3) / 4) for o in self.optimizers]

    @staticmethod
    def gan(pred, real):
        return F.mse_loss(pred, torch.ones_like(pred) if real else torch.zeros_like(pred))

    def forward(self, a, b):
        self.real_A, self.real_B = a, b
        self.fake_B, self.fake_A = self.G_A(a), self.G_B(b)
        self.rec_A, self.rec_B = self.G_B(self.fake_B), self.G_A(self.fake_A)

    def backward_D(self, net, real, fake):
        loss = 0.5 * (self.gan(net(real), True) + self.gan(net(fake.detach()), False))
        loss.backward()
        return loss.item()

    def optimize(self, a, b):
        self.forward(a, b)
        set_requires_grad([self.D_A, self.D_B], False)
        self.opt_G.zero_grad()
        adv = self.gan(self.D_A(self.fake_B), True) + self.gan(self.D_B(self.fake_A), True)
        cyc = F.l1_loss(self.rec_A, a) + F.l1_loss(self.rec_B, b)
        idt = F.l1_loss(self.G_A(b), b) + F.l1_loss(self.G_B(a), a)
        (adv + self.lam * cyc + 0.1 * idt).backward()
        self.opt_G.step()
        set_requires_grad([self.D_A, self.D_B], True)
        self.opt_D.zero_grad()
        d_a = self.backward_D(self.D_A, b, self.pool_B.query(self.fake_B))
        d_b = self.backward_D(self.D_B, a, self.pool_A.query(self.fake_A))
        self.opt_D.step()
        return {"adv": adv.item(), "cyc": cyc.item(), "D": d_a + d_b}


if __name__ == "__main__":
    torch.manual_seed(0)
    random.seed(0)
    model = CycleGAN()
    for epoch in range(6):
        sums = {}
        for _ in range(12):
            a = torch.randn(32, 2) * 0.3 + torch.tensor([1.0, 0.0])
            b = torch.randn(32, 2) * 0.3 + torch.tensor([0.0, 1.0])
            for k, v in model.optimize(a, b).items():
                sums[k] = sums.get(k, 0.0) + v / 12
        for s in model.schedulers:
            s.step()
        print(epoch, {k: round(v, 3) for k, v in sums.items()})
