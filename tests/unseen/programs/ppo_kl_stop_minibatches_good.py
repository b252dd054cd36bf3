import torch
class PPO:
    def __init__(self, policy, value, lr=3e-4):
        self.policy, self.value = policy, value
        self.optimizer = torch.optim.Adam([*policy.parameters(), *value.parameters()], lr=lr)
    @torch.no_grad()
    def old(self, obs, act):
        return self.policy(obs).log_prob(act), self.value(obs).squeeze(-1)
    def update(self, obs, act, ret, epochs=10, target_kl=0.02):
        old, v = self.old(obs, act)
        adv = ret - v
        for _ in range(epochs):
            for idx in torch.randperm(len(obs)).split(64):
                dist = self.policy(obs[idx])
                logp = dist.log_prob(act[idx])
                ratio = (logp - old[idx]).exp()
                loss = -torch.min(ratio * adv[idx], ratio.clamp(0.8, 1.2) * adv[idx]).mean()
                loss = loss + 0.5 * (self.value(obs[idx]).squeeze(-1) - ret[idx]).square().mean() - 0.01 * dist.entropy().mean()
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                kl = (old[idx] - logp).mean().item()
            if kl > target_kl:
                break
