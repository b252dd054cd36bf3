import torch
import torch.nn.functional as F
from torch import nn, optim


class SmallConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.classifier = nn.Linear(32, 5)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class PGD:
    """L-inf projected gradient descent."""

    def __init__(self, model, eps=0.1, alpha=0.03, steps=3):
        self.model = model
        self.eps = eps
        self.alpha = alpha
        self.steps = steps

    def project(self, x_adv, x):
        delta = torch.clamp(x_adv - x, -self.eps, self.eps)
        return torch.clamp(x + delta, 0, 1).detach()

    def __call__(self, x, y):
        x_adv = x + torch.empty_like(x).uniform_(-self.eps, self.eps)
        for _ in range(self.steps):
            x_adv = x_adv.detach().requires_grad_(True)
            loss = F.cross_entropy(self.model(x_adv), y)
            grad, = torch.autograd.grad(loss, x_adv)
            x_adv += self.alpha * grad.sign()  # expect: AGL101  # raises: a leaf Variable that requires grad
            x_adv = self.project(x_adv, x)
        return x_adv


def adversarial_training(model, loader, optimizer, attack):
    model.train()
    for x, y in loader:
        x_adv = attack(x, y)
        optimizer.zero_grad()
        loss = 0.5 * F.cross_entropy(model(x), y) + 0.5 * F.cross_entropy(model(x_adv), y)
        loss.backward()
        optimizer.step()
        yield loss.item()


if __name__ == '__main__':
    torch.manual_seed(3)
    net = SmallConv()
    data = [(torch.rand(8, 1, 12, 12), torch.randint(0, 5, (8,))) for _ in range(3)]
    opt = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for i, l in enumerate(adversarial_training(net, data, opt, PGD(net))):
        print('batch', i, 'loss', l)
