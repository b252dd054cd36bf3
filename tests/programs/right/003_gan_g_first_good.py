"""GAN where the generator is updated first, and the same fake batch (detached) is reused for D."""
import torch
import torch.nn as nn

torch.set_num_threads(1)

torch.manual_seed(0)
bce = nn.BCEWithLogitsLoss()
Z, N = 6, 64


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(Z, 32), nn.BatchNorm1d(32), nn.ReLU(inplace=True),
            nn.Linear(32, 32), nn.BatchNorm1d(32), nn.ReLU(inplace=True),
            nn.Linear(32, 10), nn.Tanh(),
        )

    def forward(self, z):
        return self.net(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Linear(10, 32), nn.LeakyReLU(0.2, inplace=True), nn.Dropout(0.2),
            nn.Linear(32, 16), nn.LeakyReLU(0.2, inplace=True),
        )
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        return self.out(self.features(x)).squeeze(1)


def real_batch(n):
    t = torch.linspace(0, 3.14, 10)
    phase = torch.rand(n, 1) * 3.14
    return torch.sin(t + phase) * 0.9


G, D = Generator(), Discriminator()
optimizer_G = torch.optim.Adam(G.parameters(), 1e-3, betas=(0.5, 0.9))
optimizer_D = torch.optim.Adam(D.parameters(), 1e-3, betas=(0.5, 0.9))
sched_G = torch.optim.lr_scheduler.LinearLR(optimizer_G, 1.0, 0.1, total_iters=100)
sched_D = torch.optim.lr_scheduler.LinearLR(optimizer_D, 1.0, 0.1, total_iters=100)
valid = torch.ones(N)
fake_lbl = torch.zeros(N)

g_log, d_log = [], []
for it in range(100):
    imgs = real_batch(N)

    # --- generator: gradients also reach D, but D's are cleared below before its own backward
    optimizer_G.zero_grad()
    z = torch.randn(N, Z)
    gen = G(z)
    g_loss = bce(D(gen), valid)
    g_loss.backward()
    optimizer_G.step()

    # --- discriminator
    optimizer_D.zero_grad()
    loss_real = bce(D(imgs), valid * 0.9)
    loss_fake = bce(D(gen.detach()), fake_lbl)
    d_loss = (loss_real + loss_fake) / 2
    d_loss.backward()
    optimizer_D.step()

    sched_G.step()
    sched_D.step()
    g_log.append(g_loss.item())
    d_log.append(d_loss.item())

print("G", sum(g_log[-20:]) / 20, "D", sum(d_log[-20:]) / 20)
G.eval()
with torch.inference_mode():
    samples = G(torch.randn(16, Z))
print("sample range", samples.min().item(), samples.max().item())
