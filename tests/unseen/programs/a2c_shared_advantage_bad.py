"""Advantage actor-critic with separate optimizers for separate networks."""
import torch
from torch.distributions import Categorical


def discounted(rewards, gamma):
    returns, running = [], 0.0
    for reward in reversed(rewards):
        running = reward + gamma * running
        returns.insert(0, running)
    return torch.tensor(returns)


class A2C:
    def __init__(self, actor, critic, actor_optimizer, critic_optimizer, gamma=0.99, entropy=0.01):
        self.actor, self.critic = actor, critic
        self.actor_optimizer, self.critic_optimizer = actor_optimizer, critic_optimizer
        self.gamma = gamma
        self.entropy = entropy

    def advantages(self, episode):
        values = self.critic(episode.observations).squeeze(-1)
        return discounted(episode.rewards, self.gamma) - values

    def actor_loss(self, episode, advantages):
        dist = Categorical(logits=self.actor(episode.observations))
        gain = dist.log_prob(episode.actions) * advantages
        return -(gain + self.entropy * dist.entropy()).mean()

    def critic_loss(self, advantages):
        return advantages.square().mean()

    def update(self, episode):
        advantages = self.advantages(episode)
        self._descend(self.actor_optimizer, self.actor_loss(episode, advantages))
        self._descend(self.critic_optimizer, self.critic_loss(advantages))

    def _descend(self, optimizer, loss):
        optimizer.zero_grad()
        loss.backward()  # expect: AGL201  # raises: backward through the graph a second time
        optimizer.step()
