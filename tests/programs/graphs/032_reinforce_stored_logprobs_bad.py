import torch as th
import torch.nn as nn
from dataclasses import dataclass, field


@dataclass
class Rollout:
    obs: list = field(default_factory=list)
    actions: list = field(default_factory=list)
    logps: list = field(default_factory=list)
    rewards: list = field(default_factory=list)

    def tensors(self):
        return th.stack(self.obs), th.stack(self.actions), th.stack(self.logps), th.tensor(self.rewards)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3))

    def forward(self, obs):
        return th.distributions.Categorical(logits=self.net(obs))


@th.no_grad()
def run_policy(policy, horizon=25):
    """Walk towards the origin in 1-D; actions: left, stay, right"""
    buf, pos, vel = Rollout(), 1.0, 0.0
    for _ in range(horizon):
        obs = th.tensor([pos, vel])
        dist = policy(obs)
        a = dist.sample()
        vel = 0.8 * vel + 0.1 * (a.item() - 1)
        pos += vel
        buf.obs.append(obs)
        buf.actions.append(a)
        buf.logps.append(dist.log_prob(a))
        buf.rewards.append(-abs(pos))
    return buf


def returns_to_go(rewards, gamma=0.97):
    out, acc = th.zeros_like(rewards), 0.0
    for t in reversed(range(len(rewards))):
        acc = rewards[t] + gamma * acc
        out[t] = acc
    return out


def policy_gradient_loss(policy, buf):
    obs, actions, logps, rewards = buf.tensors()
    adv = returns_to_go(rewards)
    adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    return -(logps * adv).mean()


th.manual_seed(0)
policy = Policy()
optim = th.optim.RMSprop(policy.parameters(), lr=1e-3)
for it in range(5):
    rollout = run_policy(policy)
    loss = policy_gradient_loss(policy, rollout)
    optim.zero_grad()
    loss.backward()  # expect: AGL204  # raises: does not require grad and does not have a grad_fn
    optim.step()
    print(it, "return", round(sum(rollout.rewards), 3))
