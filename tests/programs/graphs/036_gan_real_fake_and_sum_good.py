import copy

import torch
import torch.nn as nn
import torch.optim as optim

nz, batch = 6, 32
torch.manual_seed(0)


netG = nn.Sequential(nn.Linear(nz, 24), nn.ReLU(True), nn.Linear(24, 3), nn.Tanh())
netD = nn.Sequential(nn.Linear(3, 24), nn.LeakyReLU(0.2), nn.Linear(24, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizerD = optim.SGD(netD.parameters(), lr=0.02)
optimizerG = optim.SGD(netG.parameters(), lr=0.02)
dataset = [torch.rand(batch, 3) * 0.5 for _ in range(6)]
real_label, fake_label = 1., 0.


def discriminator_pass(real, fake):
    label = torch.full((batch,), real_label)
    errD_real = criterion(netD(real).view(-1), label)
    errD_real.backward()
    label = torch.full((batch,), fake_label)
    errD_fake = criterion(netD(fake.detach()).view(-1), label)
    errD_fake.backward()
    return errD_real + errD_fake


def fresh_gradients(net, real, fake):
    loss = criterion(net(real).view(-1), torch.ones(batch)) + criterion(net(fake.detach()).view(-1), torch.zeros(batch))
    return torch.autograd.grad(loss, list(net.parameters()))


for i, real in enumerate(dataset):
    # (1) Update D network
    fake = netG(torch.randn(batch, nz))
    before = copy.deepcopy(netD)
    netD.zero_grad()
    errD = discriminator_pass(real, fake)
    used = [p.grad.clone() for p in netD.parameters()]
    optimizerD.step()

    # (2) Update G network
    netG.zero_grad()
    errG = criterion(netD(fake).view(-1), torch.full((batch,), real_label))
    errG.backward()
    optimizerG.step()
    print(f"[{i}/{len(dataset)}] Loss_D: {errD.item():.4f} Loss_G: {errG.item():.4f}")

for g, f in zip(used, fresh_gradients(before, real, fake)):
    assert torch.allclose(g, f, atol=1e-5)
