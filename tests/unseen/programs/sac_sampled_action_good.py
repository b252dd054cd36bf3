"""The actor's side of SAC: a squashed Gaussian head and the update of the policy."""
import torch
from torch import nn
from torch.distributions import Independent, Normal, TransformedDistribution
from torch.distributions.transforms import TanhTransform


class GaussianHead(nn.Module):
    def __init__(self, trunk, features, actions, bounds=(-5.0, 2.0)):
        super().__init__()
        self.trunk = trunk
        self.mean = nn.Linear(features, actions)
        self.log_std = nn.Linear(features, actions)
        self.bounds = bounds

    def forward(self, obs):
        hidden = torch.relu(self.trunk(obs))
        std = self.log_std(hidden).clamp(*self.bounds).exp()
        return Independent(TransformedDistribution(Normal(self.mean(hidden), std), TanhTransform(cache_size=1)), 1)

    def propose(self, obs):
        dist = self(obs)
        action = dist.rsample()
        return action, dist.log_prob(action)


class PolicyImprovement:
    def __init__(self, head, critic, optimizer, alpha=0.2):
        self.head = head
        self.critic = critic
        self.optimizer = optimizer
        self.alpha = alpha

    def loss(self, obs):
        action, log_prob = self.head.propose(obs)
        return (self.alpha * log_prob - self.critic(obs, action)).mean()

    def __call__(self, obs):
        loss = self.loss(obs)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


def improve(trunk, features, actions, critic, batches, lr=3e-4):
    head = GaussianHead(trunk, features, actions)
    update = PolicyImprovement(head, critic, torch.optim.Adam(head.parameters(), lr=lr))
    return [update(batch["obs"]) for batch in batches]
