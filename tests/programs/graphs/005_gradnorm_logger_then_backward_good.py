import torch as th
import torch.nn as nn
import torch.nn.functional as F


def global_grad_norm(loss, params):
    """L2 norm of d loss / d params, without touching .grad"""
    gs = th.autograd.grad(loss, params, retain_graph=True)
    return th.sqrt(sum(g.pow(2).sum() for g in gs)).item()


class Logger:
    def __init__(self):
        self.rows = []

    def log(self, **kw):
        self.rows.append(kw)


class ConvNet(nn.Module):
    def __init__(self, n_classes=5):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, padding=1)
        self.conv2 = nn.Conv2d(6, 12, 3, padding=1)
        self.fc = nn.Linear(12 * 4 * 4, n_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(x.flatten(1))


def train_epoch(model, batches, optimizer, criterion, logger):
    model.train()
    params = [p for p in model.parameters() if p.requires_grad]
    for i, (x, y) in enumerate(batches):
        loss = criterion(model(x), y)
        if i % 2 == 0:
            logger.log(step=i, loss=loss.item(), gnorm=global_grad_norm(loss, params))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == '__main__':
    th.manual_seed(3)
    batches = [(th.randn(8, 1, 16, 16), th.randint(0, 5, (8,))) for _ in range(5)]
    net = ConvNet()
    log = Logger()
    train_epoch(net, batches, th.optim.SGD(net.parameters(), lr=0.05), nn.CrossEntropyLoss(), log)
    for row in log.rows:
        print(row)
