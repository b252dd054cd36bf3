import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class GaussianPolicy(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super(GaussianPolicy, self).__init__()
        self.fc = nn.Linear(obs_dim, 32)
        self.mean = nn.Linear(32, act_dim)
        self.log_std = nn.Linear(32, act_dim)

    def sample(self, obs):
        h = F.relu(self.fc(obs))
        mean, log_std = self.mean(h), self.log_std(h).clamp(-5, 2)
        normal = torch.distributions.Normal(mean, log_std.exp())
        x_t = normal.rsample()
        action = torch.tanh(x_t)
        log_prob = normal.log_prob(x_t) - torch.log(1 - action.pow(2) + 1e-6)
        return action, log_prob.sum(1, keepdim=True)


class SAC(object):
    def __init__(self, obs_dim, act_dim):
        self.policy = GaussianPolicy(obs_dim, act_dim)
        self.critic = nn.Sequential(nn.Linear(obs_dim + act_dim, 32), nn.ReLU(), nn.Linear(32, 1))
        self.policy_optim = optim.Adam(self.policy.parameters(), lr=3e-4)
        self.target_entropy = -act_dim
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.alpha_optim = optim.Adam([self.log_alpha], lr=3e-4)

    @property
    def alpha(self):
        return self.log_alpha.exp().detach()

    def update_alpha(self, log_pi):
        alpha_loss = -(self.log_alpha * (log_pi + self.target_entropy).detach()).mean()
        self.alpha_optim.zero_grad()
        alpha_loss.backward()
        self.alpha_optim.step()
        return alpha_loss.item()

    def update(self, obs):
        pi, log_pi = self.policy.sample(obs)
        qf_pi = self.critic(torch.cat([obs, pi], dim=1))
        policy_loss = (self.alpha * log_pi - qf_pi).mean()
        self.policy_optim.zero_grad()
        policy_loss.backward()
        self.policy_optim.step()
        return policy_loss.item(), self.update_alpha(log_pi)


if __name__ == '__main__':
    torch.manual_seed(0)
    agent = SAC(6, 2)
    for i in range(5):
        print(i, agent.update(torch.randn(32, 6)))
