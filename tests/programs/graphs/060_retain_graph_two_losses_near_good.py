import torch
from torch import nn
from torch.nn import functional as F


class SharedEncoder(nn.Module):
    def __init__(self, d_in=10, d=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d_in, d), nn.ReLU(), nn.Linear(d, d))

    def forward(self, x):
        return self.net(x)


class SemiSupervised:
    def __init__(self):
        self.encoder = SharedEncoder()
        self.classifier = nn.Linear(16, 3)
        self.decoder = nn.Linear(16, 10)
        self.opt_encoder = torch.optim.Adam(self.encoder.parameters(), lr=1e-3)
        self.opt_heads = torch.optim.Adam([*self.classifier.parameters(), *self.decoder.parameters()], lr=3e-3)

    def step(self, x, y):
        self.opt_encoder.zero_grad()
        self.opt_heads.zero_grad()
        code = self.encoder(x)
        supervised = F.cross_entropy(self.classifier(code), y)
        reconstruction = F.mse_loss(self.decoder(code), x)
        supervised.backward(retain_graph=True)
        cls_norm = self.encoder_grad_norm()
        reconstruction.backward()
        total_norm = self.encoder_grad_norm()
        self.opt_encoder.step()
        self.opt_heads.step()
        return supervised.item(), reconstruction.item(), cls_norm, total_norm

    def encoder_grad_norm(self):
        return torch.stack([p.grad.norm() for p in self.encoder.parameters()]).norm().item()


def check(model, x, y):
    """the two backward calls give the gradient of the sum"""
    code = model.encoder(x)
    loss = F.cross_entropy(model.classifier(code), y) + F.mse_loss(model.decoder(code), x)
    expected = torch.autograd.grad(loss, list(model.encoder.parameters()))
    model.step(x, y)
    for p, e in zip(model.encoder.parameters(), expected):
        assert torch.allclose(p.grad, e, atol=1e-6)


if __name__ == "__main__":
    torch.manual_seed(0)
    learner = SemiSupervised()
    for it in range(10):
        x = torch.randn(24, 10)
        out = learner.step(x, x[:, :3].argmax(1))
    print(["%.4f" % v for v in out])
    check(learner, torch.randn(24, 10), torch.randint(0, 3, (24,)))
