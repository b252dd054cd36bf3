"""Multi-task learner: segment label + age regression from one shared encoder."""
import torch
from torch import nn


class SharedEncoder(nn.Module):
    def __init__(self, d_in, d_hid):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(d_in, d_hid), nn.Tanh(), nn.Linear(d_hid, d_hid), nn.Tanh()
        )

    def forward(self, x):
        return self.net(x)


class MultiTask(nn.Module):
    def __init__(self, d_in=20, d_hid=40, n_classes=4):
        super().__init__()
        self.encoder = SharedEncoder(d_in, d_hid)
        self.cls_head = nn.Linear(d_hid, n_classes)
        self.age_head = nn.Linear(d_hid, 1)

    def forward(self, x):
        z = self.encoder(x)
        return {"segment": self.cls_head(z), "age": self.age_head(z).squeeze(-1)}


def synth(n=300, d=20, n_classes=4):
    x = torch.randn(n, d)
    seg = (x[:, :n_classes] * 2).argmax(dim=1)
    age = x[:, 4] * 0.8 + x[:, 5].abs()
    return x, seg, age


def train(model, loader, epochs=2, age_weight=0.3):
    ce, huber = nn.CrossEntropyLoss(), nn.SmoothL1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(epochs):
        running = {"segment": 0.0, "age": 0.0}
        for x, seg, age in loader:
            optimizer.zero_grad()
            pred = model(x)
            seg_loss = ce(pred["segment"], seg)
            age_loss = age_weight * huber(pred["age"], age)
            (seg_loss + age_loss).backward()
            optimizer.step()
            running["segment"] += seg_loss.item()
            running["age"] += age_loss.item()
        print(epoch, {k: round(v / len(loader), 4) for k, v in running.items()})
    return running


if __name__ == "__main__":
    torch.manual_seed(2)
    ds = torch.utils.data.TensorDataset(*synth())
    loader = torch.utils.data.DataLoader(ds, batch_size=50, shuffle=True)
    train(MultiTask(), loader)
