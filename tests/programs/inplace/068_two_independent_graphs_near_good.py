import torch
import torch.nn as nn
from torch.optim import Adam


class TwinCritic(nn.Module):
    def __init__(self, s, a, h=24):
        super().__init__()
        mk = lambda: nn.Sequential(nn.Linear(s + a, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU(), nn.Linear(h, 1))
        self.q1, self.q2 = mk(), mk()

    def forward(self, s, a):
        sa = torch.cat([s, a], 1)
        return self.q1(sa), self.q2(sa)


class SACCritics:
    """Both losses are formed first; each network has its own optimizer and its own graph."""

    def __init__(self, s_dim=4, a_dim=2, alpha=0.2):
        self.critic = TwinCritic(s_dim, a_dim)
        self.value = nn.Sequential(nn.Linear(s_dim, 24), nn.ReLU(), nn.Linear(24, 1))
        self.opt_q1 = Adam(self.critic.q1.parameters(), 3e-4)
        self.opt_q2 = Adam(self.critic.q2.parameters(), 3e-4)
        self.opt_v = Adam(self.value.parameters(), 3e-4)
        self.log_alpha = torch.tensor(alpha).log().requires_grad_()
        self.opt_alpha = Adam([self.log_alpha], 1e-3)

    def update(self, s, a, r, s2, logp):
        q1, q2 = self.critic(s, a)
        with torch.no_grad():
            backup = r + 0.99 * self.value(s2)
        alpha = self.log_alpha.exp()
        alpha_loss = -(alpha * (logp - 2.0)).mean()
        q1_loss = (q1 - backup).pow(2).mean()
        q2_loss = (q2 - backup).pow(2).mean()
        v_loss = (self.value(s) - (torch.min(q1, q2).detach() - alpha.detach() * logp)).pow(2).mean()

        for opt, loss in zip((self.opt_q1, self.opt_q2, self.opt_v, self.opt_alpha), (q1_loss, q2_loss, v_loss, alpha_loss)):
            opt.zero_grad()
            loss.backward()
            opt.step()
        return q1_loss.item(), q2_loss.item(), v_loss.item()


def fake_batch(n=16):
    return torch.randn(n, 4), torch.rand(n, 2) * 2 - 1, torch.randn(n, 1), torch.randn(n, 4), -torch.rand(n, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    sac = SACCritics()
    for i in range(4):
        print(i, *("%.4f" % v for v in sac.update(*fake_batch())))
