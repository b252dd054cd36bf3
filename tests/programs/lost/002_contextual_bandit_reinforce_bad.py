# %% contextual bandit, REINFORCE with a running baseline
import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(0)
rng = np.random.default_rng(0)

N_CTX, N_ARMS = 6, 4
true_reward = rng.normal(size=(N_CTX, N_ARMS)).astype(np.float32)

# %%
policy = torch.nn.Sequential(
    torch.nn.Linear(N_CTX, 32),
    torch.nn.Tanh(),
    torch.nn.Linear(32, N_ARMS),
)
opt = torch.optim.RMSprop(policy.parameters(), lr=3e-3)
w0 = policy[0].weight.detach().clone()
baseline = 0.0
curve = []

# %%
for update in range(60):
    losses = []
    rewards = []
    for _ in range(8):
        c = int(rng.integers(N_CTX))
        ctx = F.one_hot(torch.tensor(c), N_CTX).float()
        dist = torch.distributions.Categorical(logits=policy(ctx))
        arm = dist.sample()
        r = float(true_reward[c, arm.item()] + 0.1 * rng.normal())
        rewards.append(r)
        losses.append(-dist.log_prob(arm) * (r - baseline))
    baseline = 0.9 * baseline + 0.1 * float(np.mean(rewards))

    loss = torch.tensor(np.mean([l.item() for l in losses]), requires_grad=True)  # expect: AGL401
    opt.zero_grad()
    loss.backward()
    opt.step()
    curve.append(np.mean(rewards))

# %%
print("first 10 updates:", np.mean(curve[:10]), " last 10:", np.mean(curve[-10:]))
moved = (policy[0].weight.detach() - w0).abs().max().item()
print("policy moved by", moved)
assert moved == 0.0
assert policy[2].bias.grad is None
