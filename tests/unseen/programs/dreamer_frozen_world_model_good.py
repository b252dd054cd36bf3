import torch
from contextlib import contextmanager
@contextmanager
def frozen(*modules):
    flags = [[p.requires_grad for p in m.parameters()] for m in modules]
    for m in modules:
        m.requires_grad_(False)
    try:
        yield
    finally:
        for m, fs in zip(modules, flags):
            for p, f in zip(m.parameters(), fs):
                p.requires_grad_(f)
class Behaviour:
    def __init__(self, world, actor, critic, actor_optimizer, critic_optimizer, horizon=5):
        self.world, self.actor, self.critic = world, actor, critic
        self.actor_optimizer, self.critic_optimizer, self.horizon = actor_optimizer, critic_optimizer, horizon
    def imagine(self, state):
        states, rewards = [], []
        for _ in range(self.horizon):
            state, reward = self.world(state, self.actor(state))
            states.append(state)
            rewards.append(reward)
        return torch.stack(states), torch.stack(rewards)
    def update(self, state):
        with frozen(self.world, self.critic):
            states, rewards = self.imagine(state.detach())
            returns = rewards.sum(0) + self.critic(states[-1])
            actor_loss = -returns.mean()
        self.actor_optimizer.zero_grad()
        actor_loss.backward()
        self.actor_optimizer.step()
        value_loss = (self.critic(states.detach()[0]) - returns.detach()).square().mean()
        self.critic_optimizer.zero_grad()
        value_loss.backward()
        self.critic_optimizer.step()
