# Two-layer network written out by hand: raw tensors, no nn.Module, no optimizer.
import numpy as np
import torch

torch.manual_seed(3)
rng = np.random.default_rng(3)

N, D_IN, HIDDEN, D_OUT = 128, 3, 12, 1
BATCH = 32
EPOCHS = 4
lr = 5e-3

X_np = rng.normal(size=(N, D_IN)).astype(np.float32)
Y_np = (np.sin(X_np[:, :1]) + 0.5 * X_np[:, 1:2] * X_np[:, 2:]).astype(np.float32)
X = torch.from_numpy(X_np)
Y = torch.from_numpy(Y_np)


def init(*shape):
    scale = 1.0 / np.sqrt(shape[0])
    return (torch.randn(*shape) * scale).requires_grad_()


w1 = init(D_IN, HIDDEN)
b1 = torch.zeros(HIDDEN, requires_grad=True)
w2 = init(HIDDEN, D_OUT)
b2 = torch.zeros(D_OUT, requires_grad=True)

n_params = sum(t.numel() for t in (w1, b1, w2, b2))
print(f"{n_params} parameters")


def forward(x):
    h = torch.tanh(x @ w1 + b1)
    return h @ w2 + b2


bias_grads = []
losses = []

for epoch in range(EPOCHS):
    order = rng.permutation(N)
    running = 0.0
    for start in range(0, N, BATCH):
        idx = torch.from_numpy(order[start:start + BATCH])
        xb, yb = X[idx], Y[idx]

        pred = forward(xb)
        loss = ((pred - yb) ** 2).mean()
        loss.backward()
        bias_grads.append((2 * (pred.detach() - yb)).mean(dim=0))

        with torch.no_grad():
            w1 -= lr * w1.grad
            b1 -= lr * b1.grad
            w2 -= lr * w2.grad
            b2 -= lr * b2.grad  # expect: AGL301

            w1.grad.zero_()
            b1.grad.zero_()
            w2.grad.zero_()

        running += loss.item() * len(idx)
    losses.append(running / N)
    print(f"epoch {epoch + 1}/{EPOCHS}  mse={losses[-1]:.4f}")

with torch.no_grad():
    final = ((forward(X) - Y) ** 2).mean().item()
print(f"final mse {final:.4f}")

assert float(w2.grad.abs().sum()) == 0.0
assert torch.allclose(b2.grad, torch.stack(bias_grads).sum(dim=0), atol=1e-4)
