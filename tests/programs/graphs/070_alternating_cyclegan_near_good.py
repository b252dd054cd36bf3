import itertools
import random

import torch
import torch.nn as nn


class ImagePool:
    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, images):
        out = []
        for im in images:
            if len(self.images) < self.size:
                self.images.append(im)
                out.append(im)
            elif random.random() > 0.5:
                k = random.randrange(self.size)
                out.append(self.images[k].clone())
                self.images[k] = im
            else:
                out.append(im)
        return torch.stack(out)


def net(i, o):
    return nn.Sequential(nn.Linear(i, 24), nn.ReLU(), nn.Linear(24, o))


class CycleGAN:
    def __init__(self, d=4):
        self.G_AB, self.G_BA = net(d, d), net(d, d)
        self.D_A, self.D_B = net(d, 1), net(d, 1)
        self.optimizers = {
            "G": torch.optim.Adam(itertools.chain(self.G_AB.parameters(), self.G_BA.parameters()), 1e-3),
            "D": torch.optim.Adam(itertools.chain(self.D_A.parameters(), self.D_B.parameters()), 1e-3),
        }
        self.pools = {"A": ImagePool(40), "B": ImagePool(40)}
        self.gan_loss = lambda s, real: (s - float(real)).pow(2).mean()

    def backward_D(self, D, real, fake):
        loss = 0.5 * (self.gan_loss(D(real), True) + self.gan_loss(D(fake.detach()), False))
        loss.backward()
        return loss.item()

    def optimize(self, a, b):
        fake_b, fake_a = self.G_AB(a), self.G_BA(b)
        cycle = (self.G_BA(fake_b) - a).abs().mean() + (self.G_AB(fake_a) - b).abs().mean()
        g = self.gan_loss(self.D_B(fake_b), True) + self.gan_loss(self.D_A(fake_a), True) + 10 * cycle
        self.optimizers["G"].zero_grad()
        g.backward()
        self.optimizers["G"].step()

        self.optimizers["D"].zero_grad()
        d = self.backward_D(self.D_A, a, self.pools["A"].query(fake_a))
        d += self.backward_D(self.D_B, b, self.pools["B"].query(fake_b))
        self.optimizers["D"].step()
        return g.item(), d


torch.manual_seed(0)
random.seed(0)
gan = CycleGAN()
for it in range(12):
    g, d = gan.optimize(torch.randn(16, 4), torch.randn(16, 4) * 0.5 + 1)
    if it % 4 == 0:
        print(it, round(g, 3), round(d, 3))
