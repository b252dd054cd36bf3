"""Actor and critic share a trunk; each loss goes backward by itself."""

import torch
from torch import nn
from torch.distributions import Categorical


class ActorCritic(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(observations, 16), nn.ReLU())
        self.actor = nn.Linear(16, actions)
        self.critic = nn.Linear(16, 1)

    def forward(self, x):
        h = self.trunk(x)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1)


torch.manual_seed(0)
agent = ActorCritic(4, 2)
optimizer = torch.optim.Adam(agent.parameters(), lr=1e-3)
for _episode in range(3):
    policy, value = agent(torch.randn(5, 4))
    action = policy.sample()
    returns = torch.randn(5)
    advantage = returns - value
    policy_loss = -(policy.log_prob(action) * advantage.detach()).mean()
    value_loss = advantage.square().mean()
    optimizer.zero_grad()
    policy_loss.backward()  # good: (policy_loss + value_loss).backward()
    value_loss.backward()  # good: pass  # expect: AGL201  # raises: backward through the graph a second time
    optimizer.step()
