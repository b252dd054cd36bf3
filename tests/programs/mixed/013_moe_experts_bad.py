"""Soft mixture-of-experts regressor."""
import torch
import torch.nn as nn


class Expert(nn.Module):
    def __init__(self, d_in, d_hid, d_out):
        super().__init__()
        self.up = nn.Linear(d_in, d_hid)
        self.down = nn.Linear(d_hid, d_out)

    def forward(self, x):
        return self.down(torch.relu(self.up(x)))


class SoftMoE(nn.Module):
    def __init__(self, d_in, d_out, n_experts=4, d_hid=16):
        super().__init__()
        self.router = nn.Linear(d_in, n_experts)
        self.experts = [Expert(d_in, d_hid, d_out) for _ in range(n_experts)]  # expect: AGL411

    def forward(self, x):
        weights = torch.softmax(self.router(x), dim=-1)
        outs = torch.stack([expert(x) for expert in self.experts], dim=1)
        balance = (weights.mean(dim=0) * weights.size(1) - 1).pow(2).mean()
        return (weights.unsqueeze(-1) * outs).sum(dim=1), balance


def target_fn(x):
    return torch.where(x[:, :1] > 0, x[:, 1:2] * 2, x[:, 2:3] - 1)


def train(model, steps=60, bs=64, balance_coef=0.01):
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    loss_fn = nn.MSELoss()
    for step in range(steps):
        x = torch.randn(bs, 6)
        pred, balance = model(x)
        loss = loss_fn(pred, target_fn(x)) + balance_coef * balance
        opt.zero_grad()
        loss.backward()
        opt.step()
    return loss.item()


if __name__ == "__main__":
    torch.manual_seed(13)
    moe = SoftMoE(6, 1)
    initial = moe.experts[0].up.weight.detach().clone()
    final = train(moe)
    n_params = sum(p.numel() for p in moe.parameters())
    print(f"{n_params} parameters, final loss {final:.4f}")
    unchanged = torch.equal(initial, moe.experts[0].up.weight)
    assert unchanged and n_params == 28
