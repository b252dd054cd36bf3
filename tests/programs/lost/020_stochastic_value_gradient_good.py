"""One-step stochastic value gradient: actor follows dQ/da through a learned critic."""
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions import Normal


def mlp(*sizes):
    layers = []
    for i in range(len(sizes) - 1):
        layers.append(nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


class GaussianActor(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.mu = mlp(obs_dim, 32, act_dim)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))

    def dist(self, obs):
        return Normal(torch.tanh(self.mu(obs)), self.log_std.clamp(-4, 1).exp())

    def act(self, obs):
        return self.dist(obs).rsample()


class Critic(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.q = mlp(obs_dim + act_dim, 48, 1)

    def forward(self, obs, act):
        return self.q(torch.cat([obs, act], dim=-1)).squeeze(-1)


def reward(obs, act):
    return -((act - 0.6 * obs[:, :1].sign()) ** 2).sum(-1)


class Agent:
    def __init__(self):
        self.actor, self.critic = GaussianActor(3, 1), Critic(3, 1)
        self.actor_opt = optim.Adam(self.actor.parameters(), lr=2e-3)
        self.critic_opt = optim.Adam(self.critic.parameters(), lr=5e-3)

    def update(self, obs):
        with torch.no_grad():
            behaviour = self.actor.dist(obs).sample()
            r = reward(obs, behaviour)
        q_loss = nn.functional.mse_loss(self.critic(obs, behaviour), r)
        self.critic_opt.zero_grad()
        q_loss.backward()
        self.critic_opt.step()

        pi_loss = -self.critic(obs, self.actor.act(obs)).mean()
        self.actor_opt.zero_grad()
        pi_loss.backward()
        self.actor_opt.step()
        return q_loss.item(), pi_loss.item()


if __name__ == "__main__":
    torch.manual_seed(8)
    agent = Agent()
    start = [p.detach().clone() for p in agent.actor.parameters()]
    for it in range(150):
        q_loss, pi_loss = agent.update(torch.randn(64, 3))
    print(f"q {q_loss:.3f}  pi {pi_loss:.3f}")
    same = [torch.equal(a, b) for a, b in zip(start, agent.actor.parameters())]
    assert not any(same)
