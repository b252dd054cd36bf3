# every element of `data` has a graph of its own (one forward each), and the list is emptied after it
import gym
import torch
import torch.nn as nn
from torch.distributions import Categorical


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.data = []
        self.fc = nn.Linear(4, 2)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=0.1)

    def forward(self, x):
        return torch.softmax(self.fc(x), dim=0)

    def train_net(self):
        self.optimizer.zero_grad()
        for reward, prob in self.data[::-1]:
            loss = -torch.log(prob) * reward
            loss.backward()
        self.optimizer.step()
        self.data = []


def main():
    env = gym.make("CartPole-v1")
    pi = Policy()
    for _ in range(10000):
        s, _ = env.reset()
        done = False
        while not done:
            prob = pi(torch.from_numpy(s).float())
            a = Categorical(prob).sample()
            s, r, done, truncated, info = env.step(a.item())
            pi.data.append((r, prob[a]))
        pi.train_net()


main()
