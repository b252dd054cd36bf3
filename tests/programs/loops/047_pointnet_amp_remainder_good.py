import torch
import torch.nn as nn
import torch.nn.functional as F


class Pointwise(nn.Module):
    """Mini PointNet."""

    def __init__(self, classes=3):
        super().__init__()
        self.local = nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 48), nn.ReLU())
        self.glob = nn.Sequential(nn.Linear(48, 24), nn.ReLU(), nn.Linear(24, classes))

    def forward(self, pts):
        return self.glob(self.local(pts).amax(dim=1))


def clouds(n, points=40):
    label = torch.randint(0, 3, (n,))
    pts = torch.randn(n, points, 3)
    sphere = pts / pts.norm(dim=-1, keepdim=True)
    cube = torch.rand(n, points, 3) * 2 - 1
    plane = pts * torch.tensor([1.0, 1.0, 0.05])
    stacked = torch.stack([sphere, cube, plane])
    return stacked[label, torch.arange(n)] + 0.02 * torch.randn(n, points, 3), label


def batches(pts, label, size):
    for idx in torch.randperm(len(label)).split(size):
        yield pts[idx], label[idx]


def train_epoch(model, data, optimizer, scaler, accum, micro_size):
    model.train()
    optimizer.zero_grad()
    total, pending, updates = 0.0, 0, 0
    for pts, label in batches(*data, micro_size):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(pts)
        loss = F.cross_entropy(logits.float(), label)
        scaler.scale(loss / accum).backward()
        total += loss.item()
        pending += 1
        if pending == accum:
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
            pending = 0
            updates += 1
    if pending:
        # last, incomplete group
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        updates += 1
    return total, updates


@torch.inference_mode()
def accuracy(model, pts, label):
    model.eval()
    return (model(pts).argmax(-1) == label).float().mean().item()


def main():
    torch.manual_seed(90)
    train_data, test_data = clouds(420), clouds(120)
    model = Pointwise()
    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    scaler = torch.amp.GradScaler("cpu", init_scale=4096.0, growth_interval=50)
    for epoch in range(5):
        total, updates = train_epoch(model, train_data, optimizer, scaler, accum=4, micro_size=16)
        print(f"epoch {epoch}: {updates} updates, loss {total:.3f}, "
              f"acc {accuracy(model, *test_data):.3f}, scale {scaler.get_scale():g}")


if __name__ == "__main__":
    main()
