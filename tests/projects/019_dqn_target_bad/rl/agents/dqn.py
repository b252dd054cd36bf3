import torch.nn.functional as F

from rl.agents.base import ValueAgent
from rl.targets import soft_update, td_target


class DQNAgent(ValueAgent):
    def __init__(self, *args, gamma=0.95, tau=0.05, **kwargs):
        super().__init__(*args, **kwargs)
        self.gamma = gamma
        self.tau = tau
        self.target = self.online.to(self.device)  # expect: AGL416

    def loss(self, obs, action, reward, next_obs, done):
        q = self.online(obs).gather(1, action[:, None]).squeeze(1)
        goal = td_target(self.target, reward, next_obs, done, self.gamma)
        return F.smooth_l1_loss(q, goal)

    def sync(self):
        soft_update(self.target, self.online, self.tau)
