"""PPO with GAE, preallocated rollout buffers and shuffled minibatches."""
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

torch.set_num_threads(1)


@dataclass
class Args:
    num_envs: int = 4
    num_steps: int = 32
    updates: int = 6
    epochs: int = 3
    minibatches: int = 4
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    vf_coef: float = 0.5
    ent_coef: float = 0.01
    target_kl: float = 0.05


class VecTracker:
    """Agent must match the sign of a drifting signal."""

    def __init__(self, n, seed=0):
        self.rng, self.n = np.random.default_rng(seed), n
        self.s = self.rng.normal(size=(n, 3)).astype(np.float32)
        self.t = 0

    def step(self, a):
        reward = ((self.s[:, 0] > 0).astype(int) == a).astype(np.float32)
        self.s = (0.7 * self.s + self.rng.normal(size=self.s.shape) * 0.5).astype(np.float32)
        self.t += 1
        return self.s.copy(), reward, np.full(self.n, float(self.t % 20 == 0), dtype=np.float32)


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.critic = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1))
        self.actor = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 2))

    def value(self, x):
        return self.critic(x).squeeze(-1)

    def act(self, x, action=None):
        dist = Categorical(logits=self.actor(x))
        action = dist.sample() if action is None else action
        return action, dist.log_prob(action), dist.entropy(), self.value(x)


args = Args()
torch.manual_seed(0)
env, agent = VecTracker(args.num_envs), Agent()
opt = torch.optim.Adam(agent.parameters(), lr=3e-3, eps=1e-5)
T, N = args.num_steps, args.num_envs
obs = torch.zeros(T, N, 3)
actions = torch.zeros(T, N, dtype=torch.long)
logps, rewards, dones, values = (torch.zeros(T, N) for _ in range(4))
next_obs, next_done = torch.from_numpy(env.s.copy()), torch.zeros(N)

for update in range(1, args.updates + 1):
    opt.param_groups[0]["lr"] = 3e-3 * (1 - (update - 1) / args.updates)
    for t in range(T):
        obs[t], dones[t] = next_obs, next_done
        with torch.no_grad():
            a, lp, _, v = agent.act(next_obs)
        actions[t], logps[t], values[t] = a, lp, v
        o, r, d = env.step(a.numpy())
        rewards[t] = torch.from_numpy(r)
        next_obs, next_done = torch.from_numpy(o), torch.from_numpy(d)
    with torch.no_grad():
        adv, last = torch.zeros_like(rewards), torch.zeros(N)
        nv = agent.value(next_obs)
        for t in reversed(range(T)):
            nonterm = 1 - (next_done if t == T - 1 else dones[t + 1])
            nxt = nv if t == T - 1 else values[t + 1]
            delta = rewards[t] + args.gamma * nxt * nonterm - values[t]
            adv[t] = last = delta + args.gamma * args.lam * nonterm * last
        returns = adv + values
    b = [x.reshape(T * N, *x.shape[2:]) for x in (obs, actions, logps, adv, returns)]
    for epoch in range(args.epochs):
        for mb in torch.randperm(T * N).chunk(args.minibatches):
            mo, ma, mlp, madv, mret = (x[mb] for x in b)
            _, lp, ent, v = agent.act(mo, ma)
            logratio = lp - mlp
            ratio = logratio.exp()
            with torch.no_grad():
                kl = ((ratio - 1) - logratio).mean().item()
            madv = (madv - madv.mean()) / (madv.std() + 1e-8)
            pg = torch.max(-madv * ratio, -madv * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
            loss = pg + args.vf_coef * 0.5 * (v - mret).pow(2).mean() - args.ent_coef * ent.mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
            opt.step()
        if kl > args.target_kl:
            break
    print(f"update {update} reward {rewards.mean().item():.3f} kl {kl:.4f}")
