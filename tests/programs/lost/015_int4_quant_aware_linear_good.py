"""Quantization aware training of a small regressor, 4 bit weights."""
import torch
from torch import nn
import torch.nn.functional as F


def fake_quant(w, bits):
    qmax = 2 ** (bits - 1) - 1
    scale = w.detach().abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / qmax
    q = torch.round(w / scale) * scale
    return w + (q - w).detach()


class QuantLinear(nn.Linear):
    def __init__(self, in_features, out_features, bits=4):
        super().__init__(in_features, out_features)
        self.bits = bits

    def forward(self, x):
        return F.linear(x, fake_quant(self.weight, self.bits), self.bias)


class QuantMLP(nn.Module):
    def __init__(self, bits):
        super().__init__()
        self.l1 = QuantLinear(8, 32, bits)
        self.l2 = QuantLinear(32, 32, bits)
        self.l3 = QuantLinear(32, 1, bits)

    def forward(self, x):
        x = F.leaky_relu(self.l1(x), 0.1)
        x = F.leaky_relu(self.l2(x), 0.1)
        return self.l3(x)


@torch.no_grad()
def evaluate(model, x, y):
    model.eval()
    err = F.mse_loss(model(x), y).item()
    model.train()
    return err


def target(x):
    return (x[:, 0] * x[:, 1] + torch.sin(2 * x[:, 2])).unsqueeze(1)


torch.manual_seed(17)
x_train, x_val = torch.randn(600, 8), torch.randn(200, 8)
y_train, y_val = target(x_train), target(x_val)
model = QuantMLP(bits=4)
weights_at_start = [m.weight.detach().clone() for m in model.modules() if isinstance(m, QuantLinear)]
optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
before = evaluate(model, x_val, y_val)

for epoch in range(8):
    for idx in torch.randperm(600).split(60):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x_train[idx]), y_train[idx])
        loss.backward()
        optimizer.step()

after = evaluate(model, x_val, y_val)
print(f"val mse {before:.4f} -> {after:.4f}")
layers = [m for m in model.modules() if isinstance(m, QuantLinear)]
for m, w0 in zip(layers, weights_at_start):
    assert m.weight.grad.any() and not torch.equal(m.weight, w0)
assert after < before
