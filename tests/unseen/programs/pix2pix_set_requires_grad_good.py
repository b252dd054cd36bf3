import torch
class Pix2Pix:
    def __init__(self, netG, netD, criterion, optimizer_G, optimizer_D, weight=100.0):
        self.netG, self.netD, self.criterion = netG, netD, criterion
        self.optimizer_G, self.optimizer_D, self.weight = optimizer_G, optimizer_D, weight
    def set_input(self, batch):
        self.real_A, self.real_B = batch["A"], batch["B"]
    def set_requires_grad(self, nets, flag):
        for net in nets if isinstance(nets, list) else [nets]:
            for p in net.parameters():
                p.requires_grad = flag
    def forward(self):
        self.fake_B = self.netG(self.real_A)
    def backward_D(self):
        fake = self.netD(torch.cat((self.real_A, self.fake_B), 1).detach())
        real = self.netD(torch.cat((self.real_A, self.real_B), 1))
        self.loss_D = 0.5 * (self.criterion(fake, False) + self.criterion(real, True))
        self.loss_D.backward()
    def backward_G(self):
        fake = self.netD(torch.cat((self.real_A, self.fake_B), 1))
        self.loss_G = self.criterion(fake, True) + self.weight * (self.fake_B - self.real_B).abs().mean()
        self.loss_G.backward()
    def optimize_parameters(self):
        self.forward()
        self.set_requires_grad(self.netD, True)
        self.optimizer_D.zero_grad()
        self.backward_D()
        self.optimizer_D.step()
        self.set_requires_grad(self.netD, False)
        self.optimizer_G.zero_grad()
        self.backward_G()
        self.optimizer_G.step()
def main(netG, netD, criterion, oG, oD, loader):
    model = Pix2Pix(netG, netD, criterion, oG, oD)
    for batch in loader:
        model.set_input(batch)
        model.optimize_parameters()
