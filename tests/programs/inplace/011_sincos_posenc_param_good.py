import math
import torch
from torch import nn, Tensor


class LearnedPositions(nn.Module):
    """Learned positions, initialised with the sinusoidal table."""

    def __init__(self, max_len: int, d_model: int):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(max_len, d_model))
        self._fill_sinusoids()

    def _fill_sinusoids(self) -> None:
        n, d = self.table.shape
        pos = torch.arange(n).unsqueeze(1)
        div = torch.exp(torch.arange(0, d, 2) * (-math.log(10000.0) / d))
        self.table.data[:, 0::2] = torch.sin(pos * div)
        self.table.data[:, 1::2] = torch.cos(pos * div)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.size(1)]


class Encoder(nn.Module):
    def __init__(self, d_model: int = 16, heads: int = 2, depth: int = 1, n_cls: int = 3):
        super().__init__()
        self.pos = LearnedPositions(32, d_model)
        layer = nn.TransformerEncoderLayer(d_model, heads, 32, dropout=0.0, batch_first=True)
        self.enc = nn.TransformerEncoder(layer, depth)
        self.cls = nn.Linear(d_model, n_cls)

    def forward(self, x: Tensor) -> Tensor:
        return self.cls(self.enc(self.pos(x)).mean(dim=1))


def main() -> None:
    torch.manual_seed(0)
    model = Encoder()
    optim = torch.optim.AdamW(model.parameters(), lr=1e-3)
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)
    for step in range(3):
        x = torch.randn(6, 20, 16)
        y = torch.randint(3, (6,))
        optim.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optim.step()
        print(f"{step=} loss={loss.item():.4f}")


if __name__ == "__main__":
    main()
