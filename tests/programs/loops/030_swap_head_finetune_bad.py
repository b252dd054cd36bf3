"""Transfer learning: reuse a backbone and swap the classification head."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

OPTIMIZERS = {
    "sgd": lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True),
    "adam": lambda params, lr: torch.optim.Adam(params, lr=lr),
}


class SmallResNet(nn.Module):
    def __init__(self, num_classes=10, width=8):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.conv_a = nn.Conv2d(width, width, 3, padding=1)
        self.conv_b = nn.Conv2d(width, width, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.fc = nn.Linear(width * 4, num_classes)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.conv_b(torch.relu(self.conv_a(x))))
        return self.fc(self.pool(x).flatten(1))


def replace_head(model, num_classes):
    model.fc = nn.Linear(model.fc.in_features, num_classes)  # expect: AGL310
    return model


def setup(num_classes, optim_name, lr):
    model = SmallResNet()
    optimizer = OPTIMIZERS[optim_name](model.parameters(), lr)
    replace_head(model, num_classes)
    return model, optimizer


def stripes(n):
    labels = torch.randint(0, 3, (n,))
    grid = torch.arange(10) % 4 < 2
    horizontal = grid[:, None].expand(10, 10).float()
    patterns = torch.stack([horizontal, horizontal.t(), (horizontal + horizontal.t()) % 2])
    return TensorDataset(patterns[labels].unsqueeze(1) + 0.3 * torch.randn(n, 1, 10, 10), labels)


def fine_tune(model, optimizer, loader, epochs):
    criterion = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        hits = seen = 0
        for image, label in loader:
            optimizer.zero_grad()
            out = model(image)
            loss = criterion(out, label)
            loss.backward()
            optimizer.step()
            hits += (out.argmax(1) == label).sum().item()
            seen += label.numel()
        print(f"epoch {epoch}: accuracy {hits / seen:.3f}")


def main():
    torch.manual_seed(16)
    model, optimizer = setup(num_classes=3, optim_name="sgd", lr=0.05)
    head_before = model.fc.weight.detach().clone()
    stem_before = model.stem.weight.detach().clone()
    fine_tune(model, optimizer, DataLoader(stripes(96), batch_size=16, shuffle=True), epochs=3)

    held = {id(p) for g in optimizer.param_groups for p in g["params"]}
    assert not torch.equal(stem_before, model.stem.weight)
    assert id(model.fc.weight) not in held
    assert torch.equal(head_before, model.fc.weight)


if __name__ == "__main__":
    main()
