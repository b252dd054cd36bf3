import torch
class G:
    def __init__(self, gen, disc, og, od, warmup):
        self.gen, self.disc, self.og, self.od, self.warmup = gen, disc, og, od, warmup
        self.i = 0
    def step(self, real, z):
        self.i += 1
        fake = self.gen(z)
        if self.i < self.warmup:
            loss = (fake - real).square().mean()
        else:
            self.od.zero_grad()
            (self.disc(fake.detach()).mean() - self.disc(real).mean()).backward()
            self.od.step()
            loss = -self.disc(fake).mean()
        self.og.zero_grad()
        loss.backward()
        self.og.step()
