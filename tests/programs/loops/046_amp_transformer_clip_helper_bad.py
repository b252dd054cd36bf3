import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.amp import GradScaler, autocast
from torch.utils.data import DataLoader, TensorDataset


class TinyTransformer(nn.Module):
    def __init__(self, vocab=32, d_model=32, nhead=4, max_len=16):
        super().__init__()
        self.tok = nn.Embedding(vocab, d_model)
        self.pos = nn.Parameter(torch.zeros(max_len, d_model))
        layer = nn.TransformerEncoderLayer(d_model, nhead, d_model * 2, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=1, enable_nested_tensor=False)
        self.head = nn.Linear(d_model, vocab)

    def forward(self, x):
        h = self.tok(x) + self.pos[: x.size(1)]
        return self.head(self.encoder(h))


def reversal_data(n, length=12, vocab=32):
    x = torch.randint(0, vocab, (n, length))
    return TensorDataset(x, x.flip(1))


def clip_gradients(model, max_norm):
    return torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)


def train_epoch(model, loader, optimizer, scaler, max_norm=1.0):
    model.train()
    meter = []
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        with autocast("cpu", dtype=torch.bfloat16):
            logits = model(x)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), y.flatten())
        scaler.scale(loss).backward()
        clip_gradients(model, max_norm)  # expect: AGL306
        scaler.step(optimizer)
        scaler.update()
        meter.append(loss.item())
    return sum(meter) / len(meter)


@torch.no_grad()
def token_accuracy(model, loader):
    model.eval()
    right = count = 0
    for x, y in loader:
        with autocast("cpu", dtype=torch.bfloat16):
            pred = model(x).argmax(-1)
        right += (pred == y).sum().item()
        count += y.numel()
    return right / count


def main():
    torch.manual_seed(12)
    train_loader = DataLoader(reversal_data(512), batch_size=64, shuffle=True)
    test_loader = DataLoader(reversal_data(128), batch_size=128)
    model = TinyTransformer()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    scaler = GradScaler("cpu", init_scale=2.0 ** 10)
    for epoch in range(4):
        loss = train_epoch(model, train_loader, optimizer, scaler)
        acc = token_accuracy(model, test_loader)
        print(f"epoch {epoch}: loss {loss:.4f}, token accuracy {acc:.3f}, scale {scaler.get_scale():.0f}")


if __name__ == "__main__":
    main()
