import torch
import torch.nn as nn

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def build_optimizers(modules, spec):
    opts = {}
    for name, module in modules.items():
        kind, lr = spec[name]
        opts[name] = OPTIMIZERS[kind](module.parameters(), lr=lr)
    return opts


class AutoEncoder(nn.Module):
    def __init__(self, d=16, z=3):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(d, 12), nn.Tanh(), nn.Linear(12, z))
        self.decoder = nn.Sequential(nn.Linear(z, 12), nn.Tanh(), nn.Linear(12, d))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Runner:
    spec = {"encoder": ("adam", 1e-3), "decoder": ("sgd", 1e-2)}

    def __init__(self, net):
        self.net = net
        self.opts = build_optimizers({"encoder": net.encoder, "decoder": net.decoder}, self.spec)

    def zero(self):
        for o in self.opts.values():
            o.zero_grad()

    def step(self):
        for o in self.opts.values():
            o.step()

    def run(self, batches):
        for x in batches:
            self.zero()
            loss = nn.functional.mse_loss(self.net(x), x)
            loss.backward()
            self.step()
        return loss.item()


def relative_error(module, reference):
    got = torch.cat([p.grad.flatten() for p in module.parameters()])
    return ((got - reference).norm() / reference.norm()).item()


if __name__ == "__main__":
    torch.manual_seed(0)
    net = AutoEncoder()
    runner = Runner(net)
    data = torch.randn(6, 32, 4) @ torch.randn(4, 16)
    print("loss", runner.run(data[:5]))
    dec = list(net.decoder.parameters())
    fresh = torch.autograd.grad(nn.functional.mse_loss(net(data[5]), data[5]), dec)
    print("loss", runner.run(data[5:]))
    err = relative_error(net.decoder, torch.cat([f.flatten() for f in fresh]))
    print("relative error of the decoder's gradient:", err)
    assert err < 1e-4
