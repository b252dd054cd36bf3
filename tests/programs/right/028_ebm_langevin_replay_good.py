"""Energy-based model with a persistent replay buffer and SGLD inner sampling."""
import random

import torch
import torch.nn as nn

torch.set_num_threads(1)


class ConvEnergy(nn.Module):
    def __init__(self, ch=12):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, ch, 3, 2, 1), nn.SiLU(), nn.Conv2d(ch, 2 * ch, 3, 2, 1), nn.SiLU(), nn.Flatten(),
        )
        self.fc = nn.Linear(2 * ch * 4, 1)

    def forward(self, x):
        return self.fc(self.conv(x)).squeeze(-1)


class Sampler:
    def __init__(self, model, shape=(1, 8, 8), size=512):
        self.model, self.shape, self.max = model, shape, size
        self.examples = [torch.rand(1, *shape) * 2 - 1 for _ in range(64)]

    def sample(self, n, steps=15):
        n_new = sum(random.random() < 0.05 for _ in range(n))
        init = [torch.rand(n_new, *self.shape) * 2 - 1] + random.choices(self.examples, k=n - n_new)
        out = self.langevin(torch.cat(init), steps)
        self.examples = (list(out.split(1)) + self.examples)[:self.max]
        return out

    def langevin(self, x, steps, step_size=2.0):
        training = self.model.training
        self.model.eval()
        flags = [p.requires_grad for p in self.model.parameters()]
        for p in self.model.parameters():
            p.requires_grad_(False)
        x = x.detach().clone().requires_grad_(True)
        noise = torch.empty_like(x)
        for _ in range(steps):
            noise.normal_(0, 0.005)
            with torch.no_grad():
                x.add_(noise).clamp_(-1, 1)
            self.model(x).sum().backward()
            with torch.no_grad():
                x.grad.clamp_(-0.03, 0.03)
                x.sub_(step_size * x.grad).clamp_(-1, 1)
            x.grad = None
        for p, f in zip(self.model.parameters(), flags):
            p.requires_grad_(f)
        self.model.train(training)
        return x.detach()


def blobs(n):
    yy, xx = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    c = torch.rand(n, 2, 1, 1) * 4 + 2
    img = torch.exp(-((yy - c[:, 0]) ** 2 + (xx - c[:, 1]) ** 2) / 3)
    return img.unsqueeze(1) * 2 - 1


def main():
    torch.manual_seed(0)
    random.seed(0)
    model = ConvEnergy()
    sampler = Sampler(model)
    opt = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.0, 0.999))
    sched = torch.optim.lr_scheduler.StepLR(opt, 20, gamma=0.9)
    for it in range(40):
        real = blobs(32)
        real = (real + 0.005 * torch.randn_like(real)).clamp(-1, 1)
        fake = sampler.sample(32)
        e_real, e_fake = model(torch.cat([real, fake])).chunk(2)
        reg = 0.1 * (e_real ** 2 + e_fake ** 2).mean()
        cdiv = e_real.mean() - e_fake.mean()
        opt.zero_grad()
        (cdiv + reg).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        opt.step()
        sched.step()
        if it % 10 == 0:
            print(f"it {it} cdiv {cdiv.item():+.4f} reg {reg.item():.4f} buffer {len(sampler.examples)}")


if __name__ == "__main__":
    main()
