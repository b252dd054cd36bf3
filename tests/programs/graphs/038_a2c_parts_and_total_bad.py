import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class Net(nn.Module):
    def __init__(self, n_obs=4, n_act=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(n_obs, 32), nn.ReLU())
        self.policy = nn.Linear(32, n_act)
        self.value = nn.Linear(32, 1)

    def forward(self, obs):
        h = self.body(obs)
        return Categorical(logits=self.policy(h)), self.value(h).squeeze(-1)


def losses(net, obs, act, ret):
    dist, value = net(obs)
    adv = (ret - value).detach()
    actor = -(dist.log_prob(act) * adv).mean()
    critic = F.mse_loss(value, ret)
    return actor, critic, dist.entropy().mean()


class A2C:
    def __init__(self, net, lr=7e-4):
        self.net = net
        self.opt = torch.optim.RMSprop(net.parameters(), lr=lr)

    def learn(self, obs, act, ret):
        actor, critic, entropy = losses(self.net, obs, act, ret)
        self.opt.zero_grad()
        actor.backward(retain_graph=True)
        critic.backward(retain_graph=True)
        total = actor + critic
        total.backward()  # expect: AGL206
        self.opt.step()
        return actor.item(), critic.item(), entropy.item()

    def gradient(self):
        return torch.cat([p.grad.flatten() for p in self.net.parameters()])


def rollouts(n, batch=20):
    for _ in range(n):
        obs = torch.randn(batch, 4)
        yield obs, torch.randint(0, 3, (batch,)), obs.sum(1) + 0.1 * torch.randn(batch)


torch.manual_seed(3)
agent = A2C(Net())
for i, (obs, act, ret) in enumerate(rollouts(6)):
    a, c, _ = losses(agent.net, obs, act, ret)
    reference = torch.cat([g.flatten() for g in torch.autograd.grad(a + c, list(agent.net.parameters()))])
    stats = agent.learn(obs, act, ret)
    print(i, *(f"{s:+.4f}" for s in stats))
    assert torch.allclose(agent.gradient(), 2 * reference, atol=1e-5)
