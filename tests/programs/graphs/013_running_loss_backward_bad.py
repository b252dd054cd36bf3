import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(42)

X = torch.randn(200, 5)
y = (X @ torch.tensor([[1.0], [-2.0], [0.5], [0.0], [3.0]])) + 0.1 * torch.randn(200, 1)
train_loader = DataLoader(TensorDataset(X[:160], y[:160]), batch_size=20, shuffle=True)
val_loader = DataLoader(TensorDataset(X[160:], y[160:]), batch_size=20)


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 1))

    def forward(self, x):
        return self.layers(x)


model = Regressor()
criterion = nn.MSELoss()
optimizer = optim.Adam(model.parameters(), lr=0.01)
scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)


def validate():
    model.eval()
    with torch.no_grad():
        total = sum(criterion(model(a), b).item() for a, b in val_loader)
    return total / len(val_loader)


for epoch in range(3):
    model.train()
    epoch_loss = 0
    for xb, yb in train_loader:
        optimizer.zero_grad()
        pred = model(xb)
        epoch_loss += criterion(pred, yb)
        epoch_loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        optimizer.step()
    scheduler.step()
    print(f"Epoch {epoch + 1}: train {epoch_loss / len(train_loader):.4f} val {validate():.4f}")
