# minimal DCGAN on random "blob" images, 16x16
import argparse
import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--nz", type=int, default=8)
parser.add_argument("--ngf", type=int, default=8)
parser.add_argument("--ndf", type=int, default=8)
parser.add_argument("--niter", type=int, default=8)
opt = parser.parse_args()
torch.manual_seed(999)


def weights_init(m):
    if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(m.weight, 0.0, 0.02)
    elif isinstance(m, nn.BatchNorm2d):
        nn.init.normal_(m.weight, 1.0, 0.02)
        nn.init.zeros_(m.bias)


netG = nn.Sequential(
    nn.ConvTranspose2d(opt.nz, opt.ngf * 2, 4, 1, 0, bias=False),
    nn.BatchNorm2d(opt.ngf * 2),
    nn.ReLU(True),
    nn.ConvTranspose2d(opt.ngf * 2, opt.ngf, 4, 2, 1, bias=False),
    nn.BatchNorm2d(opt.ngf),
    nn.ReLU(True),
    nn.ConvTranspose2d(opt.ngf, 1, 4, 2, 1, bias=False),
    nn.Tanh(),
)
netD = nn.Sequential(
    nn.Conv2d(1, opt.ndf, 4, 2, 1),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(opt.ndf, opt.ndf * 2, 4, 2, 1),
    nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(opt.ndf * 2, 1, 4, 1, 0),
    nn.Flatten(0),
)
netG.apply(weights_init)
netD.apply(weights_init)

criterion = nn.BCEWithLogitsLoss()
optimizerD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(0.5, 0.999))
optimizerG = torch.optim.Adam(netG.parameters(), lr=2e-4, betas=(0.5, 0.999))

yy, xx = torch.meshgrid(torch.linspace(-1, 1, 16), torch.linspace(-1, 1, 16), indexing="ij")


def blobs(n):
    cy, cx = torch.rand(2, n, 1, 1) - 0.5
    return (2 * torch.exp(-8 * ((yy - cy) ** 2 + (xx - cx) ** 2)) - 1).unsqueeze(1)


ones, zeros = torch.ones(opt.batch), torch.zeros(opt.batch)
for i in range(opt.niter):
    real = blobs(opt.batch)
    fake = netG(torch.randn(opt.batch, opt.nz, 1, 1))

    errD = criterion(netD(real), ones) + criterion(netD(fake.detach()), zeros)

    # (1) update D
    optimizerD.zero_grad()
    errD.backward()
    optimizerD.step()

    # (2) update G
    errG = criterion(netD(fake), ones)
    optimizerG.zero_grad()
    errG.backward()
    optimizerG.step()

    print("[%d/%d] Loss_D: %.4f Loss_G: %.4f" % (i, opt.niter, errD.item(), errG.item()))
