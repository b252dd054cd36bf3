"""Original WGAN with weight clipping under no_grad, RMSprop, critic/generator schedule."""
import torch
from torch import nn, optim

torch.set_num_threads(1)

torch.manual_seed(11)
CLIP = 0.05


def build(in_dim, out_dim, width=40):
    return nn.Sequential(
        nn.Linear(in_dim, width), nn.ReLU(True),
        nn.Linear(width, width), nn.ReLU(True),
        nn.Linear(width, out_dim),
    )


netG = build(5, 3)
netD = build(3, 1)
optD = optim.RMSprop(netD.parameters(), lr=5e-4)
optG = optim.RMSprop(netG.parameters(), lr=5e-4)
dataset = torch.randn(1000, 3) @ torch.tensor([[1.0, 0.3, 0.0], [0.0, 0.8, 0.1], [0.0, 0.0, 0.5]]) + 1.0

one = torch.tensor(1.0)
mone = one * -1
gen_iterations = 0
cursor = 0


def next_real(bs=64):
    global cursor
    if cursor + bs > len(dataset):
        cursor = 0
    out = dataset[cursor:cursor + bs]
    cursor += bs
    return out


def critic_iters(it):
    return 20 if it < 2 or it % 25 == 0 else 5


for gen_iterations in range(40):
    for p in netD.parameters():
        p.requires_grad = True
    for _ in range(critic_iters(gen_iterations)):
        real = next_real()
        netD.zero_grad()
        # two backward calls on two separate graphs, accumulating in the critic
        errD_real = netD(real).mean()
        errD_real.backward(mone)
        with torch.no_grad():
            noise = torch.randn(real.size(0), 5)
            fake = netG(noise)
        errD_fake = netD(fake).mean()
        errD_fake.backward(one)
        optD.step()
        with torch.no_grad():
            for p in netD.parameters():
                p.clamp_(-CLIP, CLIP)

    for p in netD.parameters():
        p.requires_grad = False
    netG.zero_grad()
    noise = torch.randn(64, 5)
    errG = netD(netG(noise)).mean()
    errG.backward(mone)
    optG.step()

    if gen_iterations % 10 == 9:
        w = (errD_real - errD_fake).item()
        print(f"[{gen_iterations + 1}] Wasserstein estimate {w:.5f} G {errG.item():.5f}")

assert all(p.abs().max() <= CLIP + 1e-6 for p in netD.parameters())
with torch.no_grad():
    print("generated mean", netG(torch.randn(256, 5)).mean(0).tolist())
