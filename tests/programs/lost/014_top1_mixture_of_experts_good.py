import torch
import torch.nn as nn
import torch.nn.functional as F


class Expert(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.up = nn.Linear(d_in, d_hidden)
        self.down = nn.Linear(d_hidden, d_out)

    def forward(self, x):
        return self.down(F.gelu(self.up(x)))


class Top1MoE(nn.Module):
    """Each row goes to exactly one expert."""

    def __init__(self, d_in, d_out, n_experts=4, d_hidden=16):
        super().__init__()
        self.router = nn.Linear(d_in, n_experts)
        self.experts = nn.ModuleList([Expert(d_in, d_hidden, d_out) for _ in range(n_experts)])

    def route(self, x):
        scores = self.router(x)
        prob, index = F.softmax(scores, dim=-1).max(dim=-1)
        return prob, index

    def forward(self, x):
        prob, index = self.route(x)
        out = x.new_zeros(x.shape[0], self.experts[0].down.out_features)
        for e, expert in enumerate(self.experts):
            rows = (index == e).nonzero(as_tuple=True)[0]
            if rows.numel():
                out = out.index_add(0, rows, prob[rows, None] * expert(x[rows]))
        return out


def piecewise(n):
    x = torch.rand(n, 2) * 2 - 1
    y = torch.where(x[:, :1] > 0, torch.sin(3 * x[:, 1:]), x[:, 1:] ** 2 - x[:, :1])
    return x, y


if __name__ == "__main__":
    torch.manual_seed(5)
    moe = Top1MoE(2, 1)
    router_before = moe.router.weight.detach().clone()
    opt = torch.optim.Adam(moe.parameters(), lr=1e-2)
    losses = []
    for step in range(120):
        x, y = piecewise(128)
        loss = F.mse_loss(moe(x), y)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(moe.parameters(), 1.0)
        opt.step()
        losses.append(loss.item())
    print(f"{losses[0]:.4f} -> {losses[-1]:.4f}")
    assert losses[-1] < losses[0]
    assert not torch.equal(moe.router.weight, router_before)
