import torch


@torch.no_grad()
def soft_update(target, online, tau):
    for t, o in zip(target.parameters(), online.parameters()):
        t.lerp_(o, tau)


@torch.no_grad()
def td_target(target, reward, next_obs, done, gamma):
    best = target(next_obs).max(dim=1).values
    return reward + gamma * (1 - done) * best
