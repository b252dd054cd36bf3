"""Dreamer-like agent: learn a latent model, then train actor and critic in imagined rollouts."""
import contextlib

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


@contextlib.contextmanager
def frozen(*modules):
    saved = [(p, p.requires_grad) for m in modules for p in m.parameters()]
    for p, _ in saved:
        p.requires_grad_(False)
    try:
        yield
    finally:
        for p, flag in saved:
            p.requires_grad_(flag)


class WorldModel(nn.Module):
    def __init__(self, obs=3, act=1, latent=16):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(obs, latent), nn.ELU())
        self.cell = nn.GRUCell(latent + act, latent)
        self.dyn = nn.GRUCell(act, latent)
        self.dec = nn.Linear(latent, obs)
        self.rew = nn.Linear(latent, 1)

    def observe(self, obs, act):
        h = obs.new_zeros(obs.size(1), 16)
        hs = []
        for o, a in zip(obs, act):
            h = self.cell(torch.cat([self.enc(o), a], -1), h)
            hs.append(h)
        return torch.stack(hs)


class Actor(nn.Module):
    def __init__(self, latent=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(latent, 32), nn.ELU(), nn.Linear(32, 2))

    def forward(self, h):
        mu, raw = self.net(h).chunk(2, -1)
        return torch.tanh(torch.distributions.Normal(mu, F.softplus(raw) + 0.1).rsample())


def lambda_returns(rewards, values, gamma=0.95, lam=0.9):
    ret, out = values[-1], []
    for t in reversed(range(len(rewards))):
        ret = rewards[t] + gamma * ((1 - lam) * values[t + 1] + lam * ret)
        out.append(ret)
    return torch.stack(out[::-1])


def collect(T=10, B=16):
    s = torch.randn(B, 3)
    obs, act, rew = [], [], []
    for _ in range(T):
        a = torch.rand(B, 1) * 2 - 1
        s = 0.9 * s + 0.3 * a
        obs.append(s)
        act.append(a)
        rew.append(-s.pow(2).sum(-1))
    return torch.stack(obs), torch.stack(act), torch.stack(rew)


torch.manual_seed(0)
wm, actor, critic = WorldModel(), Actor(), nn.Sequential(nn.Linear(16, 32), nn.ELU(), nn.Linear(32, 1))
opts = {n: torch.optim.Adam(m.parameters(), lr=lr) for n, m, lr in
        [("wm", wm, 3e-3), ("actor", actor, 1e-3), ("critic", critic, 1e-3)]}
for step in range(30):
    obs, act, rew = collect()
    hs = wm.observe(obs, act)
    prior = wm.dyn(act[1:].flatten(0, 1), hs[:-1].flatten(0, 1)).view_as(hs[1:])
    model_loss = (F.mse_loss(wm.dec(hs), obs) + F.mse_loss(wm.rew(hs).squeeze(-1), rew)
                  + F.mse_loss(prior, hs[1:].detach()))
    opts["wm"].zero_grad()
    model_loss.backward()
    opts["wm"].step()

    h = hs.detach().flatten(0, 1)
    with frozen(wm, critic):
        traj = [h]
        for _ in range(6):
            h = wm.dyn(actor(h.detach()), h)
            traj.append(h)
        traj = torch.stack(traj)
        rewards = wm.rew(traj[1:]).squeeze(-1)
        values = critic(traj).squeeze(-1)
        returns = lambda_returns(rewards, values)
        actor_loss = -returns.mean()
        opts["actor"].zero_grad()
        actor_loss.backward()
        nn.utils.clip_grad_norm_(actor.parameters(), 100.0)
        opts["actor"].step()

    pred = critic(traj[:-1].detach()).squeeze(-1)
    critic_loss = F.mse_loss(pred, returns.detach())
    opts["critic"].zero_grad()
    critic_loss.backward()
    opts["critic"].step()
    if step % 10 == 9:
        print(step, *(round(x.item(), 3) for x in (model_loss, actor_loss, critic_loss)))
