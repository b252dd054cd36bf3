import torch
import torch.nn as nn
import torch.nn.functional as F


class Trunk(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.l1, self.l2 = nn.Linear(d, h), nn.Linear(h, h)

    def forward(self, s):
        return torch.tanh(self.l2(torch.tanh(self.l1(s))))


class ActorCritic(nn.Module):
    def __init__(self, d=4, h=24, n_act=2):
        super().__init__()
        self.trunk = Trunk(d, h)
        self.actor_head = nn.Linear(h, n_act)
        self.critic_head = nn.Linear(h, 1)

    def evaluate(self, s, a):
        z = self.trunk(s)
        logp = F.log_softmax(self.actor_head(z), -1)
        entropy = -(logp.exp() * logp).sum(-1)
        return logp.gather(1, a[:, None]).squeeze(1), entropy, self.critic_head(z).squeeze(1)


class PPO:
    def __init__(self, net, clip=0.2, lr_pi=3e-4, lr_v=1e-3):
        self.net, self.clip = net, clip
        trunk = list(net.trunk.parameters())
        self.opt_pi = torch.optim.Adam(trunk + list(net.actor_head.parameters()), lr=lr_pi)
        self.opt_v = torch.optim.Adam(trunk + list(net.critic_head.parameters()), lr=lr_v)

    def _apply(self, opt, loss, **kw):
        opt.zero_grad()
        loss.backward(**kw)
        opt.step()

    def policy_loss(self, logp, old, adv, ent):
        ratio = (logp - old).exp()
        clipped = ratio.clamp(1 - self.clip, 1 + self.clip)
        return -torch.min(ratio * adv, clipped * adv).mean() - 0.01 * ent.mean()

    def update(self, s, a, old_logp, ret, epochs=3):
        for _ in range(epochs):
            logp, ent, v = self.net.evaluate(s, a)
            adv = (ret - v).detach()
            adv = (adv - adv.mean()) / (adv.std() + 1e-8)
            pi_loss = self.policy_loss(logp, old_logp, adv, ent)
            self._apply(self.opt_pi, pi_loss)
            _, _, v = self.net.evaluate(s, a)
            v_loss = F.mse_loss(v, ret)
            self._apply(self.opt_v, v_loss)
        return pi_loss.item(), v_loss.item()


def rollout(net, n=32):
    s = torch.randn(n, 4)
    with torch.no_grad():
        a = torch.distributions.Categorical(logits=net.actor_head(net.trunk(s))).sample()
        old, _, _ = net.evaluate(s, a)
    return s, a, old, (s[:, 0] * (2 * a - 1)).clone()


if __name__ == "__main__":
    torch.manual_seed(0)
    net = ActorCritic()
    algo = PPO(net)
    for it in range(2):
        pi, v = algo.update(*rollout(net))
        print(f"iter {it} pi {pi:+.4f} v {v:.4f}")
