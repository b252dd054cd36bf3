# all convs of the actor are those of the critic (tied in a loop over range(layers)), and the critic's optimizer trains them; torch trains every parameter
import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F


def tie(src, trg):
    trg.weight = src.weight
    trg.bias = src.bias


class Encoder(nn.Module):
    def __init__(self, layers=4):
        super().__init__()
        self.layers = layers
        self.convs = nn.ModuleList([nn.Linear(8, 8)])
        for _ in range(layers - 1):
            self.convs.append(nn.Linear(8, 8))
        self.fc = nn.Linear(8, 8)

    def forward(self, x, detach=False):
        h = F.relu(self.convs[0](x))
        for i in range(1, self.layers):
            h = F.relu(self.convs[i](h))
        if detach:
            h = h.detach()
        return self.fc(h)

    def copy_from(self, source):
        for i in range(self.layers):
            tie(src=source.convs[i], trg=self.convs[i])


class Agent:
    def __init__(self, layers=4):
        self.actor = Encoder(layers)
        self.critic = Encoder(layers)
        self.actor.copy_from(self.critic)
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters())
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters())

    def update(self, obs):
        loss = self.critic(obs).pow(2).mean()
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()
        loss = self.actor(obs, detach=True).pow(2).mean()
        self.actor_optimizer.zero_grad()
        loss.backward()
        self.actor_optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--layers', default=4, type=int)
    args = parser.parse_args()
    agent = Agent(args.layers)
    for step in range(1000):
        agent.update(torch.randn(2, 8))


main()
